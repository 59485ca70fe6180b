import type { Routine } from "../../../catalog/index.ts";
import type { Handler } from "../plan/index.ts";
import { qualified, sql, type SqlText } from "./sql-text.ts";

/** The rows that a body is made of go by this name in the statement. */
export const rows = sql`_postgrest_t`;

/**
 * The expression that makes the body out of `rows`; whitespace between the rows is that of json_agg, which clients know.
 *
 * `header` is where the names of CSV's columns are read from. Bytes come as hexadecimal digits: see `RestStatements`.
 */
export function bodySql(handler: Handler, routine: Routine | null, header: SqlText): SqlText {
  switch (handler.kind) {
    case "json":
      return jsonSql(handler, routine);
    case "csv":
      return csvSql(header);
    case "ndjson":
      return sql`coalesce(string_agg(${lineSql(routine)}, ''), '')`;
    case "geojson":
      return sql`json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(ST_AsGeoJSON(${rows})::json), '[]'))`;
    case "aggregate": {
      const row = handler.target === null ? rows : sql`${rows}::${qualified(handler.target)}`;
      const taken = returnsScalar(routine) ? sql`${rows}.pgrst_scalar` : row;
      return hexadecimal(handler.isBinary, sql`${qualified(handler.routine)}(${taken})`);
    }
    case "self":
      return hexadecimal(handler.isBinary, sql`${rows}.pgrst_scalar`);
    case "none":
      return sql`''::text`;
  }
}

/** One value and no rows. */
export function returnsScalar(routine: Routine | null): boolean {
  return routine !== null && !routine.returns.isSet && routine.returns.kind !== "composite";
}

function jsonSql({ shape, stripNulls }: Extract<Handler, { kind: "json" }>, routine: Routine | null): SqlText {
  const isScalar = routine !== null && routine.returns.kind !== "composite";
  // Rows of a set of values stay objects where one object is asked for.
  const isValue = isScalar && !(shape === "object" && routine.returns.isSet);
  const all = isValue ? sql`json_agg(${rows}.pgrst_scalar)` : sql`json_agg(${rows})`;
  const isOne = shape === "object" || (routine !== null && !routine.returns.isSet);
  const value = isOne ? sql`${all}->0` : all;
  const stripped = stripNulls ? sql`json_strip_nulls(${value})` : value;
  return isOne ? sql`coalesce(${stripped}, 'null')` : sql`coalesce(${stripped}, '[]')`;
}

/** A row as a line. A value of type json keeps the white space that it was written with, and may have line breaks there. */
export function lineSql(routine: Routine | null): SqlText {
  const isScalar = routine !== null && routine.returns.kind !== "composite";
  const json = isScalar ? sql`to_json(${rows}.pgrst_scalar)` : sql`to_json(${rows})`;
  return sql`coalesce(translate(${json}::text, E'\\r\\n', '  '), 'null') || E'\\n'`;
}

/** Values as Postgres writes them in a row, whose quotes are those of CSV. */
function csvSql(header: SqlText): SqlText {
  const names = sql`(select coalesce(string_agg(name, ','), '') from (select json_object_keys(row_to_json(first)) as name from (select * from ${header} limit 1) as first) as names)`;
  const line = sql`substring(${rows}::text, 2, length(${rows}::text) - 2)`;
  return sql`${names} || E'\n' || coalesce(string_agg(${line}, E'\n'), '')`;
}

function hexadecimal(isBinary: boolean, value: SqlText): SqlText {
  return isBinary ? sql`encode(${value}, 'hex')` : value;
}
