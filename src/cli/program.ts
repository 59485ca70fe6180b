import { readFileSync } from "node:fs";
import { Command } from "commander";
import { commands, type CommandEntry } from "./commands.ts";
import type { Paint } from "./paint.ts";
import type { GlobalOptions, MutableShell } from "./process-shell.ts";

const exitCodes = "Exit codes: 0 success, 1 failure, 2 wrong usage, 3 refused until you decide, 130 interrupted.";

/** The commander program: every command by name and summary; its file is loaded when it is called. */
export function createProgram(shell: MutableShell): Command {
  const program = new Command("howdah")
    .description("Turns PostgreSQL into a complete application platform.")
    .usage("<command> [options]")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpCommand(false)
    .option("-C, --cwd <folder>", "act as if started in this folder")
    .option("--no-color", "no colours (also: NO_COLOR)")
    .option("--verbose", "say more, with stack traces")
    .addHelpText("after", ({ command }) => (command.parent === null ? `\n${footer(shell)}` : ""));
  share(program, shell);
  for (const entry of commands) program.addCommand(share(register(entry), shell));
  // Only now is it known which command was meant: its file brings arguments, options and the action.
  program.hook("preSubcommand", async (_, command) => {
    shell.complete(program.opts<GlobalOptions>());
    const entry = commands.find((candidate) => candidate.name === command.name());
    (await entry?.load())?.configure(command, shell);
    for (const child of command.commands) share(child, shell);
  });
  return program;
}

function register(entry: CommandEntry): Command {
  return new Command(entry.name)
    .summary(entry.summary)
    .description(`${entry.summary[0]?.toUpperCase()}${entry.summary.slice(1)}.`)
    .helpGroup(entry.group);
}

/** How errors and help leave any command: thrown to main.ts, and in our shape. */
function share(command: Command, shell: MutableShell): Command {
  return (
    command
      .exitOverride()
      .helpCommand(false)
      .helpOption("-h, --help", "show help")
      // main.ts tells errors, in our shape or as JSON; help that follows a missing command goes to standard error.
      .configureOutput({ writeErr: (text) => void (shell.json || process.stderr.write(text)), outputError() {} })
      .configureHelp({
        showGlobalOptions: true,
        subcommandTerm,
        styleTitle: (text) => shell.out.bold(text),
        styleSubcommandText: (text) => shell.out.cyan(text),
        styleOptionText: (text) => shell.out.cyan(text),
      })
  );
}

function subcommandTerm(command: Command): string {
  const term = commands.find((entry) => entry.name === command.name())?.term;
  return term === undefined ? command.name() : `${command.name()} ${term}`;
}

function footer(shell: { readonly out: Paint }): string {
  const { bold, dim } = shell.out;
  return [
    `${bold("Start here:")}  howdah init app && cd app && howdah run`,
    "",
    dim(exitCodes),
    dim("`howdah COMMAND --help` tells more about one; `howdah explain CODE` about an error."),
  ].join("\n");
}

/** The version in package.json, which stands two folders above both src/cli and dist/cli. */
export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
