import type { Fact, Privilege } from "./fact.ts";
import type { Links } from "./links.ts";

/** The schema of one database: its facts, and which needs which. */
export interface Model {
  /** server_version_num / 10000. */
  readonly major: number;
  readonly facts: ReadonlyMap<string, Fact>;
  /** Key → keys of the facts that it can't exist without (pg_depend, parts folded into the facts they belong to). */
  readonly needs: Links;
  /** The other way round: key → keys of the facts that need it. */
  readonly neededBy: Links;
  /** Keys of the facts that `drop` takes along, by their parent's key. */
  readonly parts: ReadonlyMap<string, readonly string[]>;
  /** What the reader met and has no kind for: one line each, for people. Never silently skipped. */
  readonly unmodelled: readonly string[];
  /** What ALTER DEFAULT PRIVILEGES has set, for what new facts are born with. */
  readonly defaultPrivileges: readonly DefaultPrivileges[];
}

/** One row of pg_default_acl. */
export interface DefaultPrivileges {
  readonly role: string;
  /** Null: in all schemas. */
  readonly schema: string | null;
  /** pg_default_acl.defaclobjtype: r relation, S sequence, f function, T type, n schema, L large object (18). */
  readonly objectType: string;
  readonly acl: readonly Privilege[];
}

/** All facts below one: parts, their parts, and so on; the fact itself is not among them. */
export function allParts(model: Model, key: string): readonly string[] {
  const own = model.parts.get(key) ?? [];
  return own.flatMap((part) => [part, ...allParts(model, part)]);
}
