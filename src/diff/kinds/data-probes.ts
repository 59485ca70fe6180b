import type { Probe } from "../action.ts";
import { isEqual } from "../equal.ts";
import type { Fact, FactKind } from "../fact.ts";
import type { Context } from "../kind.ts";
import { lowerKeywords } from "./deparsed.ts";
import { isComparable } from "./value-cast.ts";

/**
 * True where all that the fact reads stands already, and holds values of the types that it is written for: what is new is in
 * nobody's way, and can't be asked for.
 */
export function isAskable(fact: Fact, { from, to }: Context): boolean {
  return [...(to.needs.get(fact.key) ?? [])].every((key) => {
    const [before, after] = [from.facts.get(key), to.facts.get(key)];
    if (after === undefined || !read.has(after.kind)) return true;
    if (before === undefined) return false;
    if (after.kind === "column") return isComparable(String(before.props["type"]), String(after.props["type"]));
    return !types.has(after.kind) || isEqual(before.props, after.props);
  });
}

const types: ReadonlySet<FactKind> = new Set(["enum", "domain", "composite type", "range"]);
const read: ReadonlySet<FactKind> = new Set([...types, "column", "table", "function"]);

/** The first of the values that occur more than once. */
export function duplicateProbe(
  table: string,
  keys: readonly string[],
  rule: {
    readonly predicate?: string | undefined;
    readonly nullsNotDistinct?: true | undefined;
    readonly message: string;
  },
): Probe {
  const names = keys.map((_, index) => `key_${index + 1}`);
  const conditions = [
    ...(rule.predicate === undefined ? [] : [`(${lowerKeywords(rule.predicate)})`]),
    ...(rule.nullsNotDistinct === true ? [] : keys.map((key) => `(${lowerKeywords(key)}) is not null`)),
  ];
  return {
    what: "duplicate",
    message: rule.message,
    sql: lines([
      `select pg_catalog.format('(%s) in %s rows', pg_catalog.concat_ws(', ', ${names.map(shown).join(", ")}), count) as row`,
      `from (`,
      `  select ${keys.map((key, index) => `${lowerKeywords(key)} as ${names[index] ?? ""}`).join(", ")}, pg_catalog.count(*) as count`,
      `  from ${table}`,
      conditions.length === 0 ? "" : `  where ${conditions.join(" and ")}`,
      `  group by ${names.map((_, index) => index + 1).join(", ")}`,
      `  having pg_catalog.count(*) > 1`,
      `) as duplicate`,
      `limit 1`,
    ]),
  };
}

function shown(name: string): string {
  return `coalesce(${name}::text, 'null')`;
}

/** The first row of which the condition is true. */
export function rowProbe(
  what: Probe["what"],
  table: string,
  { condition, message }: { readonly condition: string; readonly message: string },
): Probe {
  const sql = lines([
    `select pg_catalog.to_jsonb(this)::text as row`,
    `from ${table} as this`,
    `where ${condition}`,
    `limit 1`,
  ]);
  return { what, message, sql };
}

function lines(list: readonly string[]): string {
  return list.filter((line) => line !== "").join("\n");
}
