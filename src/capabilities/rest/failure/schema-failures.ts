import { RestFailure } from "./rest-failure.ts";

/** What was asked to be embedded. */
export interface EmbeddingRequest {
  readonly parent: string;
  readonly child: string;
  /** Behind `!`, if there was one. */
  readonly hint: string | null;
  readonly schema: string;
}

/** PGRST200: no foreign key leads there; `suggestion` is the whole hint ("Perhaps you meant '…' instead of '…'."). */
export function noRelationship(request: EmbeddingRequest, suggestion: string | null): RestFailure {
  const { parent, child, hint, schema } = request;
  const using = hint === null ? "" : `' using the hint '${hint}`;
  return new RestFailure(
    400,
    "PGRST200",
    `Could not find a relationship between '${parent}' and '${child}' in the schema cache`,
    {
      details:
        `Searched for a foreign key relationship between '${parent}' and '${child}${using}' in the schema ` +
        `'${schema}', but no matches were found.`,
      hint: suggestion,
    },
  );
}

/** One relationship among several, as PGRST201 lists it. */
export interface RelationshipChoice {
  readonly parent: string;
  readonly child: string;
  readonly cardinality: "many-to-one" | "one-to-many" | "one-to-one" | "many-to-many";
  /** "constraint using a(x) and b(y)", for a junction "junction using c1(x) and c2(y)". */
  readonly relationship: string;
  /** What stands behind `!` to choose it: the constraint or the junction. */
  readonly hint: string;
}

/** PGRST201: several foreign keys lead there. */
export function ambiguousRelationship(
  parent: string,
  child: string,
  choices: readonly RelationshipChoice[],
): RestFailure {
  const tries = choices.map((choice) => `'${choice.child}!${choice.hint}'`).join(", ");
  return new RestFailure(
    300,
    "PGRST201",
    `Could not embed because more than one relationship was found for '${parent}' and '${child}'`,
    {
      details: choices.map((choice) => ({
        cardinality: choice.cardinality,
        embedding: `${choice.parent} with ${choice.child}`,
        relationship: choice.relationship,
      })),
      hint:
        `Try changing '${child}' to one of the following: ${tries}. ` +
        "Find the desired relationship in the 'details' key.",
    },
  );
}

/** A call that found no routine. */
export interface CallRequest {
  readonly schema: string;
  readonly routine: string;
  readonly argumentNames: readonly string[];
  /** What a body may be for a routine with one unnamed parameter; null for calls by GET and for forms. */
  readonly body: "json" | "text" | "xml" | "bytea" | null;
}

/** PGRST202: no routine takes these arguments; `suggestion` is the whole hint. */
export function noRoutine(request: CallRequest, suggestion: string | null): RestFailure {
  const { schema, routine, argumentNames, body } = request;
  const name = `${schema}.${routine}`;
  const listed = argumentNames.join(", ");
  const raw = body !== null && body !== "json";
  const none = argumentNames.length === 0 ? " without parameters" : null;
  const named = none ?? ` with parameter${argumentNames.length > 1 ? "s" : ""} ${listed}`;
  const unnamed = body === "json" ? " or with a single unnamed json/jsonb parameter" : "";
  const searched = raw ? ` with a single unnamed ${body} parameter` : named + unnamed;
  const call = raw ? "" : (none ?? `(${listed})`);
  return new RestFailure(404, "PGRST202", `Could not find the function ${name}${call} in the schema cache`, {
    details: `Searched for the function ${name}${searched}, but no matches were found in the schema cache.`,
    hint: raw ? null : suggestion,
  });
}

/** PGRST203: several routines take these arguments; each as "schema.name(a => integer, b => text)". */
export function ambiguousRoutine(candidates: readonly string[]): RestFailure {
  const message = `Could not choose the best candidate function between: ${candidates.join(", ")}`;
  return new RestFailure(300, "PGRST203", message, {
    hint: "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
  });
}

/** PGRST204: a column of ?columns= or of an insert that the relation does not have. */
export function noColumn(relation: string, column: string): RestFailure {
  const message = `Could not find the '${column}' column of '${relation}' in the schema cache`;
  return new RestFailure(400, "PGRST204", message);
}

/** PGRST205: no relation of that name; `nearest` is one that there is. */
export function noRelation(schema: string, relation: string, nearest: string | null): RestFailure {
  const message = `Could not find the table '${schema}.${relation}' in the schema cache`;
  return new RestFailure(404, "PGRST205", message, {
    hint: nearest === null ? null : `Perhaps you meant the table '${schema}.${nearest}'`,
  });
}
