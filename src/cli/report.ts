import type { AssemblyPlan } from "../application/index.ts";
import { AppError, codes, errorToJson, renderError, toAppError } from "../errors/index.ts";
import type { Shell } from "./shell.ts";

/** Tells an error on standard error: for people, or as one JSON line with --json. */
export function reportError(thrown: unknown, shell: Shell): void {
  const error = toAppError(thrown);
  if (shell.json) {
    shell.note(JSON.stringify({ error: errorToJson(error) }));
    return;
  }
  // Wrong usage needs no explanation, only the right one.
  if (error.code === "WD002" && error.detail === undefined) {
    shell.note(
      `${shell.err.red(shell.err.bold("WD002"))} ${shell.err.bold(error.message)}\n  ${shell.err.green("hint:")} ${error.hint ?? ""}`,
    );
    return;
  }
  shell.note(renderError(error, { color: shell.err.enabled, stack: shell.verbose }));
}

/** The exit code that the table of errors gives: 1 failure, 2 usage, 3 refused until a decision is made. */
export function exitCodeOf(thrown: unknown): number {
  return thrown instanceof AppError ? codes[thrown.code].exitCode : 1;
}

/** Tells something worth knowing that stopped nothing, on standard error. */
export function warn(warning: AppError, shell: Shell): void {
  if (shell.json) shell.note(JSON.stringify({ warning: errorToJson(warning) }));
  else
    shell.note(
      `${shell.err.yellow("warning")} ${warning.message}${warning.hint === undefined ? "" : ` (${warning.hint})`}`,
    );
}

/** Rows that a plan would meet with; in JSON they are part of the plan. */
export function tellObstacles({ obstacles = [] }: Pick<AssemblyPlan, "obstacles">, shell: Shell): void {
  if (!shell.json) for (const obstacle of obstacles) reportError(obstacle, shell);
}
