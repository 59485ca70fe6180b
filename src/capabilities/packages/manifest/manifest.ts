import type { PackageVersion, Requirement } from "../../../resolve/index.ts";
import type { Position } from "../../../errors/index.ts";

/** What scripts of a package are about, in the order in which they run. */
export type Phase = "type" | "table" | "function" | "view" | "trigger";

export const phases: readonly Phase[] = ["type", "table", "function", "view", "trigger"];

/** What another package is needed for, and where it comes from. */
export interface Dependency {
  readonly requirement: Requirement;
  /** Where it comes from; without one it is looked for among those that are given or deployed. */
  readonly origin: Origin | undefined;
  readonly position: Position;
}

/** Where a package comes from. */
export type Origin =
  /** A folder, from the package's on that needs it. */
  | { readonly kind: "path"; readonly path: string }
  /** A package of the npm registry that is configured; versions are its own. */
  | { readonly kind: "npm"; readonly name: string }
  /** A repository: versions are its tags, or there is the one of `rev`. `folder` is the package's within. */
  | { readonly kind: "git"; readonly url: string; readonly rev: string | undefined; readonly folder: string };

/** A package as its manifest describes it. */
export interface Manifest {
  readonly name: string;
  readonly version: PackageVersion;
  /** As it is written: "01_09_00" names another schema than "1.9.0". */
  readonly versionText: string;
  /** A versioned package has a schema for each version, side by side; a basic one is a schema of its own name. */
  readonly kind: "versioned" | "basic";
  /** Scope database: its scripts say themselves where their objects go. */
  readonly scope: "schema" | "database";
  readonly description: string | undefined;
  readonly license: string | undefined;
  readonly owner: string | undefined;
  readonly usage: readonly string[];
  readonly dependencies: ReadonlyMap<string, Dependency>;
  readonly paths: Readonly<Record<Phase, readonly string[]>>;
  /** The manifest itself, for errors that point into it. */
  readonly file: string;
  readonly source: string;
  position(path: readonly string[]): Position;
}

/** The schema that a package is deployed into; undefined for one of scope database. */
export function schemaOf({ name, versionText, kind, scope }: Manifest): string | undefined {
  if (scope === "database") return undefined;
  const plain = name.replaceAll("-", "_");
  return kind === "basic" ? plain : `${plain}_${versionText.replaceAll(/[^\w]/g, "_")}`;
}
