import { setTimeout as pause } from "node:timers/promises";
import { readSchemaCache, type SchemaCache, type SchemaCacheOptions } from "../../../catalog/index.ts";
import type { Log } from "../../../capability/index.ts";
import { toAppError, type AppError } from "../../../errors/index.ts";
import type { Connection } from "../../../postgres/index.ts";
import type { PermittedColumns } from "../plan/index.ts";
import type { BeyondSettings } from "../settings.ts";
import { debounce } from "./debounce.ts";
import { readPermittedColumns } from "./permitted-columns.ts";
import { readRoleSettings, type RoleSettings } from "./role-settings.ts";
import { noTimezones, readTimezones } from "./timezone.ts";

/** What requests are planned against, read at one moment. */
export interface KnownDatabase {
  readonly schema: SchemaCache;
  readonly roles: ReadonlyMap<string, RoleSettings>;
  /** By role, where `*` is to stand for what it may read. */
  readonly permitted?: ReadonlyMap<string, PermittedColumns> | undefined;
  /** What `Prefer: timezone=` may name; empty where the settings don't hear it. */
  readonly timezones: ReadonlySet<string>;
}

/** The schema cache of a running server. */
export interface DatabaseWatch {
  /** Undefined until it was read once; from then on there is always one, be it an old one. */
  readonly current: KnownDatabase | undefined;
  /** What the newest one is, and was read for; see `metrics`. */
  readonly state: WatchState;
  /** Reads it anew; requests go on with the old one meanwhile. Calls within 100 ms are one. */
  reload(): void;
  /** Resolved when it was read for the first time. */
  readonly loaded: Promise<void>;
  close(): Promise<void>;
}

/** For the administration's readiness and metrics. */
export interface WatchState {
  /** True when the last reading was asked for and has not succeeded yet. */
  readonly pending: boolean;
  readonly loads: number;
  readonly failures: number;
  readonly lastLoadMs: number;
  /** How long until the next attempt, where the last one failed. */
  readonly retryInMs: number;
}

/** What is read besides depends on the settings. */
export type WatchedSettings = SchemaCacheOptions & {
  readonly beyond?: Pick<BeyondSettings, "permittedColumns">;
  /** Whether `Prefer: timezone=` is heard. */
  readonly timezoneEnabled?: boolean;
};

export interface WatchOptions {
  /** A session of its own for each reading. */
  readonly open: () => Promise<Connection>;
  /** The login of the pool, whose memberships are the roles that requests become. */
  readonly login: string;
  /** Asked for each reading: the configuration may have changed, and the database may hold a part of it. */
  readonly options: (connection: Connection) => WatchedSettings | Promise<WatchedSettings>;
  readonly log: Log;
}

const debounceMs = 100;
const firstRetryMs = 100;
const longestRetryMs = 4000;

/** Begins to read, and reads again when it is told to; while the database is away it tries until it is back. */
export function watchDatabase(options: WatchOptions): DatabaseWatch {
  return new Watch(options);
}

class Watch implements DatabaseWatch {
  readonly #options: WatchOptions;
  readonly #ending = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  readonly #reload = debounce(() => this.#ask(), debounceMs);
  #current: KnownDatabase | undefined;
  #timezones: ReadonlySet<string> | undefined;
  #asked = false;
  #running: Promise<void> | undefined;
  #state: WatchState = { pending: true, loads: 0, failures: 0, lastLoadMs: 0, retryInMs: 0 };

  constructor(options: WatchOptions) {
    this.#options = options;
    this.reload();
  }

  get current(): KnownDatabase | undefined {
    return this.#current;
  }

  get state(): WatchState {
    return this.#state;
  }

  get loaded(): Promise<void> {
    return this.#first.promise;
  }

  reload(): void {
    this.#reload.call();
  }

  async close(): Promise<void> {
    this.#reload.stop();
    this.#ending.abort();
    await this.#running;
  }

  #ask(): void {
    this.#asked = true;
    this.#running ??= this.#readAll().finally(() => {
      this.#running = undefined;
    });
  }

  /** Reads until it succeeds, and again where somebody asked while it read: what he changed may have come too late. */
  async #readAll(): Promise<void> {
    let delayMs = firstRetryMs;
    while (this.#asked && !this.#ending.signal.aborted) {
      this.#asked = false;
      this.#state = { ...this.#state, pending: true };
      const failure = await this.#readOnce();
      if (failure === undefined) {
        delayMs = firstRetryMs;
        continue;
      }
      this.#asked = true;
      this.#state = { ...this.#state, failures: this.#state.failures + 1, retryInMs: delayMs };
      this.#options.log.warn({ code: failure.code, detail: failure.detail, retryInMs: delayMs }, failure.message);
      await pause(delayMs, undefined, { signal: this.#ending.signal }).catch(() => {}); // an abort ends the loop
      delayMs = Math.min(longestRetryMs, delayMs * 2);
    }
  }

  async #readOnce(): Promise<AppError | undefined> {
    const startedAt = performance.now();
    try {
      this.#current = await readDatabase(this.#options, this.#timezones);
      // Those of a server stay the same, and take it longer to tell than anything else does.
      if (this.#current.timezones.size > 0) this.#timezones = this.#current.timezones;
    } catch (error) {
      return toAppError(error);
    }
    const lastLoadMs = performance.now() - startedAt;
    this.#state = { ...this.#state, pending: false, loads: this.#state.loads + 1, lastLoadMs, retryInMs: 0 };
    this.#options.log.info({ ms: Math.round(lastLoadMs) }, "the schema cache was read");
    this.#first.resolve();
    return undefined;
  }
}

async function readDatabase(options: WatchOptions, known: ReadonlySet<string> | undefined): Promise<KnownDatabase> {
  await using connection = await options.open();
  const settings = await options.options(connection);
  const schema = await readSchemaCache(connection, settings);
  const roles = await readRoleSettings(connection, options.login);
  const timezones = settings.timezoneEnabled === true ? (known ?? (await readTimezones(connection))) : noTimezones;
  if (settings.beyond?.permittedColumns !== true) return { schema, roles, timezones };
  const permitted = await readPermittedColumns(connection, options.login, settings.schemas);
  return { schema, roles, timezones, permitted };
}
