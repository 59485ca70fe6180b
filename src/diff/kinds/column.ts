import type { Loss, Probe } from "../action.ts";
import { isEqual } from "../equal.ts";
import { keyOf, type Fact } from "../fact.ts";
import { changedForeignOptions } from "../foreign-options.ts";
import type { Context, Follower, Kind, Step } from "../kind.ts";
import { ident, relationOf } from "../name.ts";
import { privilegeStatements } from "../privileges.ts";
import { columnClause, defaultExpression, inParentheses, valueOf } from "./column-clause.ts";
import { alterRelation, columnProps, isOfView, type ColumnProps } from "./column-props.ts";
import { columnSettings, retyped } from "./column-settings.ts";
import { domainSays } from "./domain-columns.ts";
import { columnHeirs, inheritancesOf, parentKey, standingParents } from "./lineage.ts";
import { followType, retypeStep } from "./retype.ts";
import { tableProps } from "./table-props.ts";

/**
 * Columns of tables and foreign tables, and what columns of views carry by themselves. What is done to a column
 * reaches those that inherit it, so their own facts ask for what is left to do.
 */
export const column: Kind = {
  kind: "column",
  query: "column",
  noun: (fact) => `column ${relationOf(fact)}.${ident(fact.name)}`,
  grantNoun: (fact) => `table ${relationOf(fact)}`,
  create: (fact, context) => [...creation(fact, context), ...columnSettings(fact, context)],
  drop: (fact, context) => {
    if (isOfView(fact)) return viewRemoval(fact, context);
    return isDroppedAbove(fact, context) ? [] : removal(fact, context);
  },
  alter: (from, to, context) => (isOfView(to) ? settingSteps(from, to, context) : alteration(from, to, context)),
  follow,
  inline: (fact) => (isOfView(fact) ? "never" : "when possible"),
  loss,
  probes: (fact, context) => (lacksValue(fact, context) ? [emptiness(fact)] : []),
  rename: (from, to) => [`${alterRelation(from)} rename column ${ident(from.name)} to ${ident(to.name)}`],
};

function creation(fact: Fact, context: Context): readonly string[] {
  const inlined = context.inlined(fact);
  const value = valueOf(fact, inlined);
  const alter = `${alterRelation(fact)} alter column ${ident(fact.name)}`;
  if (isOfView(fact)) return value === undefined ? [] : [`${alter} set default ${defaultExpression(value)}`];
  if (isMadeByType(fact, context)) return [];
  const above = standingParents(fact, context).find((parent) => parent.to !== undefined)?.to;
  if (above !== undefined) return inheritedCreation(fact, value, above, context);
  return addition(fact, inlined, context);
}

/** Its parent's ADD COLUMN made it as the parent's is. */
function inheritedCreation(fact: Fact, value: Fact | undefined, parent: Fact, { to }: Context): readonly string[] {
  const alter = `${alterRelation(fact)} alter column ${ident(fact.name)}`;
  const key = keyOf({
    kind: "default",
    schema: parent.schema,
    relation: parent.relation,
    name: parent.name,
    args: null,
  });
  const [given, wanted] = [to.facts.get(key), value].map((item) => item && defaultExpression(item));
  const own = value ?? to.facts.get(keyOf({ ...fact, kind: "default" }));
  return [
    ...(value === undefined || given === wanted ? [] : [`${alter} set default ${wanted}`]),
    ...(own === undefined && given !== undefined ? [`${alter} drop default`] : []),
    ...(columnProps(fact).notNull === columnProps(parent).notNull ? [] : [`${alter} set not null`]),
  ];
}

/** Rows that stand get the value of `@backfill` before NOT NULL is asked of them. */
function addition(fact: Fact, inlined: readonly Fact[], context: Context): readonly string[] {
  const backfill = context.backfill.get(fact.key);
  const add = `${alterRelation(fact)} add column`;
  if (backfill === undefined) return [`${add} ${columnClause(fact, inlined)}`];
  const { notNull, ...nullable } = columnProps(fact);
  const alter = `${alterRelation(fact)} alter column ${ident(fact.name)}`;
  const value = valueOf(fact, inlined);
  const rest = inlined.filter((item) => item !== value);
  return [
    `${add} ${columnClause({ ...fact, props: { ...nullable } }, rest)}`,
    `update ${relationOf(fact)} set ${ident(fact.name)} = ${backfill}`,
    ...(value === undefined ? [] : [`${alter} set default ${defaultExpression(value)}`]),
    ...(notNull === true ? [`${alter} set not null`] : []),
  ];
}

/** ALTER TYPE … ADD ATTRIBUTE … CASCADE makes columns of typed tables. */
function isMadeByType({ parent }: Fact, { from, to }: Context): boolean {
  const [before, after] = [from, to].map((model) => model.facts.get(parent ?? "")?.props["ofType"]);
  return before !== undefined && before === after;
}

/** What a column of a view has by itself goes; the column is the view's query's. */
function viewRemoval(fact: Fact, context: Context): readonly string[] {
  const { major } = context.from;
  const hasDefault = (context.from.parts.get(fact.key) ?? []).some((key) => key.startsWith("default "));
  return [
    ...(hasDefault ? [`${alterRelation(fact)} alter column ${ident(fact.name)} drop default`] : []),
    ...columnSettings({ ...fact, props: { of: fact.props["of"] } }, context, fact),
    ...(fact.comment === null ? [] : [`comment on ${column.noun(fact)} is null`]),
    ...privilegeStatements(`table ${relationOf(fact)}`, fact.acl ?? [], [], { major, column: fact.name }),
  ];
}

function removal(fact: Fact, context: Context): readonly string[] {
  if (isMadeByType(fact, context)) return [];
  const heirs = columnHeirs(fact, context.from);
  const isKept = !context.to.facts.has(fact.key) && heirs.some((heir) => context.to.facts.has(heir.key));
  // Without ONLY it goes from all that inherit it, but for those that declare it themselves.
  const own = isKept ? [] : heirs.filter((heir) => columnProps(heir).local === true && isDroppedAbove(heir, context));
  return [
    `${alterRelation(fact, isKept)} drop column ${ident(fact.name)}`,
    ...own.map((heir) => `${alterRelation(heir)} drop column ${ident(heir.name)}`),
  ];
}

/** What is inherited goes with what it is inherited from, and in no other way. */
function isDroppedAbove(fact: Fact, context: Context): boolean {
  return standingParents(fact, context).some((parent) => parent.from !== undefined);
}

function alteration(from: Fact, to: Fact, context: Context): readonly Step[] | "rebuild" {
  const before = inherited(from, context);
  const [old, now] = [columnProps(before), columnProps(to)];
  const isRetyped = !isSameType(before, to);
  if (isGeneratedAnew(old, now, isRetyped, context) || isHeldByCheck(to, old, now, context)) return "rebuild";
  return [
    ...generatedSteps(to, old, now),
    ...(isRetyped && !isMadeByType(to, context) ? [retypeStep(before, to, context)] : []),
    ...notNullSteps(to, old, now, context),
    ...settingSteps(isSameType(from, to) ? from : retyped(from), to, context),
  ];
}

function isSameType(from: Fact, to: Fact): boolean {
  const [old, now] = [columnProps(from), columnProps(to)];
  return old.type === now.type && old.collation === now.collation;
}

/** The column as the steps of those above it leave it; one that goes above leaves it as it is. */
function inherited(from: Fact, context: Context): Fact {
  // One that is new above is merged with it, and has to be of its type.
  const above = standingParents(from, context).filter((parent) => parent.from !== undefined && parent.to !== undefined);
  const changed = above.map((parent) => {
    const [old, now] = [parent.from, parent.to].map((fact) => (fact === undefined ? {} : columnProps(fact)));
    return Object.fromEntries(
      reaching.filter((key) => !isEqual(old?.[key], now?.[key])).map((key) => [key, now?.[key]]),
    );
  });
  return { ...from, props: Object.assign({}, from.props, ...changed) as Fact["props"] };
}

const reaching = ["type", "collation", "notNull", "generated"] as const;

/** Stored values are computed again, so nothing is lost but for a column that was none of these before. */
function isGeneratedAnew(old: ColumnProps, now: ColumnProps, isRetyped: boolean, { to }: Context): boolean {
  if (isEqual(old.generated, now.generated)) return now.generated !== undefined && isRetyped;
  if (now.generated === undefined) return old.generated?.kind === "virtual";
  return old.generated?.kind !== now.generated.kind || to.major < 17 || isRetyped;
}

/** Of a table with checks Postgres changes no virtual expression. */
function isHeldByCheck(to: Fact, old: ColumnProps, now: ColumnProps, context: Context): boolean {
  if (now.generated?.kind !== "virtual" || isEqual(old.generated, now.generated)) return false;
  return [context.from, context.to].some(({ parts, facts }) =>
    (parts.get(to.parent ?? "") ?? []).some((key) => facts.get(key)?.props["type"] === "check"),
  );
}

function generatedSteps(to: Fact, old: ColumnProps, now: ColumnProps): readonly Step[] {
  if (isEqual(old.generated, now.generated)) return [];
  const alter = `${alterRelation(to)} alter column ${ident(to.name)}`;
  const change =
    now.generated === undefined ? "drop expression" : `set expression as ${inParentheses(now.generated.expression)}`;
  return [{ aspect: "generated", statements: [`${alter} ${change}`] }];
}

function notNullSteps(to: Fact, old: ColumnProps, now: ColumnProps, context: Context): readonly Step[] {
  if (old.notNull === now.notNull || (now.notNull === true && isSaidNotValid(to, context))) return [];
  const name = ident(to.name);
  const alter = `${alterRelation(to)} alter column ${name}`;
  if (now.notNull !== true) {
    const statements = [`${alter} drop not null`];
    return [{ aspect: "not null", statements, releases: true, disturbs: (fact) => holdsNotNull(fact, context) }];
  }
  const backfill = context.backfill.get(to.key);
  const fill = `update ${relationOf(to)} set ${name} = ${backfill ?? ""} where ${name} is null`;
  const set = `${alter} set not null`;
  if (backfill !== undefined) return [{ aspect: "not null", statements: [fill, set] }];
  return [{ aspect: "not null", statements: [set], probes: [nullProbe(to)] }];
}

/** Whether there are nulls in a column that is to have none. */
export function nullProbe(to: Fact): Probe {
  const name = ident(to.name);
  const sql = `select (candidate.*)::text as row from ${relationOf(to)} as candidate where candidate.${name} is null limit 1`;
  const message = `column ${to.name} of ${relationOf(to)} contains null values: write what they shall be as -- @backfill`;
  return { what: "null", sql, message };
}

/** True where the constraint (18) makes it NOT NULL, for new rows alone. */
function isSaidNotValid(to: Fact, context: Context): boolean {
  const said = context.to.facts.get(keyOf({ ...to, kind: "constraint", name: `not null ${to.name}` }));
  return said?.props["notValid"] === true;
}

/** A primary key or an identity that goes has to be gone. */
function holdsNotNull(fact: Fact, { to }: Context): boolean {
  if (fact.kind !== "identity" && fact.kind !== "constraint" && fact.kind !== "index") return false;
  return !isEqual(to.facts.get(fact.key)?.props, fact.props);
}

function settingSteps(from: Fact, to: Fact, context: Context): readonly Step[] {
  const statements = [...columnSettings(to, context, from), ...foreignSettings(from, to)];
  return statements.length === 0 ? [] : [{ aspect: "settings", statements }];
}

function foreignSettings(from: Fact, to: Fact): readonly string[] {
  const change = changedForeignOptions(columnProps(from).foreignOptions ?? {}, columnProps(to).foreignOptions ?? {});
  return change === "" ? [] : [`${alterRelation(to)} alter column ${ident(to.name)}${change}`];
}

/** A column goes over to a type that is made again; a generated one is computed again when what it calls is. */
function follow({ from, to, on }: Follower, context: Context): readonly Step[] | "rebuild" | "rebuild whole" | "keep" {
  if (isOfView(to) || goesWith(to, on, context)) return "rebuild";
  if (columnProps(to).generated !== undefined) return "rebuild";
  if (!types.has(on.kind) || on.key === to.parent || isMadeByType(to, context)) return "keep";
  const above = standingParents(to, context).some((parent) => parent.from !== undefined && parent.to !== undefined);
  if (above) return "keep";
  return isPartitionKey(to, context) ? "rebuild whole" : [followType(from, to, on, context)];
}

/** One that is inherited goes with that above it, and what is on it as well. */
function goesWith(to: Fact, on: Fact, context: Context): boolean {
  return standingParents(to, context).some((parent) => parent.from !== undefined && parent.to?.key === on.key);
}

function isPartitionKey(to: Fact, { to: model }: Context): boolean {
  const table = model.facts.get(to.parent ?? "");
  return table !== undefined && to.name in (tableProps(table).partitionKey?.columns ?? {});
}

const types: ReadonlySet<string> = new Set([
  ...["enum", "domain", "composite type", "range", "base type", "collation"],
  ...["table", "foreign table", "view", "materialized view"],
]);

/** A part of the loss of what it inherits from. */
function loss(fact: Fact, context: Context): Loss | undefined {
  const { generated, inherited, local } = columnProps(fact);
  if (isOfView(fact) || generated !== undefined) return undefined;
  if (inherited === true && local !== true && isLostAbove(fact, context)) return undefined;
  const count = `select pg_catalog.count(${ident(fact.name)}) as count from ${relationOf(fact)}`;
  const isForeign = columnProps(fact).of === "foreign table";
  return isForeign ? undefined : { what: "column", name: fact.key.slice("column ".length), count };
}

/** A table may stop inheriting, too: then what it inherits from keeps the column. */
function isLostAbove({ parent, name }: Fact, { from, to }: Context): boolean {
  const above = inheritancesOf(parent ?? "", from).map(parentKey);
  const columns = above.flatMap((key) => from.parts.get(key) ?? []).flatMap((key) => from.facts.get(key) ?? []);
  return columns.some((item) => item.kind === "column" && item.name === name && !to.facts.has(item.key));
}

function lacksValue(fact: Fact, context: Context): boolean {
  const { notNull, generated, of } = columnProps(fact);
  const said = domainSays(columnProps(fact).type ?? "", context.to);
  if (said === "default" || (notNull !== true && said === undefined)) return false;
  if (generated !== undefined || of !== undefined || context.backfill.has(fact.key)) return false;
  const parts = context.to.parts.get(fact.key) ?? [];
  return !parts.some((key) => key.startsWith("default ") || key.startsWith("identity "));
}

function emptiness(fact: Fact): Probe {
  const sql = `select (candidate.*)::text as row from ${relationOf(fact)} as candidate limit 1`;
  const message = `column ${fact.name} of ${relationOf(fact)} is new and not null, and there are rows: write what it shall be in them as -- @backfill`;
  return { what: "null", sql, message };
}
