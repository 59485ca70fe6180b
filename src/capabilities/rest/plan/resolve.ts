import {
  castKey,
  distancesOf,
  nameKey,
  type Column,
  type QualifiedName,
  type SchemaCache,
} from "../../../catalog/index.ts";
import {
  distanceFailure,
  distinctSpreadFailure,
  notEmbedded,
  notImplemented,
  relatedOrderFailure,
} from "../failure/index.ts";
import type { DistanceTo, Field, Filter, LogicTree, OrderTerm, SelectField } from "../request/syntax.ts";
import { targetName, type Draft } from "./draft.ts";
import { leadsToOne } from "./find-relationship.ts";
import type { PlanContext } from "./plan-context.ts";
import { plainField } from "./rest-plan.ts";
import type { Condition, DistancePlan, FieldPlan, OrderColumn, SelectColumn } from "./read-plan.ts";

/** Resolves what the request says of each resource against its columns. Throws PGRST108 and PGRST118. */
export function resolveFields(node: Draft, context: ResolveContext, withinAggregate = false): void {
  const { cache } = context;
  const columns = cache.relations.get(nameKey(node.relation))?.columns ?? noColumns;
  const aggregates = withinAggregate || node.fields.some(({ aggregate }) => aggregate !== null);
  const expands = aggregates || node.spread === "many";
  const scope = { cache, columns, permitted: permittedOf(node, context) };
  node.select = resolveSelect(node, scope, expands);
  node.conditions = [
    ...node.logic.map((tree) => resolveLogic(scope, node, tree)),
    ...node.filters.map((filter) => resolveFilter(scope, node, filter)),
  ];
  node.distinct = resolveDistinct(node, scope);
  node.order = orderOf(
    node.distinct,
    node.orderTerms.map((term) => resolveOrder(scope, node, term)),
  );
  for (const child of node.children) resolveFields(child, context, expands);
}

export interface ResolveContext extends Pick<PlanContext, "cache" | "permitted"> {
  /** A resource whose columns need no privilege. */
  readonly free: Draft | null;
}

/** What the role may read of it, where that is not all: what a function returns it may. */
function permittedOf(node: Draft, { permitted, free }: ResolveContext): ReadonlySet<string> | undefined {
  if (permitted === undefined || node === free || node.from.kind === "computed") return undefined;
  return permitted.get(nameKey(node.relation));
}

/** The columns that names of one resource are looked up in; a name that is none may be a computed field. */
interface Scope {
  readonly cache: SchemaCache;
  readonly columns: ReadonlyMap<string, Column>;
  readonly permitted?: ReadonlySet<string> | undefined;
}

const noColumns: ReadonlyMap<string, Column> = new Map();

/** The function that casts, where a domain has one for it. */
export function representation(cache: SchemaCache, source: string, target: string): QualifiedName | null {
  return cache.representations.size === 0
    ? null
    : (cache.representations.get(castKey(source, target))?.routine ?? null);
}

function resolveField({ columns }: Scope, { name, path }: Field): FieldPlan {
  const type = columns.get(name)?.declaredType;
  const isJson = type === "json" || type === "jsonb";
  return path.length === 0 ? plainField(name) : { ...plainField(name, path), toJson: !isJson };
}

function outputField(scope: Scope, field: Field): FieldPlan {
  const resolved = resolveField(scope, field);
  const type = scope.columns.get(field.name)?.declaredType;
  const transform = type === undefined ? null : representation(scope.cache, type, "json");
  return transform === null ? resolved : { ...resolved, transform };
}

function resolveSelect(node: Draft, scope: Scope, expands: boolean): readonly SelectColumn[] {
  const shown =
    expands || scope.permitted !== undefined || (scope.cache.representations.size > 0 && hasShownDomain(scope));
  return node.fields.flatMap((item) => {
    const isStar = item.field.name === "*" && item.field.path.length === 0;
    if (isStar && item.aggregate === null && shown) return allColumns(scope, item);
    const isSpreadCount = isStar && item.aggregate === "count" && node.spread !== null;
    return [selectColumn(node, scope, item, isSpreadCount)];
  });
}

function hasShownDomain({ cache, columns }: Scope): boolean {
  return [...columns.values()].some(({ declaredType }) => representation(cache, declaredType, "json") !== null);
}

/** "*" by name, where a star would show domains as they are stored, or could not be grouped by. */
function allColumns(scope: Scope, item: SelectField): readonly SelectColumn[] {
  const names = [...scope.columns.keys()].filter((name) => scope.permitted?.has(name) ?? true);
  return names.map((name) => {
    const field = outputField(scope, { name, path: [] });
    const { cast, aggregate, aggregateCast, alias } = item;
    return { field, cast, aggregate, aggregateCast, alias: alias ?? (field.transform === null ? null : name) };
  });
}

function selectColumn(node: Draft, scope: Scope, item: SelectField, isSpreadCount: boolean): SelectColumn {
  const resolved = outputField(scope, item.field);
  const field = isSpreadCount ? { ...resolved, wholeRow: true } : resolved;
  const { cast, aggregate, aggregateCast } = item;
  return { field, cast, aggregate, aggregateCast, alias: item.alias ?? ownAlias(node, field, aggregate) };
}

/** A path is called by its last key, a shown domain by its column, an aggregate that is lifted by itself. */
function ownAlias(node: Draft, field: FieldPlan, aggregate: SelectColumn["aggregate"]): string | null {
  if (aggregate !== null) return node.spread === null ? null : aggregate;
  if (field.path.length > 0) return lastKey(field);
  return field.transform === null ? null : field.name;
}

/** Behind indexes the key before them: data->1->mycol->>2 is mycol, data->3 is data. */
function lastKey({ name, path }: FieldPlan): string {
  const keys = path.flatMap(({ operand }) => (operand.kind === "key" ? [operand.key] : []));
  return keys.at(-1) ?? name;
}

function resolveFilter(scope: Scope, node: Draft, { field, negated, operation }: Filter): Condition {
  if (operation.kind === "is" && operation.value === "null" && field.path.length === 0) {
    const embedded = node.children.find((child) => targetName(child) === field.name);
    if (embedded !== undefined) return { kind: "embedded", lateral: embedded.lateral, isThere: negated };
  }
  return { kind: "filter", field: inputField(scope, field, operation), negated, operation };
}

function inputField(scope: Scope, field: Field, operation: Filter["operation"]): FieldPlan {
  const resolved = resolveField(scope, field);
  const column = scope.columns.get(field.name);
  const transform = column === undefined ? null : representation(scope.cache, "text", column.declaredType);
  const searches = operation.kind === "textSearch" && (column?.type !== "tsvector" || field.path.length > 0);
  const textSearch = searches ? { language: operation.language } : null;
  return transform === null && textSearch === null ? resolved : { ...resolved, transform, textSearch };
}

function resolveLogic(scope: Scope, node: Draft, tree: LogicTree): Condition {
  if (tree.kind === "filter") return resolveFilter(scope, node, tree.filter);
  const { negated, operator, operands } = tree;
  return { kind: "logic", negated, operator, operands: operands.map((each) => resolveLogic(scope, node, each)) };
}

/** Filters and logic of a mutation: nothing is embedded there. */
export function resolveConditions(
  cache: SchemaCache,
  node: Draft,
  filters: readonly Filter[],
  logic: readonly LogicTree[],
): readonly Condition[] {
  const scope = { cache, columns: cache.relations.get(nameKey(node.relation))?.columns ?? noColumns };
  const alone = { ...node, children: [] };
  return [
    ...filters.map((filter) => resolveFilter(scope, alone, filter)),
    ...logic.map((tree) => resolveLogic(scope, alone, tree)),
  ];
}

function resolveDistinct({ distinctFields, spread }: Draft, scope: Scope): Draft["distinct"] {
  if (distinctFields === null) return null;
  if (spread !== null) throw distinctSpreadFailure();
  return distinctFields === "all" ? "all" : distinctFields.map((field) => resolveField(scope, field));
}

/** Postgres takes the first row of each value, so that the values come first in the order. */
function orderOf(distinct: Draft["distinct"], order: readonly OrderColumn[]): readonly OrderColumn[] {
  if (distinct === null || distinct === "all") return order;
  const isOne = (term: OrderColumn): boolean => isPlain(term) && distinct.some((field) => isSame(field, term.field));
  const given = order.filter(isOne);
  const missing = distinct.filter((field) => !given.some((term) => isSame(field, term.field)));
  const added = missing.map((field) => ({ field, lateral: null, direction: null, nulls: null }));
  return [...given, ...added, ...order.filter((term) => !isOne(term))];
}

function isPlain({ lateral, distance }: OrderColumn): boolean {
  return lateral === null && distance === undefined;
}

function isSame(left: FieldPlan, right: FieldPlan): boolean {
  return left.name === right.name && JSON.stringify(left.path) === JSON.stringify(right.path);
}

/** The operator is one of the catalog's: the request's text only chooses among them. */
function resolveDistance(scope: Scope, { name, path }: Field, wanted: DistanceTo): DistancePlan {
  const column = scope.columns.get(name);
  const last = path.at(-1)?.arrow === "->>" ? "text" : null;
  const type = path.length === 0 ? column?.type : last;
  const known = type === undefined || type === null ? [] : distancesOf(scope.cache.distances, type);
  const named = known.filter((each) => each.name === wanted.operator);
  const found = wanted.type === null ? named[0] : named.find(({ operand }) => isNamed(operand, wanted.type ?? ""));
  if (found === undefined) throw distanceFailure(name, type ?? null, wanted, known);
  const { schema, operand } = found;
  return { operator: { schema, name: found.name }, type: operand, value: wanted.value };
}

/** With or without its schema. */
function isNamed(type: string, name: string): boolean {
  return type === name || type.endsWith(`.${name}`);
}

function resolveOrder(scope: Scope, node: Draft, term: OrderTerm): OrderColumn {
  const { direction, nulls } = term;
  if (term.relation === null) {
    const own = { field: resolveField(scope, term.field), lateral: null, direction, nulls };
    if (term.distance === undefined) return own;
    if (node.spread === "many") {
      throw notImplemented("Distances are not implemented for one-to-many or many-to-many spreads.");
    }
    return { ...own, distance: resolveDistance(scope, term.field, term.distance) };
  }
  const related = node.children.find((child) => targetName(child) === term.relation);
  if (related === undefined) throw notEmbedded(term.relation);
  if (related.relationship === null || !leadsToOne(related.relationship)) {
    throw relatedOrderFailure(node.relation.name, term.relation);
  }
  return { field: plainField(term.field.name, term.field.path), lateral: related.lateral, direction, nulls };
}
