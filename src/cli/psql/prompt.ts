import { createInterface, type Interface } from "node:readline";
import { codeFrame, toAppError, type AppError } from "../../errors/index.ts";
import { StatementError, type ConsoleSession } from "../../postgres/index.ts";
import { columns } from "../text.ts";
import type { Shell } from "../shell.ts";
import { backslashHelp, parseBackslash, runBackslash } from "./backslash.ts";
import { loadHistory, saveHistory } from "./history.ts";
import { isBlank, splitStatements } from "./statements.ts";
import { renderResult } from "./table.ts";

export interface PromptOptions {
  readonly database: string;
  /** Where lines are remembered between sessions. */
  readonly historyFile: string;
}

/** Runs SQL text that did not come from a terminal: stops at the first error, which it throws. */
export async function runScript(text: string, session: ConsoleSession, shell: Shell): Promise<void> {
  const { statements, rest } = splitStatements(text);
  for (const statement of isBlank(rest) ? statements : [...statements, rest]) {
    for (const result of await session.run(statement)) shell.print(renderResult(result, shell.out));
  }
}

/** Our own small psql: statements end with ;, backslash commands with the line. Returns at \q, Ctrl-D or the signal. */
export async function runPrompt(session: ConsoleSession, options: PromptOptions, shell: Shell): Promise<void> {
  const history = await loadHistory(options.historyFile);
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    history: [...history],
    historySize: 1000,
  });
  const state = { buffer: "", running: false };
  const ask = () => {
    lines.setPrompt(shell.out.bold(`${options.database}${state.buffer.trim() === "" ? "=>" : "->"} `));
    lines.prompt();
  };
  watchControlC(lines, state, session, ask, shell);
  lines.on("history", (entries) => void saveHistory(options.historyFile, entries));
  shell.print(shell.out.dim("\\? lists commands, \\q quits; statements end with ;"));
  ask();
  for await (const line of lines) {
    state.running = true;
    const quit = await takeLine(line, state, session, shell);
    state.running = false;
    if (quit) break;
    ask();
  }
  lines.close();
}

/** Ctrl-C ends what runs, else drops what was typed. */
function watchControlC(
  lines: Interface,
  state: { buffer: string; running: boolean },
  session: ConsoleSession,
  ask: () => void,
  shell: Shell,
): void {
  lines.on("SIGINT", () => {
    if (state.running) {
      session.cancel().catch((error: unknown) => tellError(toAppError(error), "", shell));
      return;
    }
    state.buffer = "";
    shell.print("");
    ask();
  });
}

/** One line from the terminal; true when it was \q. */
async function takeLine(line: string, state: { buffer: string }, session: ConsoleSession, shell: Shell) {
  if (state.buffer.trim() === "" && line.trimStart().startsWith("\\")) {
    state.buffer = "";
    return takeBackslash(line, session, shell);
  }
  const { statements, rest } = splitStatements(`${state.buffer}${line}\n`);
  state.buffer = isBlank(rest) ? "" : rest;
  for (const statement of statements) {
    const done = await takeStatement(statement, session, shell);
    if (!done) break;
  }
  return false;
}

async function takeStatement(statement: string, session: ConsoleSession, shell: Shell): Promise<boolean> {
  try {
    for (const result of await session.run(statement)) shell.print(renderResult(result, shell.out));
    return true;
  } catch (error) {
    tellError(toAppError(error), statement, shell);
    return false;
  }
}

async function takeBackslash(line: string, session: ConsoleSession, shell: Shell): Promise<boolean> {
  try {
    const backslash = parseBackslash(line);
    if (backslash.kind === "quit") return true;
    if (backslash.kind === "help") for (const row of columns(backslashHelp)) shell.print(`  ${row}`);
    else for (const result of await runBackslash(backslash, session)) shell.print(renderResult(result, shell.out));
  } catch (error) {
    tellError(toAppError(error), "", shell);
  }
  return false;
}

/** As psql does: message, the place in what was typed, detail and hint; nothing more, it is a conversation. */
function tellError(error: AppError, statement: string, shell: Shell): void {
  shell.note(`${shell.err.red("error:")} ${error.message}`);
  if (statement !== "" && error instanceof StatementError && error.offset !== undefined) {
    const before = Array.from(statement)
      .slice(0, error.offset - 1)
      .join("")
      .split("\n");
    const position = { file: "", line: before.length, column: Array.from(before.at(-1) ?? "").length + 1 };
    shell.note(codeFrame(statement, position, { color: shell.err.enabled }));
  }
  if (error.detail !== undefined) shell.note(shell.err.dim(error.detail));
  if (error.hint !== undefined) shell.note(`${shell.err.green("hint:")} ${error.hint}`);
}
