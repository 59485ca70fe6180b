import type { JsonPayload, PayloadColumn } from "../plan/rest-plan.ts";
import { fromCatalog, identifier, join, sql, type Parameters, type SqlText } from "./sql-text.ts";
import { transformed } from "./field.ts";

/** The rows of a body go by this name. */
export const body = sql`pgrst_body`;

export interface PayloadOptions {
  /** Columns that the body leaves out have their default, not null. */
  readonly applyDefaults: boolean;
  /** Only the first row of several. */
  readonly onlyOne: boolean;
}

/** A body as rows with these columns, for `from`. */
export function payloadSql(
  parameters: Parameters,
  columns: readonly PayloadColumn[],
  { text, isArray }: JsonPayload,
  { applyDefaults, onlyOne }: PayloadOptions,
): SqlText {
  if (columns.length === 0) return withoutColumns(parameters, text, isArray);
  const value = parameters.add(text);
  const json = applyDefaults ? withDefaults(parameters, columns, value, isArray) : sql`${value}::json`;
  const types = join(columns.map(({ name, type }) => sql`${identifier(name)} ${fromCatalog(type)}`));
  const read = sql`${readers[applyDefaults ? "jsonb" : "json"][isArray ? "rows" : "row"]}(${json})`;
  const limit = onlyOne && isArray ? sql` limit 1` : sql``;
  const isPlain = limit === "" && columns.every(({ transform }) => transform === null);
  if (isPlain) return sql`${read} as ${body}(${types})`;
  const parsed = columns.map(({ name, transform }) => {
    const column = identifier(name);
    return transform === null ? column : sql`${transformed(transform, column)} as ${column}`;
  });
  return sql`(select ${join(parsed)} from ${read} as _(${types})${limit}) as ${body}`;
}

/** A row for each object, though none says anything: every column has its default. */
function withoutColumns(parameters: Parameters, text: string, isArray: boolean): SqlText {
  if (!isArray) return sql`(values (1)) as ${body}`;
  return sql`json_array_elements(${parameters.add(text)}::json) as ${body}`;
}

const readers = {
  json: { row: sql`json_to_record`, rows: sql`json_to_recordset` },
  jsonb: { row: sql`jsonb_to_record`, rows: sql`jsonb_to_recordset` },
};

function withDefaults(
  parameters: Parameters,
  columns: readonly PayloadColumn[],
  value: SqlText,
  isArray: boolean,
): SqlText {
  const defaults = columns.flatMap(({ name, default: expression }) =>
    expression === null ? [] : [sql`${parameters.add(name)}::text, ${fromCatalog(expression)}`],
  );
  const defaulted = sql`jsonb_build_object(${join(defaults)})`;
  if (!isArray) return sql`${defaulted} || ${value}::jsonb`;
  return sql`(select jsonb_agg(${defaulted} || element) from jsonb_array_elements(${value}::jsonb) as element)`;
}
