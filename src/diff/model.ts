import type { Fact, Privilege } from "./fact.ts";
import { overlaid, type Links } from "./links.ts";
import { push } from "./multimap.ts";

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

/** Keys of the parts, by their parent's key. */
export function partsByParent(facts: Iterable<Pick<Fact, "key" | "parent">>): Model["parts"] {
  const parts = new Map<string, string[]>();
  for (const { key, parent } of facts) if (parent !== null) push(parts, parent, key);
  return parts;
}

/** The model with facts of another one beside its own, and with what they need there as far as `keeps` says so. */
export function withFacts(
  model: Model,
  from: Model,
  added: readonly Fact[],
  keeps: (need: string, facts: Model["facts"]) => boolean = () => true,
): Model {
  if (added.length === 0) return model;
  const facts = new Map([...model.facts, ...added.map((fact) => [fact.key, fact] as const)]);
  const needs = new Map<string, ReadonlySet<string>>();
  const neededBy = new Map<string, Set<string>>();
  const parts = new Map(model.parts);
  for (const { key, parent } of added) {
    const own = new Set([...(from.needs.get(key) ?? [])].filter((need) => keeps(need, facts)));
    needs.set(key, own);
    for (const need of own) {
      const users = neededBy.get(need) ?? new Set(model.neededBy.get(need));
      neededBy.set(need, users.add(key));
    }
    if (parent !== null) parts.set(parent, [...(parts.get(parent) ?? []), key]);
  }
  return { ...model, facts, parts, needs: overlaid(model.needs, needs), neededBy: overlaid(model.neededBy, neededBy) };
}

/** All facts below one: parts, their parts, and so on; the fact itself is not among them. */
export function allParts(model: Model, key: string): readonly string[] {
  const own = model.parts.get(key) ?? [];
  return own.flatMap((part) => [part, ...allParts(model, part)]);
}
