import type { KeysetPlan, ReadPlan } from "../plan/index.ts";
import type { OrderColumn } from "../plan/read-plan.ts";
import { whereSql } from "./condition.ts";
import { orderedSql, orderSql, rangeSql } from "./order.ts";
import { allConditions, columnsSql, lateralSql, sourceSql, type SelectContext } from "./select.ts";
import { join, nothing, sql, type Parameters, type SqlText } from "./sql-text.ts";

/** What a page by key is read from, and what is made of it. */
export interface KeysetPage {
  /** Rows pgrst_shown with their pgrst_key and pgrst_row, counted from 1; one more than the page has. */
  readonly from: SqlText;
  /** Holds of the rows that the page has. */
  readonly isShown: SqlText;
  /** The key of the last row as a JSON list of texts, where there is another row behind it. */
  readonly next: SqlText;
}

export const shown = sql`pgrst_shown`;

/** The rows behind the key of `plan`; those that are shown are made beside the key, so that it is no column of theirs. */
export function keysetPage(
  context: SelectContext,
  { read, keyset }: ReadPlan & { readonly keyset: KeysetPlan },
): KeysetPage {
  const { parameters } = context;
  const { qualifier, embeds, range } = read;
  const terms = keyset.keys.map(({ term }) => term);
  const key = terms.map((term) => sql`(${orderedSql(parameters, qualifier, term)})::text`);
  const embedded = join(
    embeds.map((embed) => lateralSql(context, embed, false)),
    nothing,
  );
  const columns = sql` cross join lateral (select ${join(columnsSql(parameters, read, false))}) as ${shown}`;
  const behind = keyset.values === null ? [] : [behindSql(context, read.qualifier, keyset, keyset.values)];
  const where = whereSql([...allConditions(parameters, read), ...behind]);
  const limit = range.limit === null ? null : range.limit;
  const rows = sql`select ${shown}, json_build_array(${join(key)}) as pgrst_key from ${sourceSql(context, read.from)}${embedded}${columns}${where}${orderSql(parameters, qualifier, terms)}${rangeSql(parameters, { offset: 0, limit: limit === null ? null : limit + 1 })}`;
  const from = sql`(select ${shown}, pgrst_key, row_number() over () as pgrst_row from (${rows}) as pgrst_page)`;
  if (limit === null) return { from, isShown: sql`true`, next: sql`null::text` };
  const last = sql`${parameters.add(String(limit))}::bigint`;
  return {
    from,
    isShown: sql`pgrst_row <= ${last}`,
    next: sql`case when count(*) > ${last} then (array_agg(pgrst_key) filter (where pgrst_row = ${last}))[1]::text end`,
  };
}

type Compared = KeysetPlan["keys"][number] & { readonly value: string | null };

/** True of the rows that come behind one with these values. */
function behindSql(
  { parameters }: SelectContext,
  qualifier: ReadPlan["read"]["qualifier"],
  { keys }: KeysetPlan,
  values: readonly (string | null)[],
): SqlText {
  const compared = keys.map((key, index): Compared => ({ ...key, value: values[index] ?? null }));
  const value = (term: OrderColumn): SqlText => orderedSql(parameters, qualifier, term);
  if (isRow(compared)) {
    const left = join(compared.map(({ term }) => value(term)));
    const right = join(compared.map((key) => parameters.add(key.value)));
    return sql`(${left}) ${comparison(compared[0]?.term)} (${right})`;
  }
  const [first] = compared;
  const stepwise = stepsSql(parameters, compared, value);
  if (first === undefined || first.nullable || first.value === null) return stepwise;
  // Says nothing that the steps do not say, but an index can begin there.
  return sql`${value(first.term)} ${comparison(first.term)}= ${parameters.add(first.value)} and ${stepwise}`;
}

/** One comparison of rows, which an index serves: the same direction everywhere, and no null. */
function isRow(keys: readonly Compared[]): boolean {
  const descends = keys[0]?.term.direction === "desc";
  return keys.every(
    ({ term, nullable, value }) => !nullable && value !== null && (term.direction === "desc") === descends,
  );
}

function comparison(term: OrderColumn | undefined): SqlText {
  return term?.direction === "desc" ? sql`<` : sql`>`;
}

/** Behind in the first key, or equal in it and behind in the others. */
function stepsSql(
  parameters: Parameters,
  [key, ...others]: readonly Compared[],
  value: (term: OrderColumn) => SqlText,
): SqlText {
  if (key === undefined) return sql`false`;
  const own = value(key.term);
  const later = laterSql(parameters, key, own);
  if (others.length === 0) return later;
  const same = key.value === null ? sql`${own} is null` : sql`${own} = ${parameters.add(key.value)}`;
  return sql`(${later} or (${same} and ${stepsSql(parameters, others, value)}))`;
}

/** Nulls are last of all unless the direction or the request says otherwise. */
function laterSql(parameters: Parameters, { term, nullable, value }: Compared, own: SqlText): SqlText {
  const nullsLast = term.nulls === null ? term.direction !== "desc" : term.nulls === "last";
  if (value === null) return nullsLast ? sql`false` : sql`${own} is not null`;
  const later = sql`${own} ${comparison(term)} ${parameters.add(value)}`;
  return nullsLast && nullable ? sql`(${later} or ${own} is null)` : later;
}
