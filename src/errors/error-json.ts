import { AppErrors, type AppError, type Position, type PostgresFields } from "./app-error.ts";
import { codeFrame } from "./code-frame.ts";
import { redact } from "./redact.ts";

/** What `--json` prints and the browser's overlay reads: fields are only ever added. */
export interface ErrorJson {
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: Position;
  /** The code frame, without colours. */
  readonly frame?: string;
  readonly postgres?: PostgresFields;
  /** Every error, where one pass found several; the fields above are those of the first. */
  readonly errors?: readonly ErrorJson[];
}

/** An error as plain data without stacks and without passwords of URLs. */
export function errorToJson(error: AppError): ErrorJson {
  const frame =
    error.position !== undefined && error.source !== undefined ? codeFrame(error.source, error.position) : "";
  return {
    code: error.code,
    message: redact(error.message),
    ...(error.detail === undefined ? {} : { detail: redact(error.detail) }),
    ...(error.hint === undefined ? {} : { hint: redact(error.hint) }),
    ...(error.position === undefined ? {} : { position: error.position }),
    ...(frame === "" ? {} : { frame }),
    ...(error.postgres === undefined ? {} : { postgres: redactFields(error.postgres) }),
    ...(error instanceof AppErrors ? { errors: error.errors.map(errorToJson) } : {}),
  };
}

function redactFields(fields: PostgresFields): PostgresFields {
  const entries = Object.entries(fields).map(([key, value]) => [key, redact(String(value))] as const);
  return { ...fields, ...Object.fromEntries(entries) };
}
