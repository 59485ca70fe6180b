import { loadStandaloneRest } from "../capabilities/index.ts";
import type { Log } from "../capability/index.ts";
import { AppError, toAppError } from "../errors/index.ts";
import { connect, type Connection, type Target } from "../postgres/index.ts";

export interface ServeRestOptions {
  /** A postgrest.conf; settings of the environment come before those of the file. */
  readonly file?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  /** How many processes share the work: each takes its part of db-pool. */
  readonly workers: number;
  /** Called where the connection was lost and db-pool-automatic-recovery is off. */
  readonly onGivenUp?: (() => void) | undefined;
}

/** A running interface. */
export interface ServedRest extends AsyncDisposable {
  /** http://127.0.0.1:3000, or the path of the socket. */
  readonly url: string;
  readonly adminUrl: string | undefined;
  /** Reads the configuration and the schema cache anew. */
  reload(): void;
  /** What is known of the database, as JSON, once it was read. */
  schemaJson(): Promise<string>;
  close(): Promise<void>;
}

/**
 * Serves the tables, views and functions of any database as PostgREST does; needs no howdah.toml, and installs nothing.
 *
 * @throws AppError WD507 when the port is taken, WD630 for a configuration that can't be used
 */
export async function serveRest({ file, env, log, workers, onGivenUp }: ServeRestOptions): Promise<ServedRest> {
  const standalone = await loadStandaloneRest();
  const places = { path: file ?? null, env };
  const { config, warnings } = standalone.loadConfig(places);
  for (const warning of warnings) log.warn({}, warning);
  const targets = await standalone.chooseTargets(standalone.parseConnectionString(config.database.uri, env), openRest);
  const server = await standalone.serveStandalone({
    ...targets,
    ...{ config, log, maxBodyBytes: config.maxBodyBytes, onGivenUp },
    configure: async (connection) => (await standalone.loadConfigFrom(places, connection)).config,
    connections: Math.max(1, Math.ceil(config.database.pool / workers)),
  });
  return {
    url: urlOf(server.address),
    adminUrl: server.adminAddress === undefined ? undefined : urlOf(server.adminAddress),
    reload: () => server.reload(),
    schemaJson: async () => {
      await server.loaded;
      return server.schemaJson();
    },
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/**
 * The configuration as it is understood: file, environment, and unless db-config is off the database. Where the database
 * can't be asked, `unasked` says why, and the rest is told all the same.
 *
 * @throws AppError WD630 for a configuration that can't be used
 */
export async function describeRestConfig(
  file: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly text: string; readonly unasked?: AppError }> {
  const standalone = await loadStandaloneRest();
  const places = { path: file ?? null, env };
  const { config } = standalone.loadConfig(places);
  if (!config.database.readsConfig) return { text: config.text };
  const targets = standalone.parseConnectionString(config.database.uri, env);
  try {
    const { primary } = await standalone.chooseTargets(targets, openRest);
    await using connection = await openRest(primary);
    return { text: (await standalone.loadConfigFrom(places, connection)).config.text };
  } catch (error) {
    const unasked = toAppError(error);
    if (unasked.code === "WD630") throw unasked;
    return { text: config.text, unasked };
  }
}

function openRest(target: Target): Promise<Connection> {
  return connect(target, { applicationName: "howdah rest", connectTimeoutMs: 10_000 });
}

/** Where the administration of a server with this configuration answers; throws WD630 where it has none. */
export async function restAdminUrl(file: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  const { loadConfig } = await loadStandaloneRest();
  const { admin } = loadConfig({ path: file ?? null, env }).config;
  if (admin?.kind === "port") return `http://${/^[!*]/.test(admin.host) ? "localhost" : admin.host}:${admin.port}`;
  throw new AppError("WD630", "the configuration names no port of the administration", {
    hint: "set admin-server-port",
  });
}

/** A postgrest.conf with the defaults. */
export async function exampleRestConfig(): Promise<string> {
  return (await loadStandaloneRest()).exampleConfig;
}

function urlOf(address: { readonly host: string; readonly port: number } | { readonly path: string }): string {
  if ("path" in address) return address.path;
  const { host, port } = address;
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
