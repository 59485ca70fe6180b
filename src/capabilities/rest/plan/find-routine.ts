import { nameKey, type Routine, type SchemaCache } from "../../../catalog/index.ts";
import { ambiguousRoutine, noRoutine } from "../failure/index.ts";
import type { MediaType } from "../request/media-type.ts";
import { byCode, routineHint } from "./hint.ts";

/** A call, as far as overloads are told apart by it. */
export interface RoutineCall {
  readonly schema: string;
  readonly name: string;
  readonly argumentNames: ReadonlySet<string>;
  /** By POST: the body may be the only argument. */
  readonly isPost: boolean;
  readonly contentType: MediaType;
}

/** The one routine that takes these arguments. Throws PGRST202 for none, PGRST203 for several. */
export function findRoutine(cache: SchemaCache, call: RoutineCall): Routine {
  const overloads = cache.routines.get(nameKey(call)) ?? [];
  const named = overloads.filter((routine) => takesNames(routine, call));
  const found = named.length > 0 ? named : overloads.filter((routine) => takesBody(routine, call));
  const [first, second] = found;
  if (first === undefined) throw refusal(cache, call, overloads);
  if (second !== undefined) throw ambiguousRoutine(found.map(signature));
  return first;
}

function takesNames({ parameters }: Routine, { argumentNames, isPost, contentType }: RoutineCall): boolean {
  if (parameters.length === 0) return argumentNames.size === 0 && !(isPost && isRaw(contentType));
  const known = new Set(parameters.map(({ name }) => name));
  const isKnown = [...argumentNames].every((name) => known.has(name));
  return isKnown && parameters.every(({ name, required }) => !required || argumentNames.has(name));
}

function isRaw({ kind }: MediaType): boolean {
  return kind === "octetStream" || kind === "plain" || kind === "xml";
}

const bodyTypes: Partial<Record<MediaType["kind"], readonly string[]>> = {
  json: ["json", "jsonb"],
  plain: ["text"],
  xml: ["xml"],
  octetStream: ["bytea"],
};

/** One unnamed parameter that the body can be. */
function takesBody({ parameters: [only, second] }: Routine, { isPost, contentType }: RoutineCall): boolean {
  if (!isPost || only === undefined || second !== undefined || only.name !== "") return false;
  return bodyTypes[contentType.kind]?.includes(only.type) ?? false;
}

function signature({ schema, name, parameters }: Routine): string {
  return `${schema}.${name}(${parameters.map((each) => `${each.name} => ${each.type}`).join(", ")})`;
}

const bodies = { json: "json", plain: "text", xml: "xml", octetStream: "bytea" } as const;

function refusal(cache: SchemaCache, call: RoutineCall, overloads: readonly Routine[]) {
  const { schema, name, isPost, contentType } = call;
  const argumentNames = [...call.argumentNames].toSorted(byCode);
  const body = isPost && contentType.kind in bodies ? bodies[contentType.kind as keyof typeof bodies] : null;
  const hint = routineHint(cache, schema, name, argumentNames, overloads);
  return noRoutine({ schema, routine: name, argumentNames, body }, hint);
}
