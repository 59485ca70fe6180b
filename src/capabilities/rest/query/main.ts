import type { RequestQuery } from "../../../postgres/index.ts";
import type { CallPlan, DatabasePlan, KeysetPlan, MutatePlan, ReadPlan } from "../plan/index.ts";
import type { MediaType } from "../request/media-type.ts";
import type { RestRequest } from "../request/rest-request.ts";
import { bodySql, lineSql, rows } from "./body.ts";
import { callSql } from "./call.ts";
import { countedSql } from "./count.ts";
import { keysetPage, shown, type KeysetPage } from "./keyset.ts";
import { matchedChecks, matchedRowsSql, type MatchedUpdate } from "./matched.ts";
import { locationSql, mutationSql } from "./mutate.ts";
import { selectSql, type SelectContext } from "./select.ts";
import { join, nothing, Parameters, sql, type SqlText } from "./sql-text.ts";

/** What of a request besides its plan shapes the statement. */
export interface MainOptions {
  readonly request: RestRequest;
  readonly maxRows: number | null;
}

const queries = new WeakMap<DatabasePlan, { readonly key: string; readonly query: RequestQuery }>();

/**
 * The one statement that does what a plan says; its columns are those of `RestResult`, in that order.
 *
 * A plan that is met again (see remembered.ts) has its statement again.
 */
export function mainQuery(plan: DatabasePlan, options: MainOptions): RequestQuery {
  const { count, handling, maxAffected } = options.request.preferences;
  const key = `${count} ${options.maxRows} ${handling} ${maxAffected}`;
  const known = queries.get(plan);
  if (known?.key === key) return known.query;
  const query = makeQuery(plan, options);
  if (plan.accessMode === "read only") queries.set(plan, { key, query });
  return query;
}

function makeQuery(plan: DatabasePlan, options: MainOptions): RequestQuery {
  const parameters = new Parameters();
  const text = explained(plan.mediaType, mainSql(parameters, plan, options));
  const query = { text, values: parameters.values };
  // Of a function's own rows no plan is better for one value than for another; of a filter on a table it may well be.
  const isGeneric = plan.kind === "call" && plan.read.conditions.length === 0;
  return isGeneric ? { ...query, plan: "generic" } : query;
}

/**
 * Fails with WD680 unless the body that `plan` makes has one of these tags (see tag.ts) and holds all rows that there are,
 * or, for "any", has a row. What says it holds a number, so that Postgres does not cast it while it plans.
 */
export function requiredQuery(plan: ReadPlan, options: MainOptions, tags: readonly string[] | "any"): RequestQuery {
  const parameters = new Parameters();
  const current = mainSql(parameters, plan, options);
  const isBinary = "isBinary" in plan.handler && plan.handler.isBinary;
  const bytes = isBinary ? sql`decode(body, 'hex')` : sql`convert_to(body::text, 'UTF8')`;
  const digest = sql`left(translate(encode(sha256(${bytes}), 'base64'), '+/', '-_'), 22)`;
  const isWanted =
    tags === "any"
      ? sql`page_count > 0`
      : sql`${digest} in (select json_array_elements_text(${parameters.add(JSON.stringify(tags))}::json))`;
  const cut = tags === "any" ? sql`false` : sql`total_count > page_count`;
  const text = sql`select case when not (${isWanted}) then ('howdah:WD680:' || page_count)::int when ${cut} then ('howdah:WD680:' || page_count || ' of ' || total_count)::int end from (${current}) as current_state`;
  return { text, values: parameters.values };
}

/**
 * Rows in place of their body, a line each, for results too large to be held; null where the response says something of
 * all of them, as a count.
 */
export function streamedQuery(plan: DatabasePlan, { request }: MainOptions): RequestQuery | null {
  if (!isStreamed(plan, request)) return null;
  const parameters = new Parameters();
  const routine = plan.kind === "call" ? plan.routine : null;
  const result = plan.kind === "call" ? sql`(${callSql(parameters, plan)})` : source;
  const page = selectSql({ parameters, result }, plan.read, isCompared(plan));
  return { text: sql`select ${lineSql(routine)} from (${page}) as ${rows}`, values: parameters.values };
}

function isStreamed(plan: DatabasePlan, { preferences }: RestRequest): plan is ReadPlan | CallPlan {
  if (plan.handler.kind !== "ndjson" || plan.mediaType.kind === "plan") return false;
  if (plan.kind === "mutate" || plan.accessMode !== "read only") return false;
  if (plan.kind === "call" && !plan.routine.returns.isSet) return false;
  return preferences.count === null && (preferences.maxAffected === null || preferences.handling !== "strict");
}

function mainSql(parameters: Parameters, plan: DatabasePlan, options: MainOptions): SqlText {
  switch (plan.kind) {
    case "read":
      return readSql(parameters, plan, options);
    case "mutate":
      return mutateSql(parameters, plan, options);
    case "call":
      return callMainSql(parameters, plan, options);
  }
}

const source = sql`pgrst_source`;

function readSql(parameters: Parameters, plan: ReadPlan, options: MainOptions): SqlText {
  if (plan.keyset !== null) return pagedSql(parameters, { ...plan, keyset: plan.keyset }, options);
  const context = { parameters, result: source };
  const page = selectSql(context, plan.read, isCompared(plan));
  const counted = countSql(context, plan, options, sql`count(*)`);
  // CSV takes the names of its columns out of the rows: they are read once, for both.
  const reused = plan.handler.kind === "csv";
  const ctes = [...(reused ? [sql`${source} as (${page})`] : []), ...counted.cte];
  return resultSql({
    ctes,
    total: counted.total,
    pageCount: sql`count(*)`,
    body: bodySql(plan.handler, null, source),
    from: reused ? source : sql`(${page})`,
    checks: singularCheck(plan.mediaType),
  });
}

/** A page by key; its eighth column is the key that the next one begins behind. */
function pagedSql(
  parameters: Parameters,
  plan: ReadPlan & { readonly keyset: KeysetPlan },
  options: MainOptions,
): SqlText {
  const context = { parameters, result: source };
  const page = keysetPage(context, plan);
  const counted = countSql(context, plan, options, sql`count(*)`);
  return resultSql({
    ctes: counted.cte,
    total: counted.total,
    pageCount: sql`count(*) filter (where ${page.isShown})`,
    body: pageBodySql(plan.handler, page),
    from: page.from,
    next: sql`${page.next} as next_key`,
    checks: [],
  });
}

function pageBodySql(handler: ReadPlan["handler"], { isShown }: KeysetPage): SqlText {
  if (handler.kind !== "json") return sql`''::text`;
  const all = sql`json_agg(${rows}.${shown}) filter (where ${isShown})`;
  return sql`coalesce(${handler.stripNulls ? sql`json_strip_nulls(${all})` : all}, '[]')`;
}

function mutateSql(parameters: Parameters, plan: MutatePlan, { request }: MainOptions): SqlText {
  const { mutation, handler, primaryKey } = plan;
  const written = sql`${source} as (${mutationSql(parameters, plan)})`;
  const hasBody = handler.kind !== "none";
  const page = hasBody ? selectSql({ parameters, result: source }, plan.read, isCompared(plan)) : nothing;
  const isLocated = mutation.kind === "insert" && request.preferences.return === "headers-only";
  const isMerged = mutation.kind === "insert" && mutation.onConflict?.resolution === "merge";
  const isReused = handler.kind === "csv";
  const matched = matchedUpdate(mutation);
  return resultSql({
    ctes: [
      ...(matched === null ? [] : [matchedRowsSql(parameters, matched)]),
      written,
      ...(isReused ? [sql`pgrst_page as (${page})`] : []),
    ],
    total: none,
    pageCount: sql`count(*)`,
    location: isLocated ? locationSql(parameters, primaryKey, source) : undefined,
    body: bodySql(handler, null, sql`pgrst_page`),
    from: mutationRows(hasBody, isReused, page),
    inserted: isMerged ? sql`nullif(current_setting('pgrst.inserted', true), '')::int` : undefined,
    checks: mutationChecks(parameters, plan, request),
  });
}

function matchedUpdate(mutation: MutatePlan["mutation"]): MatchedUpdate | null {
  if (mutation.kind !== "update" || mutation.matched === null) return null;
  return { ...mutation, matched: mutation.matched };
}

function mutationRows(hasBody: boolean, isReused: boolean, page: SqlText): SqlText {
  if (!hasBody) return source;
  return isReused ? sql`pgrst_page` : sql`(${page})`;
}

function mutationChecks(
  parameters: Parameters,
  { mutation, mediaType }: MutatePlan,
  request: RestRequest,
): readonly SqlText[] {
  if (mutation.kind === "insert" && mutation.key.length > 0) return [failing("PGRST115", sql`count(*) <> 1`, nothing)];
  const singular = singularCheck(mediaType);
  if (mutation.kind === "insert") return singular;
  const matched = matchedUpdate(mutation);
  const unmatched = matched === null ? [] : matchedChecks(matched, source);
  return [...unmatched, ...singular, ...affectedCheck(parameters, request)];
}

function callMainSql(parameters: Parameters, plan: CallPlan, options: MainOptions): SqlText {
  const { routine, handler, read } = plan;
  const called = callSql(parameters, plan);
  const isCounted = needsOwnCount(plan, options);
  // A function must not run twice: only where its rows are read once they need no `with`, which would store them.
  const context = { parameters, result: isCounted ? source : sql`(${called})` };
  const page = selectSql(context, read, isCompared(plan));
  const pageCount = routine.returns.isSet ? sql`count(*)` : sql`1`;
  const counted = countSql(context, plan, options, pageCount);
  const isReused = handler.kind === "csv";
  return resultSql({
    ctes: [
      ...(isCounted ? [sql`${source} as (${called})`] : []),
      ...counted.cte,
      ...(isReused ? [sql`pgrst_page as (${page})`] : []),
    ],
    total: counted.total,
    pageCount,
    body: bodySql(handler, routine, sql`pgrst_page`),
    from: isReused ? sql`pgrst_page` : sql`(${page})`,
    checks: callChecks(parameters, plan, options.request),
  });
}

function callChecks(
  parameters: Parameters,
  { routine, mediaType }: CallPlan,
  request: RestRequest,
): readonly SqlText[] {
  return routine.returns.isSet ? [...singularCheck(mediaType), ...affectedCheck(parameters, request)] : [];
}

/** Whatever makes the body takes its rows as they are: only our own JSON is told apart from jsonb by nobody. */
function isCompared({ handler }: DatabasePlan): boolean {
  return handler.kind !== "json" && handler.kind !== "none";
}

interface Counted {
  readonly cte: readonly SqlText[];
  readonly total: SqlText;
}

const none = sql`null::bigint`;

/** All rows, whatever the range; where there is none, those of the page. */
function countSql(
  context: SelectContext,
  plan: ReadPlan | CallPlan,
  options: MainOptions,
  pageCount: SqlText,
): Counted {
  const { count } = options.request.preferences;
  if (count !== "exact" && count !== "estimated") return { cte: [], total: none };
  if (!needsOwnCount(plan, options)) return { cte: [], total: pageCount };
  const counted = countedSql(context, plan.read);
  const { maxRows } = options;
  const isLimited = plan.kind === "read" && count === "estimated" && maxRows !== null;
  const limit = isLimited ? sql` limit ${context.parameters.add(String(maxRows + 1))}` : nothing;
  return {
    cte: [sql`pgrst_source_count as (${counted}${limit})`],
    total: sql`(select count(*) from pgrst_source_count)`,
  };
}

function needsOwnCount(plan: DatabasePlan, { request, maxRows }: MainOptions): boolean {
  const { count } = request.preferences;
  if (plan.kind === "mutate" || (count !== "exact" && count !== "estimated")) return false;
  if (plan.kind === "read" && plan.keyset !== null) return true;
  return maxRows !== null || request.range.limit !== null || request.range.offset !== 0;
}

interface Result {
  readonly ctes: readonly SqlText[];
  readonly total: SqlText;
  readonly pageCount: SqlText;
  readonly location?: SqlText | undefined;
  readonly body: SqlText;
  readonly inserted?: SqlText | undefined;
  readonly from: SqlText;
  readonly next?: SqlText | undefined;
  readonly checks: readonly SqlText[];
}

function resultSql({ ctes, total, pageCount, location, body, inserted, from, next, checks }: Result): SqlText {
  const columns = [
    sql`${total} as total_count`,
    sql`${pageCount} as page_count`,
    sql`${location ?? sql`null::text`} as location`,
    sql`${body} as body`,
    sql`nullif(current_setting('response.headers', true), '') as response_headers`,
    sql`nullif(current_setting('response.status', true), '') as response_status`,
    sql`${inserted ?? sql`null::int`} as inserted_count`,
    ...(next === undefined ? [] : [next]),
    ...checks,
  ];
  const clause = ctes.length === 0 ? nothing : sql`with ${join(ctes)} `;
  return sql`${clause}select ${join(columns)} from ${from} as ${rows}`;
}

/** An expression that fails with what the failure stage reads, so that the transaction ends there. */
function failing(code: "PGRST115" | "PGRST116" | "PGRST124", when: SqlText, count: SqlText): SqlText {
  return sql`case when ${when} then (${failures[code]}${count})::int end`;
}

const failures = {
  PGRST115: sql`'howdah:PGRST115:' || count(*)`,
  PGRST116: sql`'howdah:PGRST116:'`,
  PGRST124: sql`'howdah:PGRST124:'`,
};

function singularCheck(mediaType: MediaType): readonly SqlText[] {
  return mediaType.kind === "object" ? [failing("PGRST116", sql`count(*) <> 1`, sql` || count(*)`)] : [];
}

function affectedCheck(
  parameters: Parameters,
  { preferences: { maxAffected, handling } }: RestRequest,
): readonly SqlText[] {
  if (maxAffected === null || handling !== "strict") return [];
  const limit = parameters.add(String(maxAffected));
  return [failing("PGRST124", sql`count(*) > ${limit}::bigint`, sql` || count(*)`)];
}

function explained(mediaType: MediaType, statement: SqlText): SqlText {
  if (mediaType.kind !== "plan") return statement;
  const format = mediaType.format === "json" ? sql`format json` : sql`format text`;
  return sql`explain (${join([format, ...mediaType.options.map((option) => options[option])])}) ${statement}`;
}

const options = {
  analyze: sql`analyze`,
  verbose: sql`verbose`,
  settings: sql`settings`,
  buffers: sql`buffers`,
  wal: sql`wal`,
};

/** EXPLAIN of what is counted: its first plan's rows are the estimate. */
export function plannedCountQuery(plan: DatabasePlan, { request }: MainOptions): RequestQuery | null {
  const { count } = request.preferences;
  if (plan.kind !== "read" || (count !== "planned" && count !== "estimated")) return null;
  const parameters = new Parameters();
  const text = sql`explain (format json) ${countedSql({ parameters, result: source }, plan.read)}`;
  return { text, values: parameters.values };
}
