import { AppError } from "../../src/errors/index.ts";
import { connect } from "../../src/postgres/index.ts";
import { assemble, type AssemblyInput } from "../../src/schema/index.ts";
import { Killed, watching } from "./killed-session.ts";
import type { TrialDatabase } from "./plan-kill-place.ts";

/** How the session ended that was cut off there; undefined where there were fewer statements. */
export async function killSession(
  { target }: TrialDatabase,
  input: AssemblyInput,
  killAt: number,
): Promise<Error | undefined> {
  await using session = await connect(target);
  try {
    await assemble(watching(session, { killAt }), input);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Whether it ended by being killed: what `killSession` or `killProcess` says, or the loss of the session. */
export function isKilled(end: Error): boolean {
  return end instanceof Killed || (end instanceof AppError && end.code === "WD201");
}
