import type { LockedItem } from "../../../project/index.ts";
import type { Installation } from "../../../provision/index.ts";

/** A server together with the extensions of a project: what a cluster is started with. */
export interface Generation {
  /** The folder in the cache that holds it; undefined where the server has all of it. */
  readonly folder: string | undefined;
  readonly installation: Installation;
  /** Server settings that make Postgres find the files, beside those that extensions ask for. */
  readonly settings: Readonly<Record<string, string>>;
  readonly preload: readonly string[];
}

/** What a generation is made of. */
export interface Parts {
  readonly items: Readonly<Record<string, LockedItem>>;
  /** Of each extension whose files the server does not have. */
  readonly folders: Readonly<Record<string, string>>;
}
