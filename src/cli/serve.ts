import { availableParallelism } from "node:os";
import type { Command } from "commander";
import type { Log, Project, ProjectDatabase } from "../application/index.ts";
import { shellLog } from "./log.ts";
import { parsePort } from "./port.ts";
import { readyEvent } from "./ready-event.ts";
import { openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { untilAborted } from "./until.ts";
import { isWorker, untilDone, parseWorkers, superviseWorkers, tellReady } from "./workers.ts";

interface ServeCommandOptions {
  readonly port?: number;
  readonly host?: string;
  readonly workers?: number;
}

/** `howdah serve`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("-p, --port <port>", "listen on this port (default: that of howdah.toml)", parsePort)
    .option("--host <address>", "listen on this address (default: that of howdah.toml)")
    .option(
      "--workers <number>",
      "processes that share the port, `auto` for one a processor (default: that of howdah.toml)",
      parseWorkers,
    )
    .option("--json", "events as JSON on standard output; logs on standard error are JSON always")
    .addHelpText(
      "after",
      "\nNever changes the database: run `howdah migrate` first. Logs are JSON, one object a line, on standard error.\n" +
        "SIGTERM and Ctrl-C finish the requests in flight, then exit with 0. A worker that dies is started again.",
    )
    .action(async (options: ServeCommandOptions) => {
      await untilDone(serve(options, shell), shell);
    });
}

async function serve(options: ServeCommandOptions, shell: Shell): Promise<void> {
  const log = await shellLog(shell, "production", "info");
  const project = await openShellProject(shell, "production");
  const workers = options.workers ?? (project.config.server.workers || availableParallelism());
  if (isWorker()) return await serveHere(project, { options, workers, log }, shell);
  const { homeOf, refuseSecondServer } = await import("../application/index.ts");
  // Ahead of everything else: a second one would start, assemble and only then find the first.
  await refuseSecondServer(homeOf(project));
  if (workers > 1) return await serveBelow(project, { workers, log }, shell);
  return await serveHere(project, { options, workers, log }, shell);
}

interface Serving {
  readonly options: ServeCommandOptions;
  readonly workers: number;
  readonly log: Log;
}

async function serveHere(project: Project, { options, workers, log }: Serving, shell: Shell): Promise<void> {
  const { serveProject } = await import("../application/index.ts");
  await using database = await openShellDatabase(shell, project);
  await using application = await serveProject(project, database, {
    mode: "production",
    host: options.host,
    port: options.port,
    unlisted: isWorker(),
    workers,
    log,
  });
  log.info({ url: application.url, postgres: database.version }, "serving");
  if (isWorker()) tellReady({ url: application.url });
  else if (shell.json) shell.print(JSON.stringify(readyEvent(application, database)));
  await untilAborted(shell.signal);
  log.info({}, "stopping");
  shell.exit(0);
}

/** Several processes on one port: this one answers nothing, and keeps what all of them need. */
async function serveBelow(
  project: Project,
  { workers, log }: Pick<Serving, "workers" | "log">,
  shell: Shell,
): Promise<void> {
  const { prepareServers, recordServers } = await import("../application/index.ts");
  await using database: ProjectDatabase = await openShellDatabase(shell, project);
  await prepareServers(project, database, log);
  await using records = new AsyncDisposableStack();
  const onReady = async (message: unknown): Promise<void> => {
    const { url } = message as { readonly url: string };
    records.defer(await recordServers(project, url));
    if (shell.json) shell.print(JSON.stringify(readyEvent({ project, url }, database)));
  };
  await superviseWorkers({ count: workers, log, onReady }, shell);
}
