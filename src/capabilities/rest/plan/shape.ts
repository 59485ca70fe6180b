import { aggregatesFailure, notImplemented } from "../failure/index.ts";
import { targetName, type Draft } from "./draft.ts";
import { leadsToOne } from "./find-relationship.ts";
import { plainField } from "./rest-plan.ts";
import type { Embed, EmbedOutput, OrderColumn, ReadNode, SelectColumn, SpreadColumn } from "./read-plan.ts";

/** The finished tree of a draft whose fields are resolved. Throws PGRST123 and PGRST127. */
export function toReadNode(root: Draft, options: { readonly aggregates: boolean; readonly maxRows: number | null }) {
  if (!options.aggregates && hasAggregate(root)) throw aggregatesFailure();
  return shape(root, options.maxRows).node;
}

function hasAggregate(node: Draft): boolean {
  return node.select.some(({ aggregate }) => aggregate !== null) || node.children.some(hasAggregate);
}

/** An aggregate that a to-one spread does not make itself, but whatever it is spread into. */
interface Lifted {
  readonly lateral: string;
  readonly name: string;
  readonly aggregate: SpreadColumn["aggregate"];
  readonly aggregateCast: string | null;
  readonly alias: string | null;
}

interface Shaped {
  readonly node: ReadNode;
  readonly lifted: readonly Lifted[];
}

function shape(draft: Draft, maxRows: number | null): Shaped {
  const children = draft.children.map((child) => ({ draft: child, ...shape(child, maxRows) }));
  const isLifting = draft.spread === "one";
  const own = isLifting ? draft.select.flatMap((column) => liftedFrom(draft, column)) : [];
  const below = children.flatMap(({ lifted }) => lifted);
  const embeds = children.map((child) => toEmbed(child.draft, child.node, isLifting ? [] : below));
  const ordered = draft.spread === "many" ? orderedSpread(draft, embeds) : null;
  return {
    node: {
      from: draft.from,
      qualifier: draft.qualifier,
      select: isLifting ? draft.select.map(withoutAggregate) : draft.select,
      embeds,
      conditions: draft.conditions,
      joins: draft.joins,
      order: ordered === null ? draft.order : [],
      range: restrict(draft.range, maxRows),
      distinct: draft.distinct,
      orderColumns: ordered?.columns ?? [],
    },
    lifted: isLifting ? [...own, ...below.map((each) => ({ ...each, lateral: draft.lateral }))] : [],
  };
}

function restrict(range: ReadNode["range"], maxRows: number | null): ReadNode["range"] {
  if (maxRows === null || (range.limit !== null && range.limit <= maxRows)) return range;
  return { ...range, limit: maxRows };
}

function liftedFrom({ lateral }: Draft, column: SelectColumn): readonly Lifted[] {
  const { aggregate, aggregateCast, alias, field } = column;
  return aggregate === null ? [] : [{ lateral, name: alias ?? field.name, aggregate, aggregateCast, alias }];
}

function withoutAggregate(column: SelectColumn): SelectColumn {
  return column.aggregate === null ? column : { ...column, aggregate: null, aggregateCast: null };
}

function toEmbed(draft: Draft, node: ReadNode, lifted: readonly Lifted[]): Embed {
  return {
    node,
    lateral: draft.lateral,
    isInner: draft.isInner,
    isToOne: draft.relationship !== null && leadsToOne(draft.relationship),
    output: outputOf(draft, node, lifted),
  };
}

function outputOf(draft: Draft, node: ReadNode, lifted: readonly Lifted[]): EmbedOutput {
  if (draft.spread === null) return { kind: "json", name: targetName(draft), isShown: asksForSomething(draft) };
  const columns = spreadColumns(node).map((column) => {
    const found = lifted.find(({ lateral, name }) => lateral === draft.lateral && name === column.name);
    if (found === undefined) return column;
    const { aggregate, aggregateCast, alias } = found;
    return { ...column, aggregate, aggregateCast, alias };
  });
  return { kind: "spread", columns, order: draft.spread === "many" ? spreadOrder(draft) : [] };
}

/** False for `clients()`, and for what holds nothing but such. */
function asksForSomething(draft: Draft): boolean {
  return draft.select.length > 0 || draft.children.some(asksForSomething);
}

function spreadColumns({ select, embeds }: ReadNode): readonly SpreadColumn[] {
  const none = { aggregate: null, aggregateCast: null, alias: null };
  const own = select.map(({ alias, field }) => ({ name: alias ?? field.name, ...none }));
  return [
    ...own,
    ...embeds.flatMap(({ output }) => (output.kind === "spread" ? output.columns : [{ name: output.name, ...none }])),
  ];
}

/** Rows that become arrays are ordered as they are put together, by columns that are selected for that alone. */
function orderedSpread(draft: Draft, embeds: readonly Embed[]): { readonly columns: ReadNode["orderColumns"] } {
  const lifts = embeds.some(({ output }) => output.kind === "spread" && output.columns.some(isAggregated));
  if (lifts || draft.select.some(isAggregated)) {
    throw notImplemented("Aggregates are not implemented for one-to-many or many-to-many spreads.");
  }
  const columns = draft.order.map((order, index) => {
    const column = { field: order.field, cast: null, aggregate: null, aggregateCast: null };
    return { from: order.lateral, column: { ...column, alias: orderAlias(draft, order, index) } };
  });
  return { columns };
}

function spreadOrder(draft: Draft): readonly OrderColumn[] {
  return draft.order.map((order, index) => ({
    field: plainField(orderAlias(draft, order, index)),
    lateral: null,
    direction: order.direction,
    nulls: order.nulls,
  }));
}

function orderAlias(draft: Draft, { field }: OrderColumn, index: number): string {
  return `${draft.lateral}_${field.name}_${index + 1}`;
}

function isAggregated({ aggregate }: { readonly aggregate: unknown }): boolean {
  return aggregate !== null;
}
