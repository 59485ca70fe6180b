import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../../../capability/index.ts";
import { toAppError } from "../../../errors/index.ts";
import {
  connect,
  createRequestPool,
  listen,
  type Connection,
  type PoolEvent,
  type RequestPool,
} from "../../../postgres/index.ts";
import { bodyTooLarge } from "../failure/index.ts";
import { interfaceVersion } from "../interface-version.ts";
import { createApi, type Api } from "../run/api.ts";
import { failureResponse } from "../run/failure-response.ts";
import { watchDatabase, type DatabaseWatch } from "../run/known-database.ts";
import type { RestSettings } from "../settings.ts";
import { administer, type Administered } from "./admin.ts";
import type { StandaloneConfig } from "./config/index.ts";
import { serveHttp, type HttpServer } from "./http-server.ts";
import type { StandaloneOptions } from "./options.ts";
import { requestLog } from "./request-log.ts";
import { schemaJson } from "./schema-json.ts";

/** The interface alone, on a database that knows nothing of howdah. */
export interface StandaloneServer extends AsyncDisposable {
  readonly address: HttpServer["address"];
  readonly adminAddress: HttpServer["address"] | undefined;
  /** Resolved when the schema cache was read for the first time; until then requests are answered with PGRST002. */
  readonly loaded: Promise<void>;
  /** Asks for the configuration anew, then reads the schema cache. */
  reload(): void;
  /** The schema cache; null until it was read. */
  schemaJson(): string;
  /** Finishes what is in flight, then closes connections. */
  close(): Promise<void>;
}

const applicationName = "howdah rest";
/** Clients look at it to know what they can ask for. */
const product = `postgrest/${interfaceVersion}`;
/** PostgREST waits no longer for a connection to be made. */
const connectTimeoutMs = 10_000;

/**
 * Serves tables, views and functions of any database; installs nothing into it.
 *
 * It listens at once: while the database is away requests are answered with 503, and all recovers by itself. Throws WD507.
 */
export async function serveStandalone(options: StandaloneOptions): Promise<StandaloneServer> {
  const { config, log } = options;
  await using opened = new AsyncDisposableStack();
  const current = new CurrentConfig(options);
  const health = new Health();
  const pool = openPool(options, health);
  opened.defer(() => pool.close());
  const watch = watchDatabase({
    open: () => connect(options.primary, { applicationName, connectTimeoutMs }),
    login: options.primary.user,
    options: (connection) => current.readSettings(connection),
    log,
  });
  opened.defer(() => watch.close());
  const settings = (): RestSettings => current.config.rest;
  const { onFailure } = health;
  const api = createApi({ pool, watch, settings, log, onFailure, logQueries: config.log.queries });
  const server = await serveApi(api, settings, options);
  opened.defer(() => server.close());
  const admin = await openAdmin(config, {
    watch,
    pool,
    maxConnections: options.connections,
    poolTimeouts: () => health.poolTimeouts,
    tokens: api.tokens,
    reachable: () => server.reachable(),
    connected: () => health.connected,
    configuration: () => current.config.text,
  });
  if (admin !== undefined) opened.defer(() => admin.close());
  const ending = new AbortController();
  opened.defer(() => ending.abort());
  void hear(options, { watch, health, signal: ending.signal });
  const owned = opened.move();
  const close = (): Promise<void> => owned.disposeAsync();
  return {
    address: server.address,
    adminAddress: admin?.address,
    loaded: watch.loaded,
    reload: () => watch.reload(),
    schemaJson: () => schemaJson(watch.current),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function serveApi(
  api: Api,
  settings: () => RestSettings,
  { config, log, maxBodyBytes }: StandaloneOptions,
): Promise<HttpServer> {
  return serveHttp(api.answer, config.server, {
    product,
    maxBodyBytes,
    tooLarge: () => failureResponse(bodyTooLarge(maxBodyBytes), settings()),
    reusePort: config.reusePort,
    onAnswered: requestLog(config.log.level, log),
  });
}

/** The configuration as it was read last; one that can't be used is told, and the one before it stays. */
class CurrentConfig {
  readonly #options: StandaloneOptions;
  config: StandaloneConfig;

  constructor(options: StandaloneOptions) {
    this.#options = options;
    this.config = options.config;
  }

  async readSettings(connection: Connection): Promise<RestSettings> {
    try {
      const read = await this.#options.configure(connection);
      // Who keeps something for as long as the settings stay is told by the object that they have not changed.
      if (JSON.stringify(read) !== JSON.stringify(this.config)) this.config = read;
    } catch (error) {
      const { code, message, detail } = toAppError(error);
      if (code === "WD201" || code === "WD202") throw error;
      this.#options.log.error({ code, detail }, `the configuration was not read anew: ${message}`);
    }
    return this.config.rest;
  }
}

/** What the administration knows of the database besides the pool. */
class Health {
  poolTimeouts = 0;
  connected = true;

  readonly onPoolEvent = (event: PoolEvent): void => {
    if (event.kind === "unreachable") this.connected = false;
    if (event.kind === "opened") this.connected = true;
  };

  readonly onFailure = (code: string): void => {
    if (code === "PGRST003") this.poolTimeouts++;
  };
}

function openPool(options: StandaloneOptions, health: Health): RequestPool {
  const { database } = options.config;
  return createRequestPool(options.requests, {
    max: options.connections,
    acquireTimeoutMs: database.acquireTimeoutMs,
    idleTimeoutMs: database.idleTimeoutMs,
    maxLifetimeMs: database.maxLifetimeMs,
    connectTimeoutMs,
    applicationName,
    // The database's owner says how long a statement may take, by settings of its roles.
    statementTimeoutMs: 0,
    maxWaiting: 100_000,
    maxStatements: database.preparedStatements ? 100 : 0,
    roleSettings: "any",
    onEvent: (event) => {
      health.onPoolEvent(event);
      tell(event, options.log);
      if (event.kind === "unreachable" && !database.automaticRecovery) options.onGivenUp?.();
    },
  });
}

function tell(event: PoolEvent, log: Log): void {
  switch (event.kind) {
    case "unreachable":
      return log.warn({ code: event.error.code, detail: event.error.detail }, event.error.message);
    case "closed":
      return log.debug({ reason: event.reason }, "a connection was closed");
    case "opened":
      return log.debug({}, "a connection was opened");
  }
}

interface Heard {
  readonly watch: DatabaseWatch;
  readonly health: Health;
  readonly signal: AbortSignal;
}

/** Listens to NOTIFY while the server runs; what was said while the connection was broken is lost, so all is read anew. */
async function hear({ config, primary }: StandaloneOptions, { watch, health, signal }: Heard): Promise<void> {
  const { channel } = config.database;
  if (channel === null) return;
  const onNotification = ({ payload }: { readonly payload: string }): void => {
    // A reading of the schema cache begins with one of the configuration.
    if (payload === "" || payload === "reload schema" || payload === "reload config") watch.reload();
  };
  const listening = {
    applicationName,
    onGap: () => {
      health.connected = true;
      watch.reload();
    },
    onError: () => {
      health.connected = false;
    },
  };
  for (let missed = false; !signal.aborted; missed = true) {
    try {
      const { closed } = await listen(primary, [channel], onNotification, signal, listening);
      if (missed) listening.onGap();
      return await closed;
    } catch (error) {
      // The watch of the schema cache tells what is wrong with the database.
      if (toAppError(error).code === "WD201") health.connected = false;
      await pause(500, undefined, { signal }).catch(() => {}); // an abort ends the loop
    }
  }
}

async function openAdmin(config: StandaloneConfig, administered: Administered): Promise<HttpServer | undefined> {
  if (config.admin === null) return undefined;
  return await serveHttp((request) => administer(request, administered), config.admin, {
    product,
    maxBodyBytes: 0,
    tooLarge: () => ({ status: 413, headers: [], body: null }),
  });
}
