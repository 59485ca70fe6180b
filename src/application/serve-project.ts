import type { App } from "../capability/index.ts";
import type { AppError } from "../errors/index.ts";
import { connect, type RequestPool } from "../postgres/index.ts";
import { createServer, type MountedCapability } from "../server/index.ts";
import type { AssemblyReport } from "../schema/index.ts";
import type { Application, Project, ProjectDatabase, ServeOptions } from "./application.ts";
import { recordAddress, refuseSecondServer } from "./address.ts";
import { assembleProject } from "./assemble-project.ts";
import { createEvents, type Events } from "./events.ts";
import { silentLog } from "./log.ts";
import { homeOf } from "./open-database.ts";
import { createReassembly } from "./reassembly.ts";
import { refusePending } from "./refuse-pending.ts";
import { logPoolEvent, openRequestPool } from "./request-pool.ts";
import { userPlugin } from "./user-plugin.ts";

/**
 * Serves an assembled project over HTTP and WebSocket.
 *
 * In development it watches the files: what is saved is assembled, and browsers follow. In production it never changes
 * the database, and refuses one that lacks what the project's files say (WD042).
 *
 * @throws AppError WD045 when the project is served already, WD507 when the port is taken
 */
export async function serveProject(
  project: Project,
  database: ProjectDatabase,
  options: ServeOptions,
): Promise<Application> {
  await refuseSecondServer(homeOf(project));
  if (options.mode === "production") await refusePending(project, database);
  const events = createEvents();
  const requests = openRequestPool(project, database, {
    applicationName: `howdah ${project.config.name}`,
    onEvent: (event) => logPoolEvent(event, options.log ?? silentLog),
  });
  try {
    return await serve(project, database, { options, events, requests });
  } catch (error) {
    await requests.close();
    throw error;
  }
}

interface Parts {
  readonly options: ServeOptions;
  readonly events: Events;
  readonly requests: RequestPool;
}

async function serve(project: Project, database: ProjectDatabase, parts: Parts): Promise<Application> {
  const { options, events, requests } = parts;
  const { mode, log = silentLog } = options;
  const ending = new AbortController();
  const capabilities = mountCapabilities(project, database, parts);
  const server = await createServer({
    config: project.config,
    mode,
    tree: project.tree,
    capabilities,
    userPlugin: await userPlugin(project.tree),
    requests,
    log,
    events: events.on,
  });
  const address = await server.listen(options);
  const forget = await recordAddress(homeOf(project), { pid: process.pid, url: address.url, mode });
  for (const { capability, app } of capabilities) await capability.start?.(app, ending.signal);
  const listeners = new Set<(result: AssemblyReport | AppError) => void>();
  if (mode === "development") {
    const assembles = (path: string): boolean => isAssembled(path, project);
    const assemble = (): Promise<AssemblyReport> => assembleProject(project, database, { mode, log });
    const onResult = (result: AssemblyReport | AppError): void => {
      for (const listener of listeners) listener(result);
    };
    await project.tree.watch(createReassembly({ assembles, assemble, emit: events.emit, onResult }), ending.signal);
    if (options.failed !== undefined) events.emit({ kind: "failed", error: options.failed });
  }
  const close = once(async () => {
    ending.abort();
    await forget();
    await server.close();
    await requests.close();
  });
  return {
    ...address,
    project,
    onAssembled: (listener) => void listeners.add(listener),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function mountCapabilities(project: Project, database: ProjectDatabase, parts: Parts): readonly MountedCapability[] {
  const { options, events, requests } = parts;
  return project.capabilities.map(({ capability, settings }) => {
    const app: App = {
      config: project.config,
      settings,
      tree: project.tree,
      mode: options.mode,
      requests,
      connect: () => connect(database.service, { applicationName: `howdah ${capability.name}` }),
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
  return ownFiles && !/^(?:pages|public)\//.test(path);
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
