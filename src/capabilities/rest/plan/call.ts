import type { Routine, RoutineParameter } from "../../../catalog/index.ts";
import type { RestRequest } from "../request/rest-request.ts";
import type { CallArguments } from "./rest-plan.ts";

/** Names of the arguments that a call gives: of the query string, or of the body. */
export function argumentNames(request: RestRequest): ReadonlySet<string> {
  if (!isPost(request)) return new Set(request.query.arguments.map(({ name }) => name));
  const { payload } = request;
  if (payload?.kind === "form") return new Set(payload.fields.map(([name]) => name));
  return new Set(payload?.kind === "json" ? payload.keys : []);
}

/** True where a body brings the arguments. */
export function isPost({ action }: RestRequest): boolean {
  return action.kind === "call" && action.method === "POST";
}

/** How the routine is given what the request brings. */
export function callArguments(routine: Routine, request: RestRequest, names: ReadonlySet<string>): CallArguments {
  const { parameters } = routine;
  const [only, second] = parameters;
  if (only?.name === "" && second === undefined) return { kind: "body", parameter: only, value: bodyOf(request) };
  const given = parameters.filter(({ name }) => names.has(name));
  const { payload, query } = request;
  if (!isPost(request))
    return direct(
      given,
      query.arguments.map(({ name, value }) => [name, value] as const),
    );
  if (payload?.kind === "form") return direct(given, payload.fields);
  if (payload?.kind !== "json" || given.length === 0) return direct([], []);
  return { kind: "json", parameters: given, payload: { text: payload.text, isArray: payload.isArray } };
}

function bodyOf({ payload, query }: RestRequest): string | Uint8Array {
  if (payload?.kind === "json") return payload.text;
  if (payload?.kind === "raw") return payload.bytes;
  const fields = payload?.fields ?? query.arguments.map(({ name, value }) => [name, value] as const);
  return JSON.stringify(Object.fromEntries(fields));
}

/** Of an argument that is given several times the last one counts; a variadic one takes them all. */
function direct(
  parameters: readonly RoutineParameter[],
  fields: readonly (readonly [string, string])[],
): CallArguments {
  return {
    kind: "direct",
    arguments: parameters.map((parameter) => {
      const values = fields.flatMap(([name, value]) => (name === parameter.name ? [value] : []));
      return { parameter, value: parameter.variadic ? values : (values.at(-1) ?? "") };
    }),
  };
}
