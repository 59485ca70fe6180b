import type { Translate } from "../translated-source.ts";
import type { Model } from "../../diff/index.ts";
import type { Connection, Target, Transaction } from "../../postgres/index.ts";
import type { Tree } from "../../project/index.ts";
import type { DatabaseRoles } from "../roles.ts";
import type { SourceText } from "../source-text.ts";
import type { Hint } from "./hint.ts";
import type { Origin } from "./origin.ts";

/** What the desired state is found out from. */
export interface DesiredInput {
  readonly tree: Tree;
  /** Reads files of functions/ in other languages than SQL. */
  readonly translate?: Translate | undefined;
  /** Superuser of a server of the same major that holds nothing of value. */
  readonly scratch: Target;
  /** A session of it, as that superuser, which is closed afterwards; default: one that is opened for this. */
  readonly session?: (() => Promise<Connection>) | undefined;
  readonly roles: DatabaseRoles;
  /** Roles of the live server that files may name. */
  readonly mirrorRoles: readonly MirrorRole[];
  /** Schemas of capabilities: left out of the model, and not the files' to change. */
  readonly leaveOut: readonly string[];
  /** Installs the capabilities. */
  readonly before?: ((tx: Transaction) => Promise<void>) | undefined;
  /** Fingerprints of what `before` does, and whatever else decides what comes out. */
  readonly cacheKey: readonly string[];
  /** Where models of cached databases are kept. */
  readonly cacheFolder: string;
  /** What the live database is called, for statements that name it (`alter database app set …`). */
  readonly database?: string | undefined;
  /** How names of databases begin on the scratch server; default "howdah". */
  readonly prefix?: string | undefined;
}

/** A role of the live server; it has no login in the scratch one. */
export interface MirrorRole {
  readonly name: string;
  readonly memberOf: readonly string[];
  readonly superuser?: boolean | undefined;
  readonly createRole?: boolean | undefined;
}

/** What the files mean, as Postgres itself has read them. */
export interface Desired {
  readonly model: Model;
  /** Keys of the facts that migrations (and capabilities) make: they are not the declared files' to drop. */
  readonly migrationKeys: ReadonlySet<string>;
  /**
   * Where each declared fact is written, by its key; labels of enums as `label public.mood.sad`. What migrations made
   * has none.
   */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly hints: readonly Hint[];
  /** Every file of schema/ and functions/, by its path. */
  readonly sources: ReadonlyMap<string, SourceText>;
  /** SHA-256 of all that decided it. */
  readonly hash: string;
  /** Whether all files were loaded, only what changed since a load before, or nothing. */
  readonly how: "afresh" | "again" | "found";
  /** The scratch database that holds it. */
  readonly database: string;
  /** Who owns there what only a superuser may make; on the live server that is whoever applies. */
  readonly superuser: string;
  /** Roles that files of schema/ create: part of the model. */
  readonly roles: readonly string[];
  readonly leaveOut: readonly string[];
  /** A session in the scratch database, as its superuser: change nothing there but in a transaction that is rolled back. */
  connect(): Promise<Connection>;
  /** Resolved once what is kept of older states has been tidied up; the server may stop then. */
  readonly settled: Promise<void>;
}
