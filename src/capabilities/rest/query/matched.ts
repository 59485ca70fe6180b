import type { Mutation, PayloadColumn } from "../plan/rest-plan.ts";
import { body, payloadSql } from "./payload.ts";
import { column, identifier, join, sql, type Parameters, type SqlText } from "./sql-text.ts";

/** The rows of a body that find their own: read once, for what is changed and for what is not there. */
export const matchedRows = sql`pgrst_matched`;

export type MatchedUpdate = Extract<Mutation, { kind: "update" }> & { readonly matched: readonly PayloadColumn[] };

/** A name of `with`. */
export function matchedRowsSql(parameters: Parameters, mutation: MatchedUpdate): SqlText {
  const { matched, columns, payload, applyDefaults } = mutation;
  const rows = payloadSql(parameters, [...matched, ...columns], payload, { applyDefaults, onlyOne: false });
  return sql`${matchedRows} as (select * from ${rows})`;
}

/** Rows that are named at most: an answer of thousands helps nobody. */
const named = sql`10`;

/** Expressions that fail where a row is named twice, or was not changed. */
export function matchedChecks({ matched }: MatchedUpdate, written: SqlText): readonly SqlText[] {
  const keys = join(matched.map(({ name }) => column({ schema: "", name: "pgrst_body" }, name)));
  const same = join(
    matched.map(({ name }) => sql`pgrst_written.${identifier(name)} = ${body}.${identifier(name)}`),
    sql` and `,
  );
  const repeated = sql`select ${keys} from ${matchedRows} as ${body} group by ${keys} having count(*) > 1 limit ${named}`;
  const missing = sql`select ${keys} from ${matchedRows} as ${body} where not exists (select from ${written} as pgrst_written where ${same}) limit ${named}`;
  return [failing(sql`WD675`, repeated), failing(sql`WD674`, missing)];
}

function failing(code: SqlText, rows: SqlText): SqlText {
  return sql`('howdah:${code}:' || (select string_agg(row_to_json(pgrst_key)::text, ', ') from (${rows}) as pgrst_key))::int`;
}
