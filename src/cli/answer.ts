import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AssemblyPlan } from "../application/index.ts";
import { AppError, AppErrors } from "../errors/index.ts";
import { askLine } from "./ask-line.ts";
import type { Shell } from "./shell.ts";
import { columns } from "./text.ts";

type Question = NonNullable<AssemblyPlan["questions"]>[number];
type Answer = Question["answers"][number];

/** What is asked about, and where the answers go. */
export interface Asking {
  /** The project's folder. */
  readonly root: string;
  /** What is open now: files that were edited since count. */
  questions(): Promise<readonly Question[]>;
}

/**
 * Does the work; where it needs answers (WD461, WD462), asks for one after the other on a terminal, writes each into the
 * files as a hint and begins anew. Off a terminal the error stands, with `--json` beside the questions as data.
 */
export async function answering<T>(work: () => Promise<T>, asking: Asking, shell: Shell): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!needsAnswer(error)) throw error;
      shell.progress.clear();
      if (!shell.json && !shell.interactive) throw error;
      const questions = await asking.questions();
      const [question] = questions;
      if (shell.json) shell.printJson({ questions });
      if (shell.json || question === undefined) throw error;
      await ask(question, questions.length - 1, asking.root, shell);
    }
  }
}

function needsAnswer(error: unknown): boolean {
  if (error instanceof AppErrors) return error.errors.every(needsAnswer);
  return error instanceof AppError && (error.code === "WD461" || error.code === "WD462");
}

/** One at a time: each answer may settle others. */
async function ask(question: Question, others: number, root: string, shell: Shell): Promise<void> {
  const { answers } = question;
  shell.note(
    `${shell.err.yellow("?")} ${shell.err.bold(question.message)}${question.amount === undefined ? "" : `: ${question.amount}`}${others === 0 ? "" : shell.err.dim(`  (${others} more)`)}`,
  );
  const rows = answers.map(({ label, hint }, index) => [`  ${index + 1}`, label, shell.err.dim(hint)]);
  for (const line of columns([...rows, ["  n", "nothing: leave the database as it is"]])) shell.note(line);
  const chosen = await choice(answers, shell);
  const place = await writeAnswer(root, chosen);
  shell.note(shell.err.dim(`  written to ${place}\n`));
}

async function choice(answers: readonly Answer[], shell: Shell): Promise<Answer> {
  const numbers = answers.map((_, index) => index + 1).join("/");
  for (;;) {
    const said = await askLine(shell.err.dim(`[${numbers}/N] `), shell);
    const answer = answers[Number(said) - 1];
    if (answer !== undefined) return answer;
    if (said === "" || /^no?$/i.test(said)) {
      throw new AppError("WD004", "not answered: nothing was done", {
        hint: "edit the file, or write one of the hints into it: howdah plan shows them",
      });
    }
  }
}

/**
 * Writes a hint into the file: on a line of its own before what it is about, in the same column, or, where that does not
 * begin its line, by name at the end of schema/hints.sql. Returns the place.
 */
export async function writeAnswer(
  root: string,
  { hint, at, anywhere }: Pick<Answer, "hint" | "at" | "anywhere">,
): Promise<string> {
  if (at === undefined) return await append(root, anywhere);
  const path = join(root, at.file);
  const text = await readFile(path, "utf8");
  const lines = text.split("\n");
  const [indent] = /^\s*/.exec(lines[at.line - 1] ?? "") ?? [""];
  if (at.column !== indent.length + 1) return await append(root, anywhere);
  lines.splice(at.line - 1, 0, `${indent}${hint}${text.includes("\r\n") ? "\r" : ""}`);
  await writeFile(path, lines.join("\n"));
  return `${at.file}:${at.line}`;
}

const hintsFile = "schema/hints.sql";
const head = "-- Answers about what has no line of its own. Each is needed once, and harmless afterwards.\n";

async function append(root: string, hint: string): Promise<string> {
  const path = join(root, hintsFile);
  await mkdir(dirname(path), { recursive: true });
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return head;
  });
  const whole = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  await writeFile(path, `${whole}${hint}\n`);
  return `${hintsFile}:${whole.split("\n").length}`;
}
