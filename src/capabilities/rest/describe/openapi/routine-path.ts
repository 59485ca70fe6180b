import type { Routine, RoutineParameter } from "../../../../catalog/index.ts";
import { summarize } from "../paths.ts";
import { componentKey, refer, type Json } from "./json.ts";
import { parameter, profileParameters } from "./parameters.ts";
import { failed, rowsResponse } from "./responses.ts";
import { schemaKeys } from "./row-schemas.ts";
import { valueSchema } from "./value-schema.ts";

export interface RoutineSurroundings {
  readonly schemas: readonly string[];
  /** Names of the relations that are described. */
  readonly relations: ReadonlySet<string>;
}

/** The operations of all overloads of one name: POST, and GET where one of them changes nothing. */
export function routinePath(overloads: readonly [Routine, ...Routine[]], around: RoutineSurroundings): Json {
  const [{ name, description }] = overloads;
  const about = { tags: [`rpc/${name}`], ...summarize(description) };
  const reading = overloads.filter(({ volatility }) => volatility !== "volatile");
  const post = {
    operationId: `call-${componentKey(name)}`,
    ...about,
    parameters: [
      ...(overloads.some(hasRows) ? rowParameters : []),
      ...profileParameters("contentProfile", around.schemas),
    ],
    ...requestBody(overloads),
    responses: responses(overloads, around),
  };
  if (reading.length === 0) return { post };
  const get = {
    operationId: `read-${componentKey(name)}`,
    ...about,
    parameters: [
      ...queryParameters(reading),
      ...(reading.some(hasRows) ? rowParameters : []),
      ...profileParameters("acceptProfile", around.schemas),
    ],
    responses: responses(reading, around),
  };
  return { get, post };
}

const rowParameters = ["select", "order", "limit", "offset"].map(parameter);

function hasRows({ returns }: Routine): boolean {
  return returns.kind === "composite";
}

/** An argument that not all overloads need is not required of any. */
function queryParameters(overloads: readonly Routine[]): readonly Json[] {
  const named = overloads.flatMap(({ parameters }) => parameters.filter(({ name }) => name !== ""));
  return [...Map.groupBy(named, ({ name }) => name)].map(([name, same]) => ({
    name,
    in: "query",
    required: same.length === overloads.length && same.every(({ required }) => required),
    schema: argumentSchema(same),
  }));
}

/** Arrays are written in braces, variadic ones as a parameter that repeats. */
function argumentSchema([first, second]: readonly RoutineParameter[]): Json {
  if (first === undefined || second !== undefined) return {};
  const schema = valueSchema(first.type);
  return schema["type"] === "array" && !first.variadic ? { type: "string" } : schema;
}

function requestBody(overloads: readonly Routine[]): Json {
  const bodies = overloads.flatMap(bodyOf);
  if (bodies.length === 0) return {};
  const content = [...Map.groupBy(bodies, ({ type }) => type)].map(([type, same]) => {
    const [only, other] = same.map(({ schema }) => schema);
    return [type, { schema: other === undefined ? only : { anyOf: same.map(({ schema }) => schema) } }] as const;
  });
  return { requestBody: { content: Object.fromEntries(content) } };
}

const bodyTypes: Readonly<Record<string, string>> = {
  text: "text/plain",
  xml: "text/xml",
  bytea: "application/octet-stream",
};

function bodyOf({ parameters }: Routine): readonly { readonly type: string; readonly schema: Json }[] {
  const [first, ...others] = parameters;
  if (first === undefined) return [];
  // The only argument, without a name, is the body itself.
  if (first.name === "" && others.length === 0)
    return [{ type: bodyTypes[first.type] ?? "application/json", schema: valueSchema(first.type) }];
  const required = parameters.filter((each) => each.required).map(({ name }) => name);
  return [
    {
      type: "application/json",
      schema: {
        type: "object",
        properties: Object.fromEntries(parameters.map(({ name, type }) => [name, valueSchema(type)])),
        ...(required.length === 0 ? {} : { required }),
      },
    },
  ];
}

function responses(overloads: readonly Routine[], around: RoutineSurroundings): Json {
  const answering = overloads.filter(({ returns }) => returns.kind !== "void");
  return {
    ...(answering[0] === undefined ? {} : { 200: answer(answering[0], answering.length > 1, around) }),
    ...(answering.length < overloads.length ? { 204: { description: "Done" } } : {}),
    ...failed,
  };
}

function answer({ returns }: Routine, isOverloaded: boolean, { relations }: RoutineSurroundings): Json {
  const description = "What it returns";
  if (isOverloaded) return { description, content: { "application/json": { schema: {} } } };
  const { kind, type, isSet } = returns;
  const row = relations.has(type.name) ? refer("schemas", schemaKeys(type.name).row) : { type: "object" };
  if (kind === "composite" && isSet) return rowsResponse(description, row);
  const value = kind === "composite" ? row : scalarSchema(type);
  const schema = isSet ? { type: "array", items: value } : value;
  return { description, content: { "application/json": { schema } } };
}

/** pg_type calls an array's type after its element's, with an underscore ahead. */
function scalarSchema({ schema, name }: { readonly schema: string; readonly name: string }): Json {
  if (schema !== "pg_catalog") return {};
  return valueSchema(name.startsWith("_") ? `${name.slice(1)}[]` : name);
}
