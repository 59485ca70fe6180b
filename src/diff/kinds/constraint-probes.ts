import type { Probe } from "../action.ts";
import type { Fact } from "../fact.ts";
import type { Context } from "../kind.ts";
import { ident, qualified, relationOf } from "../name.ts";
import { constraintProps, type ConstraintProps } from "./constraint-props.ts";
import { duplicateProbe, isAskable, rowProbe } from "./data-probes.ts";
import { lowerKeywords } from "./deparsed.ts";

/** Whether the rows that there are fulfil it; nothing is asked where Postgres would not look either. */
export function constraintProbes(fact: Fact, context: Context): readonly Probe[] {
  const props = constraintProps(fact);
  const { type, notValid, notEnforced, inherited, attached } = props;
  if (notValid === true || notEnforced === true || !isAskable(fact, context)) return [];
  // The table that it comes from is asked with all its heirs.
  if (inherited !== undefined && attached !== true) return [];
  switch (type) {
    case "not null":
      // The column asks.
      return [];
    case "check":
      return [checkProbe(fact, props)];
    case "foreign key":
      return [orphanProbe(fact, props)];
    case "exclusion":
      return [overlapProbe(fact, props)];
    case "primary key":
    case "unique":
      return [...keyProbes(fact, props)];
  }
}

function checkProbe(fact: Fact, { definition = "" }: ConstraintProps): Probe {
  const expression = definition.replace(/^CHECK /, "").replace(/ NO INHERIT$/, "");
  const only = definition.endsWith(" NO INHERIT") ? "only " : "";
  const message = `a row of ${relationOf(fact)} violates check ${ident(fact.name)}`;
  return rowProbe("check", `${only}${relationOf(fact)}`, { condition: `not ${lowerKeywords(expression)}`, message });
}

function* keyProbes(fact: Fact, props: ConstraintProps): Iterable<Probe> {
  const { type, definition = "", columns = [], temporal } = props;
  if (temporal === true) {
    yield overlapProbe(fact, props);
    return;
  }
  const message = `rows of ${relationOf(fact)} are equal in (${columns.join(", ")}), which ${type} ${ident(fact.name)} forbids`;
  const nullsNotDistinct = definition.startsWith("UNIQUE NULLS NOT DISTINCT") ? true : undefined;
  yield duplicateProbe(relationOf(fact), columns.map(ident), { nullsNotDistinct, message });
}

/** MATCH SIMPLE asks of rows without nulls alone, MATCH FULL forbids to mix them. */
function orphanProbe(fact: Fact, props: ConstraintProps): Probe {
  const { columns = [], references } = props;
  const referenced = qualified(references?.schema ?? null, references?.relation ?? "");
  const noNulls = columns.map((column) => `this.${ident(column)} is not null`).join(" and ");
  const isOrphan = props.temporal === true ? notCovered(props, referenced) : notThere(props, referenced);
  const isMixed = `pg_catalog.num_nulls(${columns.map((column) => `this.${ident(column)}`).join(", ")}) between 1 and ${columns.length - 1}`;
  const condition = [
    ...(references?.full === true && columns.length > 1 ? [`${isMixed} or`] : []),
    `${noNulls} and ${isOrphan}`,
  ].join(" ");
  const message = `a row of ${relationOf(fact)} refers by (${columns.join(", ")}) to none of ${referenced}`;
  return rowProbe("orphan", relationOf(fact), { condition, message });
}

function notThere(props: ConstraintProps, referenced: string): string {
  return `not exists (\n  select from ${referenced} as other\n  where ${matches(props)}\n)`;
}

/** The last column of a temporal key is a range: those of the referenced rows have to cover it together. */
function notCovered(props: ConstraintProps, referenced: string): string {
  const { columns = [], references } = props;
  const [range = "", period = ""] = [references?.columns.at(-1), columns.at(-1)];
  const plain = { ...props, columns: columns.slice(0, -1) };
  const covered = `pg_catalog.range_agg(other.${ident(range)}) @> this.${ident(period)}`;
  return `not coalesce((\n  select ${covered}\n  from ${referenced} as other\n  where ${matches(plain)}\n), false)`;
}

function matches({ columns = [], references, operators = [] }: ConstraintProps): string {
  const pairs = columns.map((column, index) => {
    const other = `other.${ident(references?.columns[index] ?? "")}`;
    return `${other} ${operator(operators[index] ?? "=")} this.${ident(column)}`;
  });
  return pairs.length === 0 ? "true" : pairs.join(" and ");
}

/** Two rows of which all operators are true. */
function overlapProbe(fact: Fact, { expressions = [], operators = [], predicate, type }: ConstraintProps): Probe {
  const values = expressions.map((expression, index) => `${lowerKeywords(expression)} as key_${index + 1}`).join(", ");
  const rows = [
    `select ctid, tableoid, pg_catalog.to_jsonb(this) as content, ${values}`,
    `  from ${relationOf(fact)} as this`,
    ...(predicate === undefined ? [] : [`  where ${lowerKeywords(predicate)}`]),
  ].join("\n");
  const equal = operators.map((name, index) => `one.key_${index + 1} ${operator(name)} other.key_${index + 1}`);
  const sql = [
    `with candidate as materialized (\n  ${rows}\n)`,
    `select one.content::text || ' and ' || other.content::text as row`,
    `from candidate as one`,
    `join candidate as other`,
    `  on (one.tableoid, one.ctid) < (other.tableoid, other.ctid)`,
    ...equal.map((condition) => `  and ${condition}`),
    `limit 1`,
  ].join("\n");
  return {
    what: "overlap",
    message: `two rows of ${relationOf(fact)} overlap, which ${type} ${ident(fact.name)} forbids`,
    sql,
  };
}

/** `=`, `operator(public.=)`: as regoperator shows it, with its schema outside pg_catalog. */
function operator(name: string): string {
  return name.includes(".") ? `operator(${name})` : name;
}
