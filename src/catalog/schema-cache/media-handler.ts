import type { QualifiedName } from "./name.ts";

/** A function or aggregate whose result is a domain named like a media type: it makes bodies of that type. */
export interface MediaHandler {
  /** An aggregate makes the body of rows; the result of a function is the body itself. */
  readonly kind: "aggregate" | "function";
  readonly routine: QualifiedName;
  /** The domain's name in lower case: "text/html"; that of a handler for any is "*" + "/*". */
  readonly mediaType: string;
  /** What an aggregate takes: rows of one relation, null for those of any (anyelement); of a function the function. */
  readonly target: QualifiedName | null;
}
