import { text as readAll } from "node:stream/consumers";
import { join } from "node:path";
import type { Command } from "commander";
import { AppError } from "../errors/index.ts";
import { openConsole, quoteIdentifier, type ConsoleSession } from "../postgres/index.ts";
import { findProgram, runProgram, type ClientProgram } from "./client-program.ts";
import { openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";

interface PsqlOptions {
  readonly command?: string;
  readonly as?: string;
  readonly builtin?: boolean;
}

/** `howdah psql`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("-c, --command <sql>", "run this and exit")
    .option("--as <role>", "act as this role, e.g. anon: sees what a request sees")
    .option("--builtin", "howdah's own prompt, even where psql is there")
    .addHelpText(
      "after",
      "\npsql of the project's Postgres or of the system; where there is none, a small prompt of our own.\n" +
        "Off a terminal statements are read from standard input, and the first error ends it with exit code 1.",
    )
    .action((options: PsqlOptions) => psql(options, shell));
}

async function psql(options: PsqlOptions, shell: Shell): Promise<void> {
  const project = await openShellProject(shell);
  await using database = await openShellDatabase(shell, project);
  const program = options.builtin === true ? undefined : await findProgram("psql", database, shell);
  if (program !== undefined) return await runNative(program, options, database.admin, shell);
  await using session = await openConsole(database.admin);
  if (options.as !== undefined) await session.run(`set role ${quoteIdentifier(options.as)}`);
  await runBuiltin(session, options, { database: database.admin.database, home: join(project.root, ".howdah") }, shell);
}

async function runNative(
  program: ClientProgram,
  options: PsqlOptions,
  target: Parameters<typeof runProgram>[2],
  shell: Shell,
): Promise<void> {
  const script = options.command !== undefined || !process.stdin.isTTY;
  const role = options.as === undefined ? [] : ["-c", `set role ${quoteIdentifier(options.as)}`];
  const args = [
    // A script must not depend on the ~/.psqlrc of whoever runs it, and must not go on after an error.
    ...(script ? ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", ...role] : []),
    ...(options.command === undefined ? (script ? ["--file", "-"] : []) : ["--command", options.command]),
  ];
  const env = script || options.as === undefined ? program.env : { ...program.env, PGOPTIONS: `-c role=${options.as}` };
  const code = await runProgram({ ...program, env }, args, target, shell);
  shell.exit(code === 0 ? 0 : 1);
}

async function runBuiltin(
  session: ConsoleSession,
  options: PsqlOptions,
  place: { readonly database: string; readonly home: string },
  shell: Shell,
): Promise<void> {
  const { runPrompt, runScript } = await import("./psql/prompt.ts");
  session.onNotice((notice) => shell.note(shell.err.dim(`${notice.severity}: ${notice.message}`)));
  if (options.command !== undefined) return runScript(options.command, session, shell);
  if (process.stdin.isTTY) {
    return runPrompt(session, { database: place.database, historyFile: join(place.home, "psql_history") }, shell);
  }
  const script = await readAll(process.stdin);
  if (script.trim() === "") throw new AppError("WD014", "nothing to run: standard input is empty");
  return runScript(script, session, shell);
}
