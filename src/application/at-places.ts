import type { StatementError } from "../postgres/index.ts";
import type { ViolationPlace } from "../schema/index.ts";

/** The error at the statement that failed; where it is no file's, at the constraint that was violated. */
export function atPlaces(
  error: StatementError,
  running: ViolationPlace | undefined,
  violated: ViolationPlace | undefined,
): StatementError {
  if (running === undefined) return violated === undefined ? error : error.at(violated);
  if (violated === undefined) return error.at(running);
  return error.at({ ...running, note: declaredAt(violated) });
}

/** `declared at schema/account.sql:3:5` */
export function declaredAt({ position: { file, line, column } }: ViolationPlace): string {
  return `declared at ${file}:${line}:${column}`;
}
