import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { AppError } from "../errors/index.ts";
import { connectClient } from "./client.ts";
import { fromDriver } from "./driver-error.ts";
import { quoteIdentifier } from "./quote.ts";
import type { Target } from "./target.ts";

/** What NOTIFY sent; `payload` is "" where it carried none. */
export interface Notification {
  readonly channel: string;
  readonly payload: string;
}

export interface ListenOptions {
  /** Listening again after a break: what was notified meanwhile is lost, so look at the tables. */
  readonly onGap?: (() => void) | undefined;
  /** Listening broke, or could not be taken up again; the next attempt follows by itself. */
  readonly onError?: ((error: AppError) => void) | undefined;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string | undefined;
  /** How often a silent connection is asked whether it still lives; 15 s unless said otherwise. */
  readonly pingIntervalMs?: number | undefined;
}

export interface Listening {
  /** Resolves when the signal has ended it and its connection is closed. */
  readonly closed: Promise<void>;
}

const firstRetryMs = 50;
const longestRetryMs = 1000;
const connectTimeoutMs = 5000;

/**
 * LISTENs on channels until the signal aborts, on a session of its own that is opened again whenever it breaks.
 *
 * Resolves when every channel is listened to. Rejects with WD201 or WD202 when the first attempt fails, and with WD211
 * for a channel whose name Postgres can't hold.
 */
export async function listen(
  target: Target,
  channels: readonly string[],
  onNotification: (notification: Notification) => void,
  signal: AbortSignal,
  options: ListenOptions = {},
): Promise<Listening> {
  const text = channels.map((channel) => `listen ${quoteIdentifier(channel)}`).join("; ");
  const open = (): Promise<Ear> => Ear.open(target, text, onNotification, options);
  if (signal.aborted) throw new AppError("WD207", "listening was cancelled before it began");
  const first = await open();
  return { closed: keepListening(first, open, signal, options) };
}

async function keepListening(
  first: Ear,
  open: () => Promise<Ear>,
  signal: AbortSignal,
  options: ListenOptions,
): Promise<void> {
  let ear: Ear | undefined = first;
  while (ear !== undefined) {
    const failure = await ear.untilBroken(signal);
    if (signal.aborted) return;
    options.onError?.(failure);
    ear = await reopen(open, signal, options);
    if (ear !== undefined && !signal.aborted) options.onGap?.();
  }
}

async function reopen(open: () => Promise<Ear>, signal: AbortSignal, options: ListenOptions): Promise<Ear | undefined> {
  for (let delayMs = firstRetryMs; !signal.aborted; delayMs = Math.min(longestRetryMs, delayMs * 2)) {
    try {
      return await open();
    } catch (error) {
      options.onError?.(fromDriver(error));
    }
    await sleep(delayMs, undefined, { signal }).catch(() => {}); // an abort ends the loop
  }
  return undefined;
}

/** One session that listens. */
class Ear {
  readonly #client: pg.Client;
  readonly #broken = Promise.withResolvers<AppError>();
  readonly #pingIntervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  static async open(
    target: Target,
    text: string,
    onNotification: (notification: Notification) => void,
    options: ListenOptions,
  ): Promise<Ear> {
    const applicationName = options.applicationName ?? "howdah listen";
    const client = await connectClient(target, { applicationName, connectTimeoutMs });
    client.on("notification", ({ channel, payload }) => onNotification({ channel, payload: payload ?? "" }));
    const ear = new Ear(client, options.pingIntervalMs ?? 15_000);
    try {
      await client.query(text);
      return ear;
    } catch (error) {
      await ear.#close();
      throw fromDriver(error);
    }
  }

  constructor(client: pg.Client, pingIntervalMs: number) {
    this.#client = client;
    this.#pingIntervalMs = pingIntervalMs;
    client.on("error", (error) => this.#broken.resolve(fromDriver(error)));
    client.on("end", () => this.#broken.resolve(fromDriver(new Error("Connection terminated"))));
    this.#schedulePing();
  }

  /** Why it hears nothing any more; closes the session when it breaks, or when the signal aborts. */
  async untilBroken(signal: AbortSignal): Promise<AppError> {
    const abort = (): void => this.#broken.resolve(new AppError("WD207", "listening was ended"));
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    const failure = await this.#broken.promise;
    signal.removeEventListener("abort", abort);
    await this.#close();
    return failure;
  }

  /** A connection that leads nowhere is only noticed by asking: keepalive of TCP takes minutes to hours. */
  #schedulePing(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(() => this.#client.connection.stream.destroy(), this.#pingIntervalMs);
      this.#client.query("select").then(
        () => {
          clearTimeout(this.#timer);
          this.#schedulePing();
        },
        (error: unknown) => this.#broken.resolve(fromDriver(error)),
      );
    }, this.#pingIntervalMs);
  }

  async #close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    // The driver's end() drops the connection by itself where a ping is still unanswered.
    await this.#client.end();
  }
}
