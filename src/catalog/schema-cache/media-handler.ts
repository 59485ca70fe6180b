import type { QualifiedName } from "./name.ts";

/** A function or aggregate whose result is a domain named like a media type: it makes bodies of that type. */
export interface MediaHandler {
  /** An aggregate makes the body of rows; the result of a function is the body itself. */
  readonly kind: "aggregate" | "function";
  readonly routine: QualifiedName;
  /** The domain's name in lower case: "text/html"; that of a handler for any is "*" + "/*". */
  readonly mediaType: string;
  /** The domain stands on bytea. */
  readonly isBinary: boolean;
  /** What an aggregate takes: rows of one relation, null for those of any (anyelement); of a function the function. */
  readonly target: QualifiedName | null;
}

/** As media-handlers.sql answers. */
export interface MediaHandlerRow {
  readonly kind: MediaHandler["kind"];
  readonly schema: string;
  readonly name: string;
  readonly media_type: string;
  readonly is_binary: boolean;
  readonly argument_schema: string | null;
  readonly argument_name: string | null;
}

/** A row of media-handlers.sql as a handler. */
export function toMediaHandler(row: MediaHandlerRow): MediaHandler {
  const routine = { schema: row.schema, name: row.name };
  const argument = { schema: row.argument_schema ?? "", name: row.argument_name ?? "" };
  const anyRelation = argument.name === "anyelement";
  const ofAggregate = anyRelation ? null : argument;
  return {
    kind: row.kind,
    routine,
    mediaType: row.media_type,
    isBinary: row.is_binary,
    target: row.kind === "function" ? routine : ofAggregate,
  };
}
