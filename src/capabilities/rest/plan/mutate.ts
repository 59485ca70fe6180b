import type { Relation, SchemaCache } from "../../../catalog/index.ts";
import { keyFilterFailure, matchFailure, noColumn } from "../failure/index.ts";
import type { RestRequest } from "../request/rest-request.ts";
import type { Draft } from "./draft.ts";
import { byCode } from "./hint.ts";
import { representation, resolveConditions } from "./resolve.ts";
import type { JsonPayload, Mutation, PayloadColumn } from "./rest-plan.ts";

/** What a request writes. Throws PGRST105 and PGRST204. */
export function planMutation(
  cache: SchemaCache,
  relation: Relation,
  root: Draft,
  request: RestRequest,
  kind: "insert" | "update" | "upsert" | "delete",
): Mutation {
  const conditions = (): Extract<Mutation, { kind: "delete" }>["conditions"] => {
    const filters = request.query.filters.flatMap(({ path, filter }) => (path.length === 0 ? [filter] : []));
    const logic = request.query.logic.flatMap(({ path, tree }) => (path.length === 0 ? [tree] : []));
    return resolveConditions(cache, root, filters, logic);
  };
  if (kind === "delete") return { kind, conditions: conditions() };
  if (kind === "upsert" && !isByKey(relation, request)) throw keyFilterFailure();
  const columns = payloadColumns(cache, relation, request);
  const payload = jsonPayload(request);
  const applyDefaults = request.preferences.missing === "default";
  switch (kind) {
    case "update": {
      const keys = matchedColumns(relation, request, columns);
      const set = keys === null ? columns : columns.filter(({ name }) => !keys.includes(name));
      if (keys !== null && set.length === 0) throw matchFailure("the body sets no column besides them");
      const matched = keys?.flatMap((key) => columns.filter(({ name }) => name === key)) ?? null;
      return { kind, matched, columns: set, payload, applyDefaults, conditions: conditions() };
    }
    case "insert":
      return { kind, columns, payload, applyDefaults, onConflict: conflict(relation, request), key: [] };
    case "upsert": {
      const onConflict = { columns: relation.primaryKey, resolution: "merge" } as const;
      return { kind: "insert", columns, payload, applyDefaults: false, onConflict, key: conditions() };
    }
  }
}

/** Names of the columns that match= chooses; null without it, and for a body without rows, which changes none. */
function matchedColumns(
  { name, primaryKey, columns: own }: Relation,
  { query: { match } }: RestRequest,
  columns: readonly PayloadColumn[],
): readonly string[] | null {
  if (match === null || columns.length === 0) return null;
  const keys = match === "key" ? primaryKey : match;
  if (keys.length === 0) throw matchFailure(`'${name}' has no primary key`);
  for (const key of keys) {
    if (!own.has(key)) throw noColumn(name, key);
    if (!columns.some((column) => column.name === key)) throw matchFailure(`the body has no '${key}'`);
  }
  return keys;
}

function conflict({ primaryKey }: Relation, { preferences, query }: RestRequest) {
  if (preferences.resolution === null) return null;
  const resolution = preferences.resolution === "merge-duplicates" ? "merge" : "ignore";
  return { columns: query.onConflict ?? primaryKey, resolution } as const;
}

/** True where the filters name the primary key, all of it and nothing else, by eq. */
function isByKey({ primaryKey }: Relation, { query }: RestRequest): boolean {
  const own = query.filters.filter(({ path }) => path.length === 0).map(({ filter }) => filter);
  const names = new Set(own.map(({ field }) => field.name));
  if (primaryKey.length === 0 || query.logic.length > 0 || names.size !== new Set(primaryKey).size) return false;
  if (!primaryKey.every((name) => names.has(name))) return false;
  return own.every(({ negated, operation }) => {
    return (
      !negated && operation.kind === "quantifiable" && operation.operator === "eq" && operation.quantifier === null
    );
  });
}

function payloadColumns(cache: SchemaCache, relation: Relation, { payload }: RestRequest): readonly PayloadColumn[] {
  const keys = payload?.kind === "json" ? [...new Set(payload.keys)].toSorted(byCode) : [];
  return keys.map((name) => {
    const column = relation.columns.get(name);
    if (column === undefined) throw noColumn(relation.name, name);
    const transform = representation(cache, "json", column.declaredType);
    return { name, type: transform === null ? column.declaredType : "json", transform, default: column.default };
  });
}

function jsonPayload({ payload }: RestRequest): JsonPayload {
  return payload?.kind === "json" ? { text: payload.text, isArray: payload.isArray } : { text: "[]", isArray: true };
}
