import { AppError } from "../errors/index.ts";
import { askLine } from "./ask-line.ts";
import type { Shell } from "./shell.ts";

/**
 * Asks before something is destroyed: resolved when the answer is yes (or --yes was given), WD004 for anything else.
 *
 * Off a terminal nobody can answer: without --yes it throws at once.
 */
export async function confirm(question: string, yes: boolean | undefined, shell: Shell): Promise<void> {
  if (yes === true) return;
  if (!shell.interactive || shell.json) {
    throw new AppError("WD004", "this needs a yes, and there is no terminal to ask on", {
      detail: question,
      hint: "give --yes to do it",
    });
  }
  shell.progress.clear();
  const answer = await askLine(`${question} ${shell.err.dim("[y/N]")} `, shell);
  if (/^y(es)?$/i.test(answer)) return;
  throw new AppError("WD004", "not confirmed: nothing was done", { hint: "answer y, or give --yes" });
}
