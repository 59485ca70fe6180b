import type { Command } from "commander";
import { AppError, codes, nearest, type CodeEntry, type ErrorCode } from "../errors/index.ts";
import type { Shell } from "./shell.ts";
import { wrap } from "./text.ts";

/** `howdah explain CODE`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("<code>", "an error code, such as WD001")
    .option("--json", "as JSON")
    .action((code: string) => explain(code, shell));
}

function explain(given: string, shell: Shell): void {
  const code = given.toUpperCase();
  const entry = find(code);
  if (shell.json) {
    shell.printJson({ code, ...entry });
    return;
  }
  shell.print(`${shell.out.bold(code)}  ${entry.title}\n\n${wrap(entry.explanation, 78)}`);
}

function find(code: string): CodeEntry {
  const entry = Object.hasOwn(codes, code) ? codes[code as ErrorCode] : undefined;
  if (entry !== undefined) return entry;
  throw new AppError("WD005", `unknown error code "${code}"`, { hint: hint(code) });
}

function hint(code: string): string {
  if (/^[0-9A-Z]{5}$/.test(code) && !code.startsWith("WD"))
    return "five characters from Postgres: its manual lists them in appendix A";
  const near = nearest(code, Object.keys(codes));
  return near === undefined ? "howdah's codes are WD and three digits" : `did you mean ${near}?`;
}
