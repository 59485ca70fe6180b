import { CommanderError } from "commander";
import { interruptedExitCode } from "./interrupt.ts";
import { exitCodeOf, reportError } from "./report.ts";
import { createProgram } from "./program.ts";
import { createShell, endOnClosedPipe, type GlobalOptions, type MutableShell } from "./process-shell.ts";
import { rejectedUsage } from "./usage.ts";

/**
 * The command line: `howdah COMMAND …`. Sets the exit code and never throws.
 *
 * 0 success, 1 failure, 2 wrong usage, 3 refused until you decide, 130 interrupted.
 */
export async function main(argv: readonly string[]): Promise<void> {
  endOnClosedPipe();
  const shell = createShell(argv);
  try {
    await dispatch(helpAsFlag(argv), shell);
    if (shell.interrupted() && process.exitCode === undefined) process.exitCode = interruptedExitCode;
  } catch (thrown) {
    finish(thrown, shell);
  } finally {
    shell.progress.clear();
  }
}

async function dispatch(argv: readonly string[], shell: MutableShell): Promise<void> {
  const program = createProgram(shell);
  const { operands } = program.parseOptions([...argv]);
  shell.complete(program.opts<GlobalOptions>());
  const [name] = operands;
  if (name !== undefined && !program.commands.some((command) => command.name() === name)) {
    const { runCapabilityCommand } = await import("./capability-command.ts");
    if (await runCapabilityCommand(name, argv, shell)) return;
  }
  if (name === undefined) {
    const { listCapabilityCommands } = await import("./capability-command.ts");
    await listCapabilityCommands(program, shell);
  }
  await program.parseAsync([...argv], { from: "user" });
}

/** `howdah help new migration` is `howdah new migration --help`. */
function helpAsFlag(argv: readonly string[]): readonly string[] {
  return argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
}

function finish(thrown: unknown, shell: MutableShell): void {
  shell.progress.clear();
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return;
  if (shell.interrupted()) {
    process.exitCode = interruptedExitCode;
    return;
  }
  if (thrown instanceof CommanderError && thrown.code === "commander.help" && !shell.json) {
    process.exitCode = 2;
    return;
  }
  const error = thrown instanceof CommanderError ? rejectedUsage(thrown) : thrown;
  reportError(error, shell);
  process.exitCode = exitCodeOf(error);
}
