import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../errors/index.ts";
import type { Log } from "../capability/index.ts";
import { workerSchema } from "../language/index.ts";
import { connect, sql, type Connection, type Target } from "../postgres/index.ts";
import type { WorkerConfig } from "../project/index.ts";
import { startWorker, type Worker } from "../worker/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { silentLog } from "./log.ts";

/** Where the database reaches the worker, and what it says there to be let in. */
export interface WorkerAddress {
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

const workers = new WeakMap<object, Promise<WorkerAddress>>();

/**
 * The worker of a database: the one that runs already, or one that is started here and ends with the database.
 *
 * Throws WD495 for a database that can't reach this machine, WD497 where it does not start.
 */
export async function workerOf(
  project: Project,
  database: ProjectDatabase,
  options: { readonly log?: Log | undefined; readonly anyPort: boolean },
): Promise<WorkerAddress> {
  const holder = database.heldBeside ?? database;
  const known = workers.get(holder);
  if (known !== undefined) return known;
  const opened = openWorker(project, database, options);
  workers.set(holder, opened);
  try {
    return await opened;
  } catch (error) {
    workers.delete(holder);
    throw error;
  }
}

/** Starts the worker of an assembled database where its routines need one; in development the database is told. */
export async function serveWorker(
  project: Project,
  database: ProjectDatabase,
  { log, mode }: { readonly log: Log; readonly mode: "development" | "production" },
): Promise<void> {
  await using connection = await database.connectOwner();
  if (!(await needsWorker(connection))) return;
  const { host, port, password } = await workerOf(project, database, { log, anyPort: mode === "development" });
  if (mode === "production") return;
  await connection.query(sql`select howdah_worker.tell(${host}, ${String(port)}, ${password})`);
}

/** True where routines of the database run in the worker. */
async function needsWorker(connection: Connection): Promise<boolean> {
  const [row] = await connection.query<{ needed: boolean }>(sql`
    select exists (
      select
      from pg_catalog.pg_proc as proc
      join pg_catalog.pg_namespace as namespace on namespace.oid = proc.pronamespace
      where namespace.nspname = ${workerSchema}
        and proc.proname ~ '_[0-9a-f]{12}$'
        and proc.prosecdef
    ) as needed
  `);
  return row?.needed === true;
}

async function openWorker(
  project: Project,
  database: ProjectDatabase,
  { log = silentLog, anyPort }: { readonly log?: Log | undefined; readonly anyPort: boolean },
): Promise<WorkerAddress> {
  const config = project.config.worker ?? defaults;
  const host = config.host ?? "127.0.0.1";
  refuseElsewhere(database, config);
  const password = passwordOf(database);
  const told = await toldPort(database);
  const port = config.port === 0 ? told : config.port;
  const address = { host, port, password };
  if (port !== 0 && (await answers(address))) return address;
  const start = (at: number): Promise<Worker> =>
    startWorker({
      ...{ password, host, port: at, runners: config.runners, timeoutMs: config.timeoutMs },
      python: pythonOf(project, config),
      onLine: (line) => log.info({ from: "functions" }, line),
      onRestart: (reason) => log.error({ reason }, "the worker that runs functions was started again"),
    });
  const worker = await start(port).catch(async (error: unknown) => {
    // In development the database is told of another port; serving does not change the database.
    if (!anyPort || config.port !== 0 || port === 0) throw error;
    return await start(0);
  });
  database.heldBeside?.use(worker);
  return { ...address, port: worker.port };
}

const defaults: WorkerConfig = { port: 0, timeoutMs: 10_000, runners: 8, python: "python3" };

/** A virtual environment of the project's comes first. */
function pythonOf(project: Project, { python }: WorkerConfig): string {
  const own = join(project.root, python);
  const environment = join(project.root, ".venv/bin/python");
  if (python.includes("/") && existsSync(own)) return own;
  return python === "python3" && existsSync(environment) ? environment : python;
}

/** Loopback is the database's own machine: elsewhere, nothing of ours listens there. */
function refuseElsewhere({ admin, provider }: ProjectDatabase, config: WorkerConfig): void {
  if (config.host !== undefined || provider !== "url" || isHere(admin)) return;
  throw new AppError("WD495", "this database can't call the worker that runs functions", {
    detail: `it runs on ${admin.host}, and the worker listens on this machine's loopback address`,
    hint: "name an address of this machine that the database reaches: [worker] host in howdah.toml",
  });
}

function isHere({ host }: Target): boolean {
  return host.startsWith("/") || host === "localhost" || host === "::1" || /^127\.|^[A-Za-z]:[\\/]/.test(host);
}

/** The same on every server of the application: it follows from what they share. */
function passwordOf({ service, admin }: ProjectDatabase): string {
  const secret = service.password ?? admin.password ?? "";
  return createHmac("sha256", secret).update("howdah worker").digest("base64url");
}

async function toldPort(database: ProjectDatabase): Promise<number> {
  await using connection = await connect(database.admin, { applicationName: "howdah" });
  const [row] = await connection.query<{ port: string }>(sql`
    select pg_catalog.substr(option, 6) as port
    from pg_catalog.pg_foreign_server
    cross join lateral pg_catalog.unnest(srvoptions) as option
    where srvname = ${workerSchema}
      and pg_catalog.starts_with(option, 'port=')
  `);
  return Number(row?.port ?? 0);
}

/** Whether a worker of this application listens there: nobody else knows the password. */
async function answers({ host, port, password }: WorkerAddress): Promise<boolean> {
  try {
    const target: Target = { host, port, password, user: "howdah", database: "howdah", ssl: "disable" };
    await using _connection = await connect(target, { connectTimeoutMs: 1000 });
    return true;
  } catch {
    // Nobody, or somebody else: one of our own is started.
    return false;
  }
}
