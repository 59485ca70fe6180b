import { InvalidArgumentError, type Command } from "commander";
import type { Project, TestEvent, TestOptions, TestSummary } from "../application/index.ts";
import { reportError } from "./report.ts";
import { openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { createTestReport, type TestReport } from "./test-report.ts";

interface TestCommandOptions {
  readonly filter?: string;
  readonly watch?: boolean;
  readonly jobs?: number;
  readonly bail?: boolean;
  readonly seeds?: boolean;
  readonly timeout?: number;
  readonly coverage?: boolean;
}

/** `howdah test`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("[paths...]", "files, folders or globs of tests/ (default: all)")
    .option("-f, --filter <text>", "only tests whose name or file holds this text")
    .option("-w, --watch", "run again what a change touches, until Ctrl-C")
    .option("-j, --jobs <number>", "so many at once (default: the number of processors)", parsePositive)
    .option("--bail", "stop at the first failure")
    .option("--seeds", "begin each database with seeds/ loaded")
    .option("--timeout <seconds>", "the longest a test may take (default: 60)", parsePositive)
    .option("--coverage", "tell which lines of PL/pgSQL ran (needs the extension plpgsql_check)")
    .option("--json", "events as JSON, one a line")
    .addHelpText(
      "after",
      "\nEach test has a database of its own, a copy of the assembled project: it may commit, and disturbs nobody.\n" +
        "Tests are the .sql, .ts and .js files of tests/, but for names that begin with _. Exit code 1 on a failure.",
    )
    .action((paths: readonly string[], options: TestCommandOptions) => test(paths, options, shell));
}

async function test(paths: readonly string[], options: TestCommandOptions, shell: Shell): Promise<void> {
  const project = await openTestedProject(shell);
  await using database = await openShellDatabase(shell, project);
  const report = createTestReport(shell);
  const testing: TestOptions = {
    ...(paths.length === 0 ? {} : { paths }),
    ...{ filter: options.filter, jobs: options.jobs, bail: options.bail, seeds: options.seeds },
    coverage: options.coverage,
    timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
    onStep: (step) => shell.progress.step(step),
    onEvent: (event) => tell(event, report, shell),
  };
  const { testProject, watchTests } = await import("../application/index.ts");
  if (options.watch === true) {
    await watchTests(project, database, {
      ...testing,
      signal: shell.signal,
      onChange: (changed) => tellChange(changed, shell),
      onEnd: (result) => tellWatched(result, shell),
    });
    shell.exit(0);
    return;
  }
  const summary = await testProject(project, database, { ...testing, signal: shell.signal });
  if (summary.failed > 0 && !shell.signal.aborted) shell.exit(1);
}

/** In the environment `test`, unless HOWDAH_ENV names another one. */
function openTestedProject(shell: Shell): Promise<Project> {
  return openShellProject({
    ...shell,
    folder: shell.folder,
    env: { ...shell.env, HOWDAH_ENV: shell.env["HOWDAH_ENV"] || "test" },
  });
}

function tell(event: TestEvent, report: TestReport, shell: Shell): void {
  shell.progress.clear();
  if (shell.json) shell.print(JSON.stringify(event));
  else report.tell(event);
}

function tellChange(paths: readonly string[], shell: Shell): void {
  if (shell.json) {
    shell.print(JSON.stringify({ event: "changed", paths }));
    return;
  }
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : "";
  shell.note(`\n${shell.err.dim(`── ${paths.slice(0, 3).join(", ")}${more} changed`)}\n`);
}

function tellWatched(result: TestSummary | Error, shell: Shell): void {
  if (result instanceof Error && !shell.signal.aborted) reportError(result, shell);
  if (!shell.json && !shell.signal.aborted) shell.note(shell.err.dim("watching for changes: Ctrl-C ends it"));
}

function parsePositive(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 100_000) return number;
  throw new InvalidArgumentError("it has to be a whole number from 1 on.");
}
