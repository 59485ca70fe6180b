import type { Fact } from "../fact.ts";
import { foreignOptions } from "../foreign-options.ts";
import type { Context } from "../kind.ts";
import type { Model } from "../model.ts";
import { ident, nameOf, qualified } from "../name.ts";
import { withOptions } from "../relation-options.ts";
import { columnClause, defaultExpression, typedColumnClause, valueOf } from "./column-clause.ts";
import { alterRelation, columnProps } from "./column-props.ts";
import { columnSettings } from "./column-settings.ts";
import { constraintClause } from "./constraint.ts";
import { lowerKeywords } from "./deparsed.ts";
import { inheritanceProps, parentKey } from "./lineage.ts";
import { notNullName } from "./not-null.ts";
import { tableProps } from "./table-props.ts";

/** CREATE TABLE with all that is made within it, then what it has no words for. */
export function tableCreation(fact: Fact, context: Context): readonly string[] {
  const inlined = context.inlined(fact);
  const columns = inlined.filter((item) => item.kind === "column");
  return [
    creation(fact, inlined, context),
    ...columns.flatMap((column) => [
      ...(isInherited(column, inlined) ? inheritedDefault(column, inlined, context) : []),
      ...columnSettings(column, context),
    ]),
    ...security(fact, context),
  ];
}

function creation(fact: Fact, inlined: readonly Fact[], context: Context): string {
  const {
    unlogged,
    ofType,
    partitionKey,
    accessMethod,
    options,
    tablespace,
    server,
    foreignOptions: foreign,
  } = tableProps(fact);
  const parents = inlined.filter((item) => item.kind === "inheritance").map(parentName);
  const word = fact.kind === "foreign table" ? "foreign " : unlogged === true ? "unlogged " : "";
  return [
    `create ${word}table ${nameOf(fact)}`,
    ofType === undefined ? "" : ` of ${ofType}`,
    body(clauses(fact, inlined, context), ofType !== undefined),
    parents.length === 0 ? "" : ` inherits (${parents.join(", ")})`,
    partitionKey === undefined ? "" : ` partition by ${lowerKeywords(partitionKey.definition)}`,
    accessMethod === undefined ? "" : ` using ${ident(accessMethod)}`,
    server === undefined ? "" : ` server ${ident(server)}${foreignOptions(foreign)}`,
    withOptions(options),
    tablespace === undefined ? "" : ` tablespace ${ident(tablespace)}`,
  ].join("");
}

function body(list: readonly string[], isTyped: boolean): string {
  if (list.length === 0) return isTyped ? "" : " ()";
  return ` (\n${list.map((clause) => `  ${clause}`).join(",\n")}\n)`;
}

function clauses(fact: Fact, inlined: readonly Fact[], context: Context): readonly string[] {
  const isTyped = tableProps(fact).ofType !== undefined;
  return inlined.flatMap((item) => {
    if (isInherited(item, inlined)) return [];
    if (item.kind === "constraint") return [constraintClause(item)];
    if (item.kind !== "column") return [];
    const clause = isTyped
      ? typedColumnClause(item, inlined)
      : columnClause(item, inlined, notNullOf(item, inlined, context));
    return clause === undefined ? [] : [clause];
  });
}

/**
 * While the old one stands aside, Postgres would give the constraint (18) another name than it has; so it would where a child
 * has inherited one of that name from a table of another schema.
 */
function notNullOf(column: Fact, inlined: readonly Fact[], { from, to }: Context): string {
  const isAgain = column.parent !== null && from.facts.has(column.parent);
  const isTaken = inheritedIn(from).has(placeOf(column));
  if (to.major < 18 || !(isAgain || isTaken) || inlined.some((item) => isNotNullOf(item, column))) return "";
  return ` constraint ${ident(notNullName(column.relation ?? "", column.name))}`;
}

/** Schema and name of each column that inherits its NOT NULL, and with it the name of another table. */
function inheritedIn(model: Model): ReadonlySet<string> {
  const known = inherited.get(model);
  if (known !== undefined) return known;
  const columns = [...model.facts.values()].filter(
    ({ kind, props }) => kind === "column" && props["inherited"] === true,
  );
  const places = new Set(columns.map(placeOf));
  inherited.set(model, places);
  return places;
}

const inherited = new WeakMap<Model, ReadonlySet<string>>();

function placeOf({ schema, name }: Fact): string {
  return JSON.stringify([schema, name]);
}

function isNotNullOf({ kind, props }: Fact, column: Fact): boolean {
  const { type, columns } = props as { readonly type?: string; readonly columns?: readonly string[] };
  return kind === "constraint" && type === "not null" && columns?.[0] === column.name;
}

/** Made by INHERITS, as long as the table is made with it: a partition has everything itself before it is attached. */
function isInherited(item: Fact, inlined: readonly Fact[]): boolean {
  if (!inlined.some((other) => other.kind === "inheritance")) return false;
  return item.kind === "column" ? columnProps(item).local === false : item.props["inherited"] === true;
}

/** The parent's default comes along, whatever the child's is. */
function inheritedDefault(column: Fact, inlined: readonly Fact[], { to }: Context): readonly string[] {
  const above = inlined
    .filter((item) => item.kind === "inheritance")
    .flatMap((item) => to.parts.get(parentKey(item)) ?? [])
    .flatMap((key) => to.parts.get(key) ?? [])
    .flatMap((key) => to.facts.get(key) ?? [])
    .find((item) => item.kind === "default" && item.name === column.name);
  const own = valueOf(column, inlined);
  const alter = `${alterRelation(column)} alter column ${ident(column.name)}`;
  if (own !== undefined) {
    const isSame = above !== undefined && defaultExpression(above) === defaultExpression(own);
    return isSame ? [] : [`${alter} set default ${defaultExpression(own)}`];
  }
  return above === undefined || (to.parts.get(column.key) ?? []).some((key) => key.startsWith("default "))
    ? []
    : [`${alter} drop default`];
}

function parentName(item: Fact): string {
  const { schema, name } = inheritanceProps(item);
  return qualified(schema, name);
}

function security(fact: Fact, { from }: Context): readonly string[] {
  const { rowSecurity, forceRowSecurity, replicaIdentity } = tableProps(fact);
  return [
    ...(rowSecurity === true ? ["enable row level security"] : []),
    // One that is made again gets its rows first.
    ...(forceRowSecurity === true && !from.facts.has(fact.key) ? ["force row level security"] : []),
    ...(replicaIdentity === undefined ? [] : [`replica identity ${replicaIdentity}`]),
  ].map((change) => `alter table ${nameOf(fact)} ${change}`);
}
