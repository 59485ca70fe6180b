import type { Field, OrderTerm, SelectItem } from "./syntax.ts";
import type { QuerySettings } from "../settings.ts";
import { BoundedCache } from "./bounded-cache.ts";
import {
  columns,
  distinctFields,
  matchColumns,
  logicPath,
  logicTree,
  orderTerms,
  orderTermsByOperator,
  parseOptional,
  parseText,
  plainCondition,
  selectItems,
  treePath,
  wholeCondition,
  type Condition,
} from "./grammar/index.ts";
import { canonicalQuery, compareCodePoints, decodeText, parseParameters } from "./query-string.ts";
import type { EmbedPath, QueryParameters } from "./rest-request.ts";
import { embeddedRange, type LimitAndOffset } from "./row-range.ts";

/** The query string parsed, with the resource's own limit and offset as they were written. */
export interface ParsedQuery {
  readonly query: QueryParameters;
  readonly own: LimitAndOffset;
}

/** What one server hears, and what it was asked before: the same text may be heard by one and refused by another. */
interface Dialect extends QuerySettings {
  readonly filters: BoundedCache<ParsedQuery>;
  readonly arguments: BoundedCache<ParsedQuery>;
  readonly orders: BoundedCache<readonly OrderTerm[]>;
}

const dialects = new Map<number, Dialect>();

function dialectOf({ keyset, distinct, orderByOperator, bulkUpdate }: QuerySettings): Dialect {
  const key = (keyset ? 1 : 0) + (distinct ? 2 : 0) + (orderByOperator ? 4 : 0) + (bulkUpdate ? 8 : 0);
  const known = dialects.get(key);
  if (known !== undefined) return known;
  const made = {
    ...{ keyset, distinct, orderByOperator, bulkUpdate },
    filters: new BoundedCache<ParsedQuery>(2000, 1024),
    arguments: new BoundedCache<ParsedQuery>(2000, 1024),
    orders: new BoundedCache<readonly OrderTerm[]>(1000, 1024),
  };
  dialects.set(key, made);
  return made;
}

const selects = new BoundedCache<readonly SelectItem[]>(1000, 4096);
const keys = new BoundedCache<FieldKey>(1000, 256);

/**
 * A raw query string without its `?`; equal texts are parsed once. Throws PGRST100.
 *
 * With `hasArguments`, parameters without an operator are arguments of the function that is called by GET.
 */
export function parseQuery(raw: string, hasArguments: boolean, settings: QuerySettings): ParsedQuery {
  const dialect = dialectOf(settings);
  return hasArguments
    ? dialect.arguments.get(raw, (text) => parse(text, true, dialect))
    : dialect.filters.get(raw, (text) => parse(text, false, dialect));
}

/** What the name of a parameter says: an embedded resource and a field of it. */
interface FieldKey {
  readonly path: EmbedPath;
  readonly field: Field;
}

type Given = readonly [name: string, value: string];

/** In the order in which a request that is wrong in several ways is refused. */
function parse(raw: string, hasArguments: boolean, dialect: Dialect): ParsedQuery {
  const parameters = parseParameters(raw);
  const given = parameters.filter((parameter): parameter is Given => parameter[1] !== null);
  const ending = (...words: readonly string[]): readonly Given[] =>
    given.filter(([name]) => words.includes(lastWord(name)));
  const first = (name: string): string | null => parameters.find(([key]) => key === name)?.[1] ?? null;
  const order = ending("order").map((each) => parseOrder(each, dialect));
  const logic = ending("and", "or").map(parseLogic);
  const columnsText = first("columns");
  const chosen = columnsText === null ? null : parseText(columns, "failed to parse columns parameter", columnsText);
  const select = selects.get(first("select") ?? "*", parseSelect);
  // A function may have arguments of these names.
  const shaping = hasArguments ? [] : given.filter((each) => isShaping(each, dialect));
  const filtering = given.filter((each) => isFilter(each) && !shaping.includes(each));
  const { filters, arguments: values } = parseFilters(filtering, hasArguments);
  const distinct = shaping.flatMap((each) => (lastWord(each[0]) === "distinct" ? [parseDistinct(each)] : []));
  const match = shaping.find(([name]) => name === "match")?.[1] ?? null;
  const after = shaping.find(([name]) => name === "after")?.[1] ?? null;
  const onConflictText = first("on_conflict");
  const onConflict =
    onConflictText === null ? null : parseText(columns, "failed to parse on_conflict parameter", onConflictText);
  const { own, embedded } = parseRanges(given);
  const canonical = canonicalQuery(parameters);
  const query = {
    select,
    filters,
    logic,
    order,
    ranges: embedded,
    distinct,
    match: match === null ? null : parseMatch(match),
    after,
    repeated: after === null ? "" : withoutAfter(raw),
    columns: chosen && sortedNames(chosen),
    onConflict,
    canonical,
  };
  return { query: { ...query, arguments: values }, own };
}

function lastWord(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

const reserved: ReadonlySet<string> = new Set(["select", "columns", "on_conflict"]);
const reservedEndings: ReadonlySet<string> = new Set(["order", "limit", "offset", "and", "or"]);

/** distinct=, match= and after=, unless they are filters of columns of these names: those begin with an operator. */
function isShaping([name, value]: Given, { keyset, distinct, bulkUpdate }: QuerySettings): boolean {
  const isHeard =
    (keyset && name === "after") || (bulkUpdate && name === "match") || (distinct && lastWord(name) === "distinct");
  return isHeard && !/^[a-z_]+(\([^)]*\))?\./.test(value);
}

function withoutAfter(raw: string): string {
  const pairs = raw.split(/[&;]/).filter((pair) => decodeText(pair.split("=", 1)[0] ?? "", true) !== "after");
  return pairs.join("&");
}

function parseMatch(text: string): "key" | readonly string[] {
  return text === "*" ? "key" : parseText(matchColumns, "failed to parse match parameter", text);
}

function parseDistinct([name, text]: Given): QueryParameters["distinct"][number] {
  const { path } = keys.get(name, parseKey);
  return { path, fields: parseText(distinctFields, "failed to parse distinct parameter", text) };
}

function isFilter([name]: Given): boolean {
  return !reserved.has(name) && !reservedEndings.has(lastWord(name));
}

/** Each name once, in the order of its code points, which is how messages list them. */
export function sortedNames(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].toSorted(compareCodePoints);
}

function parseKey(key: string): FieldKey {
  return parseText(treePath, "failed to parse tree path", key);
}

function parseSelect(text: string): readonly SelectItem[] {
  return parseText(selectItems, "failed to parse select parameter", text);
}

function parseOrder([name, text]: Given, { orders, orderByOperator }: Dialect): QueryParameters["order"][number] {
  const { path } = keys.get(name, parseKey);
  const grammar = orderByOperator ? orderTermsByOperator : orderTerms;
  return { path, terms: orders.get(text, (text) => parseText(grammar, "failed to parse order", text)) };
}

function parseLogic([name, text]: Given): QueryParameters["logic"][number] {
  const { path, operator } = parseText(logicPath, "failed to parse logic path", name);
  return { path, tree: parseText(logicTree, "failed to parse logic tree", operator + text, text) };
}

type Filters = Pick<QueryParameters, "filters" | "arguments">;

function parseFilters(given: readonly Given[], hasArguments: boolean): Filters {
  const filters: { path: EmbedPath; filter: QueryParameters["filters"][number]["filter"] }[] = [];
  const values: { name: string; value: string }[] = [];
  for (const [name, value] of given) {
    const { path, field } = keys.get(name, parseKey);
    const condition = parseCondition(value, hasArguments);
    if (condition === null) values.push({ name: field.name, value });
    else filters.push({ path, filter: { field, ...condition } });
  }
  return { filters, arguments: values };
}

/** null: the value of an argument. */
function parseCondition(text: string, mayBeArgument: boolean): Condition | null {
  const plain = plainCondition(text);
  if (plain !== null) return plain;
  const what = "failed to parse filter";
  if (!mayBeArgument) return parseText(wholeCondition, what, text);
  const condition = parseOptional(wholeCondition, what, text);
  return condition.found ? condition.value : null;
}

function parseRanges(given: readonly Given[]): { own: LimitAndOffset; embedded: QueryParameters["ranges"] } {
  const written = new Map<string, { limit: string | null; offset: string | null }>();
  for (const [name, value] of given) {
    const kind = lastWord(name);
    if (kind !== "limit" && kind !== "offset") continue;
    const path = name.slice(0, -kind.length);
    const entry = written.get(path) ?? { limit: null, offset: null };
    entry[kind] = value;
    written.set(path, entry);
  }
  const own = written.get("") ?? { limit: null, offset: null };
  written.delete("");
  const embedded = [...written].map(([path, range]) => ({
    path: [...keys.get(`${path}limit`, parseKey).path],
    range: embeddedRange(range),
  }));
  return { own, embedded };
}
