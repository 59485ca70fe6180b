import type { Relation, Routine, RoutineParameter } from "../../../catalog/index.ts";
import { elementType, swaggerFormat, swaggerType, typeSchema } from "./swagger-type.ts";

type Json = Readonly<Record<string, unknown>>;

/** Media types of rows. */
export const rowTypes = [
  "application/json",
  "application/vnd.pgrst.object+json;nulls=stripped",
  "application/vnd.pgrst.object+json",
];

/** The paths of the API: the root, then relations, then routines; of overloads the last is shown. */
export function paths(relations: readonly Relation[], routines: readonly Routine[]): Json {
  return {
    "/": root,
    ...Object.fromEntries(relations.map((relation) => [`/${relation.name}`, relationPath(relation)])),
    ...Object.fromEntries(routines.map((routine) => [`/rpc/${routine.name}`, routinePath(routine)])),
  };
}

const root: Json = {
  get: {
    tags: ["Introspection"],
    summary: "OpenAPI description (this document)",
    produces: ["application/openapi+json", "application/json"],
    responses: { 200: { description: "OK" } },
  },
};

/** The first line of a comment is the summary; blank lines between it and the rest are left out. */
export function summarize(comment: string | null): { readonly summary?: string; readonly description?: string } {
  if (comment === null) return {};
  const end = comment.indexOf("\n");
  if (end < 0) return { summary: comment };
  const description = comment.slice(end).replace(/^\n+/, "");
  return { summary: comment.slice(0, end), ...(description === "" ? {} : { description }) };
}

function references(...names: readonly string[]): { readonly parameters: readonly Json[] } {
  return { parameters: names.map((name) => ({ $ref: `#/parameters/${name}` })) };
}

function relationPath({ name, description, columns, insertable, updatable, deletable }: Relation): Json {
  const shared = { tags: [name], ...summarize(description) };
  const filters = [...columns.keys()].map((column) => `rowFilter.${name}.${column}`);
  const rows = { type: "array", items: { $ref: `#/definitions/${name}` } };
  const get = {
    ...shared,
    ...references(...filters, "select", "order", "range", "rangeUnit", "offset", "limit", "preferCount"),
    responses: { 200: { description: "OK", schema: rows }, 206: { description: "Partial Content" } },
  };
  if (!insertable && !updatable && !deletable) return { get };
  const empty = { responses: { 204: { description: "No Content" } } };
  return {
    get,
    post: {
      ...shared,
      ...references(`body.${name}`, "select", "preferPost"),
      responses: { 201: { description: "Created" } },
    },
    patch: { ...shared, ...references(...filters, `body.${name}`, "preferReturn"), ...empty },
    delete: { ...shared, ...references(...filters, "preferReturn"), ...empty },
  };
}

function routinePath(routine: Routine): Json {
  const { name, description, parameters, volatility } = routine;
  const shared = {
    tags: [`(rpc) ${name}`],
    ...summarize(description),
    produces: rowTypes,
    responses: { 200: { description: "OK" } },
  };
  const body = { name: "args", required: true, in: "body", schema: argumentsSchema(routine) };
  const post = { ...shared, parameters: [body, { $ref: "#/parameters/preferParams" }] };
  if (volatility === "volatile") return { post };
  return {
    get: { ...shared, ...(parameters.length === 0 ? {} : { parameters: parameters.map(queryParameter) }) },
    post,
  };
}

function argumentsSchema({ description, parameters }: Routine): Json {
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  return {
    ...(description === null ? {} : { description }),
    type: "object",
    ...(parameters.length === 0
      ? {}
      : { properties: Object.fromEntries(parameters.map(({ name, type }) => [name, typeSchema(type)])) }),
    ...(required.length === 0 ? {} : { required }),
  };
}

/** Arrays are written in braces, variadic ones as a parameter that repeats. */
function queryParameter({ name, type, required, variadic }: RoutineParameter): Json {
  const shared = { name, required, in: "query" };
  const kind = swaggerType(type);
  if (!variadic) {
    return { ...shared, format: swaggerFormat(type), type: kind === null || kind === "array" ? "string" : kind };
  }
  const element = elementType(type);
  const elementKind = swaggerType(element);
  const items = { format: swaggerFormat(element), ...(elementKind === null ? {} : { type: elementKind }) };
  return { ...shared, type: kind ?? "string", collectionFormat: "multi", items };
}
