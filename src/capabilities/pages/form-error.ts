import type { AppError } from "../../errors/index.ts";

/** What went wrong with a form, for the template: {{error.message}}, {{error.column}}, {{error.constraint}}. */
export interface FormError {
  /** For whoever filled in the form. */
  readonly message: string;
  readonly hint: string | null;
  readonly column: string | null;
  readonly constraint: string | null;
  /** SQLSTATE, e.g. "23505". */
  readonly sqlstate: string;
}

/** The form again, with its error: 409 where what was sent conflicts with what is there, 422 otherwise. */
export interface FormFailure {
  readonly status: 409 | 422;
  readonly error: FormError;
}

// Postgres's own messages name relations and types and repeat stored values, which are nobody's business outside. The
// name of a broken rule is told: it is often all that says which of the form's values is meant.
const messages: Readonly<Record<string, string>> = {
  "22001": "a value is too long",
  "22003": "a number is out of range",
  "22007": "a date or time is not valid",
  "22008": "a date or time is out of range",
  "22P02": "a value is not valid",
  "23502": "a value is missing",
  "23503": "a value refers to something that does not exist",
  "23505": "this exists already",
  "23514": "a value is not allowed",
  "23P01": "this conflicts with something that exists",
};

/**
 * What the user can mend: a broken constraint (class 23), a value that is none (class 22), and what the action's own
 * functions raise with `raise exception` (P0001), whose message and hint are meant for people. Undefined for the rest.
 */
export function formFailure(error: AppError): FormFailure | undefined {
  const { postgres } = error;
  const sqlstate = postgres?.sqlstate ?? "";
  if (!postgres || !/^(22...|23...|P0001)$/.test(sqlstate)) return undefined;
  const raised = sqlstate === "P0001";
  return {
    status: sqlstate === "23505" || sqlstate === "23P01" ? 409 : 422,
    error: {
      message: raised ? error.message : ruleMessage(sqlstate, postgres.constraint),
      hint: raised ? (error.hint ?? null) : null,
      column: postgres.column ?? null,
      constraint: postgres.constraint ?? null,
      sqlstate,
    },
  };
}

function ruleMessage(sqlstate: string, rule: string | undefined): string {
  const message = messages[sqlstate] ?? "a value is not valid";
  return rule === undefined ? message : `${message} (${rule})`;
}
