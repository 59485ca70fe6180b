import { sql, type Transaction } from "../postgres/index.ts";
import { staticSql } from "./static-sql.ts";

/** What of a database is observed. */
export interface ObserveOptions {
  /** Schemas that are somebody else's: left out with all that is in them. */
  readonly leaveOut?: readonly string[] | undefined;
}

/** One property of one object that two databases don't agree on; lines for people. */
export interface Difference {
  /** `column public.account.email`, with ` (type)` where one property of it differs. */
  readonly object: string;
  /** Undefined where it is missing. */
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Object, as people name it → all that can be seen of it, as JSON text with its keys in order. */
export type Observation = ReadonlyMap<string, string>;

/** What relations are made of: much of it, and each row belongs to one. */
const ofRelations = ["relation", "column", "constraint", "index", "sequence", "attached"] as const;
/** What bears names of relations, or what not everybody is shown the versions of. */
const always = ["publication", "foreign", "comment"] as const;
/** What stands beside relations. */
const others = ["routine", "type", "operator", "code", "text-search", "scope"] as const;

/**
 * Reads everything of the schema that a user can see, in its own words: with queries that share nothing with those of
 * the engine, so that what the engine overlooks shows as a difference. Values are no part of it, nor is the order of columns.
 *
 * Inside a transaction; sets the session up for the rest of it as deparsing asks (an empty search_path).
 */
export async function observe(
  tx: Pick<Transaction, "query" | "execute">,
  options: ObserveOptions = {},
): Promise<Observation> {
  return (await observeParts(tx, await settle(tx, options))).seen;
}

/** Sets the session up and finds out what is left out. */
export async function settle(
  tx: Pick<Transaction, "query" | "execute">,
  options: ObserveOptions,
): Promise<readonly string[]> {
  await settleSession(tx);
  return await leftOut(tx, options.leaveOut ?? []);
}

/** Sets the session up as deparsing asks, for the rest of the transaction. */
export async function settleSession(tx: Pick<Transaction, "execute">): Promise<void> {
  await tx.execute(`
    set local search_path = '';
    set local datestyle = 'ISO, YMD';
    set local timezone = 'UTC';
    set local intervalstyle = 'postgres';
    set local quote_all_identifiers = off
  `);
}

/** What is seen, and for each object the relation (its oid) that it belongs to, or else the query that told it. */
export interface ObservedParts {
  readonly seen: Map<string, string>;
  readonly sources: Map<string, string>;
}

/** All, or, of relations, only these, and what stands beside relations where that is asked for. */
export async function observeParts(
  tx: Pick<Transaction, "query">,
  left: readonly string[],
  only?: { readonly relations: readonly string[]; readonly others: boolean },
): Promise<ObservedParts> {
  const parts: ObservedParts = { seen: new Map(), sources: new Map() };
  for (const name of ofRelations) await observeOne(tx, name, [left, only?.relations ?? null], parts);
  const rest = only?.others === false ? always : [...always, ...others];
  for (const name of rest) await observeOne(tx, name, [left], parts);
  return parts;
}

async function observeOne(
  tx: Pick<Transaction, "query">,
  name: string,
  values: readonly unknown[],
  { seen, sources }: ObservedParts,
): Promise<void> {
  const rows = await tx.query<Row>({ text: staticSql(`observe/${name}`), values: [...values] });
  for (const { object, relation, value, ...columns } of rows) {
    seen.set(object, textOf(value === undefined ? columns : parse(value)));
    sources.set(object, relation ?? name);
  }
}

/** True for what is only looked at again where it, or a name in it, may have changed. */
export function isBesideRelations(source: string): boolean {
  return (others as readonly string[]).includes(source);
}

/** One object; what there is to see of it stands in columns, or, where kinds of all sorts come together, in one value. */
type Row = { readonly object: string; readonly relation?: string; readonly value?: string } & Properties;

/** As JSON without what is not there; what has no order is put in one. */
function textOf(properties: Properties): string {
  const entries = Object.entries(properties).flatMap(([name, value]) => {
    if (value === null || value === undefined) return [];
    if (name === "acl") return [["privileges", privilegesOf(value as readonly string[])]];
    return [[name, name.endsWith("options") ? (value as readonly string[]).toSorted() : value]];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

/** `{joe=arw/owner}` → `["joe=arw"]`: who granted them is left out, what several have granted is put together. */
function privilegesOf(acl: readonly string[]): readonly string[] {
  const text = acl.join(" ");
  const known = privileges.get(text);
  if (known !== undefined) return known;
  const letters = new Map<string, Set<string>>();
  for (const item of acl) {
    const [, grantee = "", granted = ""] = /^("(?:[^"]|"")*"|[^=]*)=([^/]*)/.exec(item) ?? [];
    const all = [...(letters.get(grantee) ?? []), ...(granted.match(/\w\*?/g) ?? [])];
    letters.set(grantee, new Set(all));
  }
  const items = [...letters]
    .filter(([, all]) => all.size > 0)
    .map(([grantee, all]) => `${grantee}=${[...all].toSorted().join("")}`);
  privileges.set(text, items.toSorted());
  return items.toSorted();
}

/** Few lists are there many times; by their text. */
const privileges = new Map<string, readonly string[]>();

/** Oids of the schemas that no observer looks at: the system's, and those named. */
export async function leftOut(tx: Pick<Transaction, "query">, names: readonly string[]): Promise<readonly string[]> {
  const rows = await tx.query<{ oid: string }>(sql`
    select oid::text
    from pg_catalog.pg_namespace
    where nspname = any (${[...names]}::text[])
      or nspname = 'information_schema'
      or pg_catalog.starts_with(nspname, 'pg_')
  `);
  return rows.map(({ oid }) => oid);
}

/** What differs between what is and what is wanted, property by property, in the order of the objects' names. */
export function differences(before: Observation, after: Observation): readonly Difference[] {
  const objects = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return objects.flatMap((object) => {
    const [old, now] = [before.get(object), after.get(object)];
    if (old === now) return [];
    if (old === undefined || now === undefined) return [{ object, before: old, after: now }];
    return propertyDifferences(object, parse(old), parse(now));
  });
}

type Properties = Readonly<Record<string, unknown>>;

function parse(text: string): Properties {
  return JSON.parse(text) as Properties;
}

function propertyDifferences(object: string, before: Properties, after: Properties): readonly Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name) => {
    const [old, now] = [shown(before[name]), shown(after[name])];
    return old === now || isMoreThanWanted(name, old)
      ? []
      : [{ object: `${object} (${name})`, before: old, after: now }];
  });
}

/** A materialized view that is declared WITH NO DATA may have been refreshed since. */
function isMoreThanWanted(name: string, is: string | undefined): boolean {
  return name === "populated" && is === "true";
}

function shown(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : typeof value === "string" ? value : JSON.stringify(value);
}
