import type { App } from "../capability/index.ts";
import type { AppError } from "../errors/index.ts";
import { hear } from "./hear.ts";
import { connect, type RequestPool } from "../postgres/index.ts";
import { createServer, type MountedCapability } from "../server/index.ts";
import type { AssemblyReport } from "../schema/index.ts";
import type { Application, Project, ProjectDatabase, ServeOptions } from "./application.ts";
import { recordAddress, refuseSecondServer } from "./address.ts";
import { assembleProject } from "./assemble-project.ts";
import { createEvents, tell, type Events } from "./events.ts";
import { silentLog } from "./log.ts";
import { filesCheck, joined } from "./files-check.ts";
import { createLocator, locatedPool } from "./located-pool.ts";
import { once } from "./once.ts";
import { homeOf } from "./home.ts";
import { createReassembly } from "./reassembly.ts";
import { refusePending } from "./refuse-pending.ts";
import { keepingSessions } from "./open-database.ts";
import { logPoolEvent, openRequestPool } from "./request-pool.ts";
import { restartCheck } from "./restart-check.ts";
import { userPlugin } from "./user-plugin.ts";
import { serveWorker } from "./project-worker.ts";
import { written } from "./written.ts";

/**
 * Serves an assembled project over HTTP and WebSocket.
 *
 * In development it watches the files: what is saved is assembled, and browsers follow. In production it never changes
 * the database, and refuses one that lacks what the project's files say (WD042). What fails here leaves nothing open.
 *
 * @throws AppError WD044 for a server.ts that can't be used, WD045 when the project is served already, WD507 when the
 * port is taken
 */
export async function serveProject(
  project: Project,
  database: ProjectDatabase,
  options: ServeOptions,
): Promise<Application> {
  const { mode, log = silentLog } = options;
  const { unlisted = false, workers = 1 } = options;
  if (!unlisted) await refuseSecondServer(homeOf(project));
  if (mode === "production" && !unlisted) await refusePending(project, database);
  // Closed in reverse: the watcher first, then what requests need, the pool last.
  await using opened = new AsyncDisposableStack();
  const events = createEvents(log);
  const pool = openRequestPool(project, database, {
    applicationName: `howdah ${project.config.name}`,
    workers,
    onEvent: (event) => logPoolEvent(event, log),
  });
  await serveWorker(project, database, { log, mode });
  const requests = locatedPool(pool, createLocator(database, events, project.tree));
  opened.defer(() => requests.close());
  const capabilities = mountCapabilities(project, database, { options, events, requests });
  const { config, tree } = project;
  const plugin = await userPlugin(tree);
  const server = await createServer({
    ...{ config, mode, tree, capabilities, userPlugin: plugin, requests, log },
    events: events.on,
  });
  opened.use(server);
  const address = await server.listen(options);
  if (!unlisted) opened.defer(await recordAddress(homeOf(project), { pid: process.pid, url: address.url, mode }));
  const ending = new AbortController();
  opened.defer(() => ending.abort());
  for (const { capability, app } of capabilities) await capability.start?.(app, ending.signal);
  const listeners = new Set<Listener>();
  if (mode === "development") opened.defer(await follow(project, database, { options, events, listeners }));
  const owned = opened.move();
  const close = once(() => owned.disposeAsync());
  return {
    ...address,
    project,
    onAssembled: (listener) => void listeners.add(listener),
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Listener = (result: AssemblyReport | AppError) => void;

interface Followed {
  readonly options: ServeOptions;
  readonly events: Events;
  readonly listeners: ReadonlySet<Listener>;
}

/** Watches the project's files and assembles what changes; returns what ends it. */
async function follow(project: Project, database: ProjectDatabase, followed: Followed): Promise<() => Promise<void>> {
  const { options, events, listeners } = followed;
  const { mode, log = silentLog, failed } = options;
  const restart = restartCheck(project, log);
  const files = filesCheck(project, log);
  const keeping = keepingSessions(database);
  const reassembly = createReassembly({
    assembles: (path) => isAssembled(path, project),
    assemble: async (paths) => {
      await written(project.tree, paths);
      return assembleProject(project, keeping.database, { mode, log });
    },
    check: async (paths) => joined([await restart(paths), await files(paths)]),
    emit: events.emit,
    onResult: (result) => {
      for (const listener of listeners) tell(listener, result, log);
    },
    failed,
  });
  const ending = new AbortController();
  await project.tree.watch(reassembly.take, ending.signal);
  if (failed !== undefined) events.emit({ kind: "failed", error: failed });
  // Between the assembly of the caller and the first watch something may have been saved.
  reassembly.take({ paths: [] });
  return async () => {
    ending.abort();
    await reassembly.stop();
    await keeping.kept.close();
  };
}

interface Mounted {
  readonly options: ServeOptions;
  readonly events: Events;
  readonly requests: RequestPool;
}

function mountCapabilities(
  project: Project,
  database: ProjectDatabase,
  { options, events, requests }: Mounted,
): readonly MountedCapability[] {
  return project.capabilities.map(({ capability, settings }) => {
    const app: App = {
      config: project.config,
      settings,
      tree: project.tree,
      mode: options.mode,
      requests,
      connect: () => connect(database.service, { applicationName: `howdah ${capability.name}` }),
      listen: (channels, onNotification, signal) => hear(database.service, channels, onNotification, signal),
      log: options.log ?? silentLog,
      on: events.on,
    };
    return { capability, app };
  });
}

// Pages and assets are served from the Tree; a capability that assembles files of its own may read any other.
function isAssembled(path: string, project: Project): boolean {
  if (/^(?:migrations|functions|seeds|schema|packages)\//.test(path)) return true;
  const ownFiles = project.capabilities.some(({ capability }) => capability.assemble !== undefined);
  return ownFiles && !/^(?:pages|public)\/|^(?:howdah\.toml|server\.ts)$/.test(path);
}
