import { resolve } from "node:path";
import type { Command } from "commander";
import type { Log, ServedRest } from "../application/index.ts";
import { shellLog } from "./log.ts";
import type { Shell } from "./shell.ts";
import { untilAborted } from "./until.ts";
import { isWorker, untilDone, parseWorkers, superviseWorkers } from "./workers.ts";

interface RestCommandOptions {
  readonly workers: number;
  readonly dumpConfig?: true;
  readonly dumpSchema?: true;
  readonly example?: true;
  readonly ready?: true;
}

/** `howdah rest`. */
export function configure(command: Command, shell: Shell): void {
  command
    .argument("[config]", "a postgrest.conf; PGRST_* of the environment come before what it says")
    .option("--workers <number>", "processes that share the port, `auto` for one a processor", parseWorkers, 1)
    .option("--dump-config", "print the configuration as it is understood")
    .option("--dump-schema", "print what is known of the database, as JSON")
    .option("-e, --example", "print an example of a configuration")
    .option("--ready", "ask the running server's /ready; exit with 0 or 1")
    .option("--json", "events as JSON on standard output, logs as JSON on standard error")
    .addHelpText(
      "after",
      "\nConfigured as PostgREST is: db-uri, db-schemas, db-anon-role, jwt-secret and so on. Installs nothing.\n" +
        "SIGUSR1, SIGUSR2 and NOTIFY pgrst read the configuration and the schema cache anew. SIGTERM and Ctrl-C\n" +
        "finish the requests in flight, then exit with 0.",
    )
    .action(async (file: string | undefined, options: RestCommandOptions) => {
      await untilDone(rest(file, options, shell), shell);
    });
}

async function rest(file: string | undefined, options: RestCommandOptions, shell: Shell): Promise<void> {
  const application = await import("../application/index.ts");
  const path = file === undefined ? undefined : resolve(shell.folder, file);
  if (options.example === true) return shell.print((await application.exampleRestConfig()).trimEnd());
  if (options.ready === true) return shell.exit(await askReady(path, shell));
  if (options.dumpConfig === true) return await dumpConfig(path, shell);
  const log = await shellLog(shell, "production", "info");
  const { workers } = options;
  if (workers > 1 && !isWorker() && options.dumpSchema !== true) {
    return superviseWorkers({ count: workers, log, passedOn: ["SIGUSR1", "SIGUSR2"] }, shell);
  }
  const serving = { file: path, env: shell.env, log, workers, onGivenUp: () => process.exit(1) };
  await using served = await application.serveRest(serving);
  if (options.dumpSchema === true) return shell.print(await served.schemaJson());
  tell(served, log, shell);
  for (const name of ["SIGUSR1", "SIGUSR2"] as const) process.on(name, () => served.reload());
  await untilAborted(shell.signal);
  log.info({}, "stopping");
  shell.exit(0);
}

async function dumpConfig(path: string | undefined, shell: Shell): Promise<void> {
  const { describeRestConfig } = await import("../application/index.ts");
  const { text, unasked } = await describeRestConfig(path, shell.env);
  if (unasked !== undefined) shell.note(`without the settings of the database: ${unasked.message}`);
  shell.print(text.trimEnd());
}

/** 0 where the running server's administration says that it is ready. */
async function askReady(path: string | undefined, shell: Shell): Promise<number> {
  const { restAdminUrl } = await import("../application/index.ts");
  const url = `${await restAdminUrl(path, shell.env)}/ready`;
  const status = await fetch(url).then(
    (response) => response.status,
    () => "no answer",
  );
  shell.note(status === 200 ? `OK: ${url}` : `ERROR: ${url} ${status}`);
  return status === 200 ? 0 : 1;
}

function tell({ url, adminUrl }: ServedRest, log: Log, shell: Shell): void {
  log.info({ url, ...(adminUrl === undefined ? {} : { admin: adminUrl }) }, `serving at ${url}`);
  if (shell.json) shell.print(JSON.stringify({ event: "ready", url, adminUrl }));
}
