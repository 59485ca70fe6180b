import type { Command } from "commander";
import { shellLog } from "./log.ts";
import { parsePort } from "./port.ts";
import { readyEvent } from "./ready-event.ts";
import { openShellDatabase, openShellProject } from "./session.ts";
import type { Shell } from "./shell.ts";
import { untilAborted } from "./until.ts";

interface ServeCommandOptions {
  readonly port?: number;
  readonly host?: string;
}

/** `howdah serve`. */
export function configure(command: Command, shell: Shell): void {
  command
    .option("-p, --port <port>", "listen on this port (default: that of howdah.toml)", parsePort)
    .option("--host <address>", "listen on this address (default: that of howdah.toml)")
    .option("--json", "events as JSON on standard output; logs on standard error are JSON always")
    .addHelpText(
      "after",
      "\nNever changes the database: run `howdah migrate` first. Logs are JSON, one object a line, on standard error.\n" +
        "SIGTERM and Ctrl-C finish the requests in flight, then exit with 0.",
    )
    .action((options: ServeCommandOptions) => serve(options, shell));
}

async function serve(options: ServeCommandOptions, shell: Shell): Promise<void> {
  const log = await shellLog(shell, "production", "info");
  const project = await openShellProject(shell, "production");
  const { homeOf, refuseSecondServer, serveProject } = await import("../application/index.ts");
  // Ahead of everything else: a second one would start, assemble and only then find the first.
  await refuseSecondServer(homeOf(project));
  await using database = await openShellDatabase(shell, project);
  await using application = await serveProject(project, database, {
    mode: "production",
    host: options.host,
    port: options.port,
    log,
  });
  log.info({ url: application.url, postgres: database.version }, "serving");
  if (shell.json) shell.print(JSON.stringify(readyEvent(application, database)));
  await untilAborted(shell.signal);
  log.info({}, "stopping");
  shell.exit(0);
}
