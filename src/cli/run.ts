import type { Command } from "commander";
import type { Application, AssemblyReport, Log, Project, ProjectDatabase } from "../application/index.ts";
import { AppError, errorToJson } from "../errors/index.ts";
import { actionLines, summary } from "./assembly-text.ts";
import { writeEditorSchema } from "./editor-schema.ts";
import { shellLog } from "./log.ts";
import { parsePort } from "./port.ts";
import { readyEvent } from "./ready-event.ts";
import { reportError, warn } from "./report.ts";
import { openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { duration } from "./text.ts";
import { untilAborted } from "./until.ts";

interface RunOptions {
  readonly port?: number;
  readonly host?: string;
}

/** `howdah run`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("-p, --port <port>", "listen on this port (default: that of howdah.toml, or the next free one)", parsePort)
    .option("--host <address>", "listen on this address (default: that of howdah.toml, or 127.0.0.1)")
    .option("--json", "events as JSON, one a line")
    .addHelpText(
      "after",
      "\nCtrl-C stops it cleanly, with exit code 0; twice ends it at once, with 130. What you save is assembled and shown\n" +
        "at once; when it can't be, the last good version goes on serving.",
    )
    .action((options: RunOptions) => run(options, shell));
}

async function run(options: RunOptions, shell: Shell): Promise<void> {
  const startedAt = performance.now();
  const project = await openShellProject(shell, "development");
  const { homeOf, refuseSecondServer, serveProject } = await import("../application/index.ts");
  // Ahead of everything else: a second one would start, assemble and only then find the first.
  await refuseSecondServer(homeOf(project));
  await writeEditorSchema(project.root);
  const log = await shellLog(shell, "development", "info");
  await using database = await openShellDatabase(shell, project);
  const first = await assembleFirst(project, database, log, shell);
  const failed = first instanceof AppError ? first : undefined;
  await using application = await serveProject(project, database, {
    mode: "development",
    host: options.host,
    port: options.port,
    // A port that was asked for is meant; the one of howdah.toml only has to be near.
    nextFreePort: options.port === undefined,
    failed,
    log,
  });
  let previous = first;
  application.onAssembled((result) => {
    tellResult(result, previous, shell);
    previous = result;
  });
  const readyMs = performance.now() - startedAt;
  tellReady({ application, database, first, readyMs, askedPort: options.port }, shell);
  await untilAborted(shell.signal);
  shell.progress.step("stopping");
  shell.exit(0);
}

/** Brings the database up to date; what is wrong with the user's files is told, and the browser shows it as well. */
async function assembleFirst(
  project: Project,
  database: ProjectDatabase,
  log: Log,
  shell: Shell,
): Promise<AssemblyReport | AppError> {
  const { assembleProject } = await import("../application/index.ts");
  shell.progress.step("assembling");
  try {
    const report = await assembleProject(project, database, {
      ...{ mode: "development", log },
      onWait: (text) => shell.note(text),
    });
    for (const warning of report.warnings) warn(warning, shell);
    return report;
  } catch (thrown) {
    if (!(thrown instanceof AppError) || !isInFiles(thrown)) throw thrown;
    tellResult(thrown, thrown, shell);
    return thrown;
  } finally {
    shell.progress.clear();
  }
}

/** Saving a file mends it: codes of the schema floor, and whatever points into a file. */
function isInFiles(error: AppError): boolean {
  return error.code.startsWith("WD4") || error.position !== undefined;
}

interface Ready {
  readonly application: Application;
  readonly database: ProjectDatabase;
  readonly first: AssemblyReport | AppError;
  readonly readyMs: number;
  /** As --port gave it. */
  readonly askedPort: number | undefined;
}

function tellReady({ application, database, first, readyMs, askedPort }: Ready, shell: Shell): void {
  const { project, url } = application;
  if (shell.json) {
    shell.print(JSON.stringify({ ...readyEvent(application, database), readyMs }));
    return;
  }
  const { bold, dim, cyan, green } = shell.err;
  const firstText = first instanceof AppError ? "not assembled" : summary(first);
  const postgres = `PostgreSQL ${database.version}${database.joined ? " (joined)" : ""}`;
  shell.note("");
  shell.note(`  ${bold(project.config.name)}  ${dim(`${postgres} · ${firstText} · ${duration(readyMs)}`)}`);
  const { port } = project.config.server;
  if (askedPort === undefined && port !== 0 && application.port !== port) {
    shell.note(`  ${dim(`port ${port} is taken: this is the next free one`)}`);
  }
  shell.note(`  ${green("➜")}  ${bold(cyan(url))}   ${dim("Ctrl-C stops it")}`);
  shell.note("");
}

function tellResult(result: AssemblyReport | AppError, previous: AssemblyReport | AppError, shell: Shell): void {
  if (shell.json) {
    const event =
      result instanceof AppError ? failedEvent(result) : { event: "assembled", ...result, warnings: undefined };
    shell.print(JSON.stringify(event));
  } else if (result instanceof AppError) reportError(result, shell);
  else tellAssembled(result, previous, shell);
}

/** What changed; where nothing did, only that what was broken is well again. */
function tellAssembled(report: AssemblyReport, previous: AssemblyReport | AppError, shell: Shell): void {
  const mended = previous instanceof AppError;
  // What the last assembly warned of need not be read again with each file that is saved.
  const told = new Set(mended ? [] : previous.warnings.map(({ message }) => message));
  for (const warning of report.warnings) if (!told.has(warning.message)) warn(warning, shell);
  if (!report.changed && !mended) return;
  for (const line of actionLines(report, shell.err)) shell.note(`  ${line}`);
  const text = report.changed ? `${summary(report)} in ${duration(report.durationMs)}` : "well again";
  shell.note(`  ${shell.err.green("✓")} ${shell.err.dim(text)}`);
}

function failedEvent(error: AppError): Readonly<Record<string, unknown>> {
  return { event: "failed", error: errorToJson(error) };
}
