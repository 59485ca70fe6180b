import { plainField } from "../plan/rest-plan.ts";
import type { Embed, OrderColumn, ReadNode, ReadSource, SpreadColumn } from "../plan/read-plan.ts";
import { conditionSql, joinConditionSql, whereSql } from "./condition.ts";
import { aggregated, fieldSql, named, selectColumnSql } from "./field.ts";
import { orderSql, rangeSql } from "./order.ts";
import { column, identifier, join, nothing, qualified, sql, type Parameters, type SqlText } from "./sql-text.ts";

/** What the selects of one statement share. */
export interface SelectContext {
  readonly parameters: Parameters;
  /** Where the rows of the request itself are read from: a name of `with`, or a select in parentheses. */
  readonly result: SqlText;
}

/**
 * The select of one resource, those embedded in it as lateral joins.
 *
 * Embedded values are json, which is copied as it is; only where they have to be compared (`isCompared`, by group by)
 * or shown outside of JSON they are jsonb.
 */
export function selectSql(context: SelectContext, node: ReadNode, isCompared: boolean): SqlText {
  const { parameters } = context;
  const grouped = isGrouped(node);
  const compares = isCompared || grouped || node.distinct === "all";
  const columns = columnsSql(parameters, node, compares);
  const joins = node.embeds.map((embed) => lateralSql(context, embed, compares));
  return join(
    [
      sql`select ${distinctSql(parameters, node)}${join(columns)} from ${sourceSql(context, node.from)}`,
      ...joins,
      whereSql(allConditions(parameters, node)),
      grouped ? groupSql(parameters, node) : nothing,
      orderSql(parameters, node.qualifier, node.order),
      rangeSql(parameters, node.range),
    ],
    nothing,
  );
}

function distinctSql(parameters: Parameters, { distinct, qualifier }: ReadNode): SqlText {
  if (distinct === null) return nothing;
  if (distinct === "all") return sql`distinct `;
  return sql`distinct on (${join(distinct.map((field) => fieldSql(parameters, qualifier, field)))}) `;
}

/** What has to hold for a row of the resource, joins to its parent included. */
export function allConditions(parameters: Parameters, { conditions, qualifier, joins }: ReadNode): readonly SqlText[] {
  return [
    ...conditions.map((condition) => conditionSql(parameters, qualifier, condition)),
    ...joins.map(joinConditionSql),
  ];
}

export function columnsSql(parameters: Parameters, node: ReadNode, isCompared: boolean): readonly SqlText[] {
  const { qualifier, select, embeds, orderColumns } = node;
  // A resource that asks for nothing still has rows; who embeds it shows none of this.
  const own = select.length === 0 && embeds.length === 0 ? [everything] : select;
  return [
    ...own.map((selected) => selectColumnSql(parameters, qualifier, selected)),
    ...orderColumns.map(({ from, column: selected }) =>
      selectColumnSql(parameters, from === null ? qualifier : { schema: "", name: from }, selected),
    ),
    ...embeds.flatMap((embed) => embedColumns(embed, isCompared)),
  ];
}

const everything = { field: plainField("*"), cast: null, aggregate: null, aggregateCast: null, alias: null };

/** Where a resource is read from, its alias included. */
export function sourceSql({ result }: SelectContext, source: ReadSource): SqlText {
  switch (source.kind) {
    case "relation":
      return sql`${qualified(source.relation)}${named(source.alias)}`;
    case "junction":
      return sql`${qualified(source.relation)}, ${qualified(source.junction)}`;
    case "result":
      return sql`${result} as ${identifier(source.alias)}`;
    case "computed": {
      // The cast chooses among functions of the same name, where the row has come through `with`.
      const row = sql`${identifier(source.argument)}::${qualified(source.type)}`;
      return sql`${qualified(source.routine)}(${row}) as ${identifier(source.alias)}`;
    }
  }
}

function embedColumns({ lateral, isToOne, output }: Embed, isCompared: boolean): readonly SqlText[] {
  const joined = identifier(lateral);
  if (output.kind === "spread") return output.columns.map((each) => spreadColumnSql(lateral, each));
  if (!output.isShown) return [];
  if (isToOne)
    return [sql`row_to_json(${joined}.*)${isCompared ? sql`::jsonb` : nothing} as ${identifier(output.name)}`];
  return [sql`coalesce(${joined}.${joined}, '[]') as ${identifier(output.name)}`];
}

function spreadColumnSql(lateral: string, { name, aggregate, aggregateCast, alias }: SpreadColumn): SqlText {
  const value = column({ schema: "", name: lateral }, name);
  return sql`${aggregated(aggregate, aggregateCast, value)}${named(alias)}`;
}

export function lateralSql(context: SelectContext, embed: Embed, isCompared: boolean): SqlText {
  const { node, lateral, isInner, isToOne, output } = embed;
  const joined = identifier(lateral);
  const rows = selectSql(context, node, isCompared && output.kind === "spread");
  const how = isInner ? sql` inner` : sql` left`;
  if (isToOne) return sql`${how} join lateral (${rows}) as ${joined} on true`;
  const json = isCompared ? sql`::jsonb` : nothing;
  const columns = [
    sql`json_agg(${joined})${json} as ${joined}`,
    ...(output.kind === "spread"
      ? output.columns.map((each) => arraySql(context.parameters, lateral, each, output.order, json))
      : []),
  ];
  const condition = isInner ? sql`${joined} is not null` : sql`true`;
  return sql`${how} join lateral (select ${join(columns)} from (${rows}) as ${joined}) as ${joined} on ${condition}`;
}

/** A column of a to-many spread: all its values, in the order of the rows. */
function arraySql(
  parameters: Parameters,
  lateral: string,
  { name, alias }: SpreadColumn,
  order: readonly OrderColumn[],
  json: SqlText,
): SqlText {
  const qualifier = { schema: "", name: lateral };
  const ordered = sql`${column(qualifier, name)}${orderSql(parameters, qualifier, order)}`;
  return sql`coalesce(json_agg(${ordered}), '[]')${json} as ${identifier(alias ?? name)}`;
}

export function isGrouped({ select, embeds }: ReadNode): boolean {
  if (select.some(({ aggregate }) => aggregate !== null)) return true;
  return embeds.some(
    ({ output }) => output.kind === "spread" && output.columns.some(({ aggregate }) => aggregate !== null),
  );
}

/** By every column that is no aggregate. */
function groupSql(parameters: Parameters, { qualifier, select, embeds }: ReadNode): SqlText {
  const own = select
    .filter(({ aggregate }) => aggregate === null)
    .map(({ alias, field }) => (alias === null ? fieldSql(parameters, qualifier, field) : identifier(alias)));
  const terms = [...own, ...embeds.flatMap(embedTerms)];
  return terms.length === 0 ? nothing : sql` group by ${join(terms)}`;
}

function embedTerms({ lateral, output }: Embed): readonly SqlText[] {
  if (output.kind === "json") return output.isShown ? [identifier(output.name)] : [];
  return output.columns
    .filter(({ aggregate }) => aggregate === null)
    .map(({ name, alias }) => column({ schema: "", name: lateral }, alias ?? name));
}
