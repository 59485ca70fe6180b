import type { TestContext } from "node:test";
import type { FastifyPluginAsync } from "fastify";
import type { App, AppEvent, Capability, Log } from "../../src/capability/index.ts";
import { builtIn } from "../../src/capabilities/index.ts";
import type { RequestPool } from "../../src/postgres/index.ts";
import { emptySettings, memoryTree, type MemoryTree, type ServerConfig } from "../../src/project/index.ts";
import { createServer, type Server, type Timeouts } from "../../src/server/index.ts";
import { testConfig } from "./project-config.ts";
import { testPool, type TestPool } from "./request-pool.ts";

export interface SiteOptions {
  readonly mode?: "development" | "production";
  /** Run as the database's owner, with $anon for the role of requests. */
  readonly sql?: string;
  readonly server?: Partial<ServerConfig>;
  readonly timeouts?: Partial<Timeouts>;
  readonly userPlugin?: FastifyPluginAsync;
  readonly capabilities?: readonly Capability[];
  /** In place of a database of its own. */
  readonly requests?: RequestPool;
  readonly tree?: MemoryTree;
}

export interface LoggedLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface TestSite {
  readonly server: Server;
  readonly fastify: Server["fastify"];
  readonly tree: MemoryTree;
  readonly logged: readonly LoggedLine[];
  readonly emit: (event: AppEvent) => void;
  /** Writes files and tells the application so, as a watcher would. */
  readonly save: (files: Readonly<Record<string, string>>) => void;
  readonly database: TestPool | undefined;
}

/** A server of the given files with our capabilities, on a database of its own where the files need one. */
export async function testSite(
  t: TestContext,
  files: Readonly<Record<string, string | Buffer>>,
  options: SiteOptions = {},
): Promise<TestSite> {
  const database = options.requests === undefined && options.sql !== undefined ? await testPool(t) : undefined;
  if (database && options.sql) await database.admin.execute(options.sql.replaceAll("$anon", database.roles.anon));
  const requests = options.requests ?? database?.pool ?? noDatabase;
  const tree = options.tree ?? memoryTree(files);
  const { log, logged } = recordingLog();
  const listeners = new Set<(event: AppEvent) => void>();
  const emit = (event: AppEvent): void => listeners.forEach((listener) => listener(event));
  const on = (listener: (event: AppEvent) => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const config = testConfig(options.server);
  const anon = database?.roles.anon ?? config.roles.anon;
  const mode = options.mode ?? "production";
  const shared = { config: { ...config, roles: { ...config.roles, anon } }, tree, mode, requests, log, on };
  const capabilities = (options.capabilities ?? builtIn).map((capability) => ({
    capability,
    app: {
      ...shared,
      settings: capability.settings(emptySettings(capability.name)),
      connect: noSession,
      listen: async () => {},
    } satisfies App,
  }));
  const { timeouts, userPlugin } = options;
  const server = await createServer({ ...shared, capabilities, userPlugin, events: on, timeouts });
  t.after(() => server.close());
  const save = (written: Readonly<Record<string, string>>): void => {
    for (const [path, content] of Object.entries(written)) tree.write(path, content);
    emit({ kind: "changed", paths: Object.keys(written) });
  };
  return { server, fastify: server.fastify, tree, logged, emit, save, database };
}

function recordingLog(): { readonly log: Log; readonly logged: readonly LoggedLine[] } {
  const logged: LoggedLine[] = [];
  const write =
    (level: LoggedLine["level"]) =>
    (fields: object, message: string): void =>
      void logged.push({ level, message, fields: fields as LoggedLine["fields"] });
  return { log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") }, logged };
}

function noSession(): never {
  throw new Error("this test has no database");
}

const noDatabase: RequestPool = {
  run: async () => noSession(),
  stream: async () => noSession(),
  size: { open: 0, busy: 0, waiting: 0 },
  close: async () => {},
};
