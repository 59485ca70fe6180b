import type { TestContext } from "node:test";
import {
  loadConfig,
  serveStandalone,
  type StandaloneConfig,
  type StandaloneServer,
} from "../../src/capabilities/rest/standalone/index.ts";
import { settingsForTests } from "./rest-settings.ts";
import type { RestSettings } from "../../src/capabilities/rest/settings.ts";
import type { Connection, Target } from "../../src/postgres/index.ts";
import { testPool, type TestPool } from "./request-pool.ts";

export interface RestServer {
  readonly url: string;
  readonly adminUrl: string;
  readonly server: StandaloneServer;
  /** The database as its owner. */
  readonly admin: Connection;
  readonly target: Target;
  readonly roles: TestPool["roles"];
  /** What the log was told, a line each. */
  readonly logged: readonly string[];
  /** Another configuration from the next reload on. */
  readonly configure: (settings: Partial<RestSettings>) => void;
}

export interface RestServerOptions {
  readonly settings?: Partial<RestSettings> | ((roles: TestPool["roles"]) => Partial<RestSettings>);
  /** In place of the database's own address. */
  readonly target?: Target;
  readonly pool?: number;
  readonly database?: Partial<StandaloneConfig["database"]>;
  readonly maxBodyBytes?: number;
  /** Answers before the schema cache was read. */
  readonly atOnce?: boolean;
}

/** `howdah rest` on a database of its own, whose schema public these statements filled; $anon is the role of strangers. */
export async function restServer(
  t: TestContext,
  statements: string,
  options: RestServerOptions = {},
): Promise<RestServer> {
  const { admin, target, roles } = await testPool(t, { min: 0 });
  const withRoles = statements.replaceAll("$anon", roles.anon).replaceAll("$strong", roles.strong);
  await admin.execute(`${withRoles};
    alter default privileges in schema public grant all on tables to ${roles.anon};
    grant all on all tables in schema public to ${roles.anon};
    grant all on all sequences in schema public to ${roles.anon}`);
  const logged: string[] = [];
  const write = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const given = typeof options.settings === "function" ? options.settings(roles) : options.settings;
  let settings: RestSettings = { ...settingsForTests, anonRole: roles.anon, ...given };
  const { config } = loadConfig({ path: null, env: {} });
  const anyPort = { kind: "port", host: "127.0.0.1", port: 0 } as const;
  const database = { ...config.database, acquireTimeoutMs: 1000, ...options.database };
  const server = await serveStandalone({
    config: { ...config, database, rest: settings, server: anyPort, admin: anyPort },
    configure: async () => ({ ...config, database, rest: settings, server: anyPort, admin: anyPort }),
    primary: options.target ?? target,
    requests: options.target ?? target,
    connections: options.pool ?? 4,
    maxBodyBytes: options.maxBodyBytes ?? 1_000_000,
    log: { debug: write, info: write, warn: write, error: write },
  });
  t.after(() => server.close());
  if (options.atOnce !== true) await server.loaded;
  return {
    ...{ server, admin, target, roles, logged },
    url: urlOf(server.address),
    adminUrl: urlOf(server.adminAddress),
    configure: (more) => {
      settings = { ...settings, ...more };
    },
  };
}

function urlOf(address: StandaloneServer["address"] | undefined): string {
  return address !== undefined && "port" in address ? `http://127.0.0.1:${address.port}` : "";
}
