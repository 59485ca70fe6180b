import type { QualifiedName } from "../../../catalog/index.ts";
import type { MutatePlan } from "../plan/index.ts";
import type { Condition } from "../plan/read-plan.ts";
import type { Mutation, PayloadColumn } from "../plan/rest-plan.ts";
import { conditionSql, whereSql } from "./condition.ts";
import { matchedRows } from "./matched.ts";
import { body, payloadSql } from "./payload.ts";
import { column, identifier, join, nothing, qualified, sql, type Parameters, type SqlText } from "./sql-text.ts";

/** The statement that writes, and gives back the rows that it wrote. */
export function mutationSql(parameters: Parameters, plan: MutatePlan): SqlText {
  const { mutation } = plan;
  switch (mutation.kind) {
    case "insert":
      return insertSql(parameters, plan, mutation);
    case "update":
      return updateSql(parameters, plan, mutation);
    case "delete": {
      const where = conditionsSql(parameters, plan.relation, mutation.conditions);
      return sql`delete from ${qualified(plan.relation)}${where}${returningSql(plan)}`;
    }
  }
}

type Insert = Extract<Mutation, { kind: "insert" }>;
type Update = Extract<Mutation, { kind: "update" }>;

const bodyName: QualifiedName = { schema: "", name: body };

function insertSql(parameters: Parameters, plan: MutatePlan, mutation: Insert): SqlText {
  const { columns, payload, applyDefaults, key, onConflict } = mutation;
  const names = columns.map(({ name }) => identifier(name));
  const source = payloadSql(parameters, columns, payload, { applyDefaults, onlyOne: false });
  const values = columns.map(({ name }) => column(bodyName, name));
  const counts = key.length > 0 || onConflict?.resolution === "merge";
  const filters = key.map((condition) => conditionSql(parameters, bodyName, condition));
  const where = whereSql([...(counts ? [countUp] : []), ...filters]);
  const target = names.length === 0 ? nothing : sql`(${join(names)})`;
  const conflict = onConflict === null ? nothing : conflictSql(columns, onConflict);
  return sql`insert into ${qualified(plan.relation)}${target} select ${join(values)} from ${source}${where}${conflict}${returningSql(plan)}`;
}

/**
 * How many rows of an upsert were new: one more for each row of the body, one less for each that met another. A setting
 * counts, since it works for views too, and on every Postgres.
 */
const counter = sql`coalesce(nullif(current_setting('pgrst.inserted', true), '')::int, 0)`;
const countUp = sql`set_config('pgrst.inserted', (${counter} + 1)::text, true) <> '0'`;
const countDown = sql`set_config('pgrst.inserted', (${counter} - 1)::text, true) <> '-1'`;

function conflictSql(
  columns: readonly PayloadColumn[],
  { columns: key, resolution }: NonNullable<Insert["onConflict"]>,
): SqlText {
  if (key.length === 0) return nothing;
  const target = sql` on conflict(${join(key.map(identifier))})`;
  if (resolution === "ignore" || columns.length === 0) return sql`${target} do nothing`;
  const set = columns.map(({ name }) => sql`${identifier(name)} = excluded.${identifier(name)}`);
  return sql`${target} do update set ${join(set)} where ${countDown}`;
}

function updateSql(parameters: Parameters, plan: MutatePlan, mutation: Update): SqlText {
  const { columns, payload, applyDefaults, conditions } = mutation;
  if (columns.length === 0) return nothingUpdated(plan);
  const set = columns.map(({ name }) => sql`${identifier(name)} = ${column(bodyName, name)}`);
  const source =
    mutation.matched === null
      ? payloadSql(parameters, columns, payload, { applyDefaults, onlyOne: false })
      : sql`${matchedRows} as ${body}`;
  const where = whereSql([
    ...(mutation.matched ?? []).map(({ name }) => sql`${column(plan.relation, name)} = ${column(bodyName, name)}`),
    ...conditions.map((condition) => conditionSql(parameters, plan.relation, condition)),
  ]);
  return sql`update ${qualified(plan.relation)} set ${join(set)} from ${source}${where}${returningSql(plan)}`;
}

/** A body that says nothing: no row, with the columns that the response reads. */
function nothingUpdated({ relation, returning }: MutatePlan): SqlText {
  const columns = returning?.map((name) => column({ schema: "", name: relation.name }, name)) ?? [sql`null`];
  return sql`select ${join(columns)} from ${qualified(relation)} where false`;
}

function conditionsSql(parameters: Parameters, relation: QualifiedName, conditions: readonly Condition[]): SqlText {
  return whereSql(conditions.map((condition) => conditionSql(parameters, relation, condition)));
}

function returningSql({ relation, returning }: MutatePlan): SqlText {
  if (returning === null || returning.length === 0) return sql` returning 1`;
  return sql` returning ${join(returning.map((name) => column(relation, name)))}`;
}

/** The key of the only row that was written, as a JSON list of "id=eq.42"; an empty one for no row, or for several. */
export function locationSql(parameters: Parameters, primaryKey: readonly string[], source: SqlText): SqlText {
  const names = parameters.add(JSON.stringify(primaryKey));
  return sql`case when count(*) = 1 then coalesce((select json_agg(key || '=' || coalesce('eq.' || value, 'is.null')) from (select row_to_json(written) as row from ${source} as written limit 1) as written, json_each_text(written.row) where ${names}::jsonb ? key), '[]')::text else '[]' end`;
}
