import type { Readable } from "node:stream";
import { AppError, toAppError } from "../errors/index.ts";
import { RequestJob } from "./request-job.ts";
import { checkRequest } from "./request-message.ts";
import { fromDriver, unreachable } from "./driver-error.ts";
import type {
  RawResult,
  RequestContext,
  RequestPool,
  RequestPoolOptions,
  RequestQuery,
  RunOptions,
  StreamOptions,
} from "./request-pool.ts";
import { RowStream } from "./row-stream.ts";
import { RequestSession } from "./request-session.ts";
import type { Target } from "./target.ts";
import { WaitingLine } from "./waiting-line.ts";

/** Doubling from the first; a server that is back is found within the second. */
const firstRetryMs = 50;
const longestRetryMs = 1000;
/**
 * So long a request waits behind the one ahead of it, before it is run elsewhere: longer than a short one waits for a
 * processor where many run at once, since to run twice what only had to wait would make all of it worse.
 */
const patienceMs = 100;

/** A pool of connections to one Postgres, opened when they are needed. */
export function createRequestPool(target: Target, options: RequestPoolOptions): RequestPool {
  return new Pool(target, options);
}

class Pool implements RequestPool {
  readonly #target: Target;
  readonly #options: Settings;
  readonly #waiting: WaitingLine;
  readonly #sessions = new Set<RequestSession>();
  /** The last that became free is the first to serve: what the load does not need grows old, and is closed. */
  readonly #idle: { readonly session: RequestSession; readonly since: number }[] = [];
  /** Looks after requests that ride behind one that takes long. */
  #watch: NodeJS.Timeout | undefined;
  #opening = 0;
  #failures = 0;
  #lastFailure: AppError | undefined;
  #retry: NodeJS.Timeout | undefined;
  #reaper: NodeJS.Timeout | undefined;
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(target: Target, options: RequestPoolOptions) {
    this.#target = target;
    this.#options = withDefaults(options);
    this.#waiting = new WaitingLine(
      this.#options.maxWaiting,
      options.acquireTimeoutMs,
      () => this.#whyNot(),
      () => this.#settle(),
    );
    this.#open();
  }

  get size(): RequestPool["size"] {
    const open = this.#sessions.size;
    return { open, busy: open - this.#idle.length, waiting: this.#waiting.length };
  }

  async run(
    context: RequestContext,
    queries: readonly RequestQuery[],
    options?: RunOptions,
  ): Promise<readonly RawResult[]> {
    const job = new RequestJob(context, queries, options?.signal);
    this.#begin(job);
    return job.result;
  }

  async stream(context: RequestContext, query: RequestQuery, options?: StreamOptions): Promise<Readable> {
    const sink = new RowStream();
    const gone = new AbortController();
    sink.once("close", () => gone.abort());
    const leave = (): void => gone.abort();
    if (options?.signal?.aborted === true) leave();
    options?.signal?.addEventListener("abort", leave);
    sink.once("close", () => options?.signal?.removeEventListener("abort", leave));
    const job = new RequestJob(context, [...(options?.before ?? []), query], gone.signal, sink);
    job.result.then(
      () => sink.finish(),
      (error: unknown) => sink.fail(toAppError(error)),
    );
    this.#begin(job);
    await sink.started;
    return sink;
  }

  async close(): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>();
    this.#settle();
    await this.#closed.promise;
  }

  /** Throws what keeps a job from being sent at all. */
  #begin(job: RequestJob): void {
    if (this.#closed !== undefined) throw new AppError("WD210", "the pool is closed");
    checkRequest(job.context, job.queries, this.#options.maxBytes);
    if (job.signal?.aborted === true) throw new AppError("WD207", "the request was cancelled");
    const session = this.#sessionFor(job);
    if (session !== undefined) return this.#send(session, job);
    this.#waiting.join(job);
    this.#open();
  }

  /**
   * One that is free; where all there may be are busy, the least busy one that takes another request along. Nobody overtakes
   * who waits.
   */
  #sessionFor(job: RequestJob): RequestSession | undefined {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle.session;
    if (this.#sessions.size < this.#options.max || this.#waiting.length > 0) return undefined;
    let best: RequestSession | undefined;
    for (const session of this.#sessions)
      if (session.load < (best?.load ?? Infinity) && this.#takes(session, job)) best = session;
    return best;
  }

  /** Not one that is to be replaced once it is free, which it would never be. */
  #takes(session: RequestSession, job: RequestJob): boolean {
    return session.accepts(job) && session.ageMs <= this.#options.maxLifetimeMs;
  }

  #send(session: RequestSession, job: RequestJob): void {
    session.run(job);
    if (session.load > 1) this.#watch ??= setTimeout(() => this.#recall(), patienceMs);
  }

  /** Takes requests off the connections where one ahead of them takes long; those that ride are short, as a rule. */
  #recall(): void {
    this.#watch = undefined;
    let riding = false;
    for (const session of this.#sessions) {
      for (const job of session.recall(patienceMs)) this.#onReturned(job);
      riding ||= session.load > 1;
    }
    if (riding) this.#watch ??= setTimeout(() => this.#recall(), patienceMs);
  }

  #onReturned(job: RequestJob): void {
    const idle = this.#idle.pop();
    if (idle !== undefined) return this.#send(idle.session, job);
    this.#waiting.rejoin(job);
    this.#open();
  }

  /** Lets those along that wait, in their order. */
  #fill(session: RequestSession): void {
    for (
      let first = this.#waiting.first;
      first !== undefined && this.#takes(session, first);
      first = this.#waiting.first
    ) {
      this.#waiting.next();
      this.#send(session, first);
    }
  }

  /** Opens what is missing: one at a time while Postgres is away, else as many as there are requests that wait. */
  #open(): void {
    if (this.#retry !== undefined) return;
    const room = this.#options.max - this.#sessions.size - this.#opening;
    const missing = this.#closed === undefined ? this.#options.min - this.#sessions.size : 0;
    const wanted = Math.max(this.#waiting.length, missing) - this.#opening;
    const most = this.#failures > 0 ? 1 - this.#opening : room;
    for (let count = Math.min(room, wanted, most); count > 0; count--) void this.#openOne();
  }

  async #openOne(): Promise<void> {
    this.#opening++;
    let proven = false;
    const session = new RequestSession(this.#options, {
      onFree: () => {
        if (!proven) this.#options.onEvent({ kind: "opened" });
        proven = true;
        this.#onFree(session);
      },
      onLost: (reason, silent, returned) => {
        // Ahead of all else, so that a pool that closes knows that somebody waits.
        this.#forget(session);
        for (const job of returned) this.#onReturned(job);
        this.#onLost(reason, proven, silent);
      },
      onRoom: () => this.#fill(session),
      onReturned: (job) => this.#onReturned(job),
    });
    try {
      await session.open(this.#target);
      this.#sessions.add(session);
      this.#opening--;
    } catch (error) {
      this.#opening--;
      this.#onUnreachable(fromDriver(error));
    }
  }

  #onFree(session: RequestSession): void {
    this.#failures = 0;
    this.#lastFailure = undefined;
    if (session.ageMs > this.#options.maxLifetimeMs) return void session.close("it was old");
    const next = this.#waiting.next();
    if (next !== undefined) {
      session.run(next);
      this.#fill(session);
    } else this.#idle.push({ session, since: performance.now() });
    this.#open();
    this.#reap();
    this.#settle();
  }

  #forget(session: RequestSession): void {
    this.#sessions.delete(session);
    const place = this.#idle.findIndex((idle) => idle.session === session);
    if (place >= 0) this.#idle.splice(place, 1);
  }

  #onLost(reason: string, proven: boolean, silent: boolean): void {
    this.#options.onEvent({ kind: "closed", reason });
    // The others may lead into the same hole: better new connections than a request lost in each.
    if (silent) for (const idle of this.#idle.splice(0)) idle.session.drop(reason);
    if (proven) this.#open();
    else this.#onUnreachable(unreachable(new Error(reason)));
    this.#settle();
  }

  #onUnreachable(error: AppError): void {
    const retryInMs = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures++);
    this.#lastFailure = error;
    this.#options.onEvent({ kind: "unreachable", error, retryInMs });
    // A wrong password does not get right by waiting; with connections open, one of them will serve.
    if (error.code === "WD202" && this.#sessions.size === 0) this.#waiting.dismiss(error);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#open();
    }, retryInMs);
    this.#settle();
  }

  /** Why a request has waited in vain. */
  #whyNot(): AppError {
    const last = this.#lastFailure;
    if (last !== undefined) return new AppError(last.code, last.message, { detail: last.detail, cause: last });
    const detail = `${this.#options.max} are in use, and ${this.#options.acquireTimeoutMs} ms have passed`;
    return new AppError("WD205", "no connection became free", { detail });
  }

  /** Closes connections that the load does not need. */
  #reap(): void {
    const oldest = this.#idle[0];
    if (this.#reaper !== undefined || oldest === undefined || this.#sessions.size <= this.#options.min) return;
    const delayMs = Math.max(0, oldest.since + this.#options.idleTimeoutMs - performance.now());
    this.#reaper = setTimeout(() => {
      this.#reaper = undefined;
      const old = this.#idle[0];
      const due = old !== undefined && old.since + this.#options.idleTimeoutMs <= performance.now();
      if (due && this.#sessions.size > this.#options.min) void old.session.close("it was idle");
      this.#reap();
    }, delayMs).unref();
  }

  /** Once the pool is closing and nothing runs, waits or is being opened: says goodbye to all. */
  #settle(): void {
    const busy = this.#sessions.size > this.#idle.length || this.#opening > 0 || this.#waiting.length > 0;
    if (this.#closed === undefined || busy) return;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    clearTimeout(this.#reaper);
    clearTimeout(this.#watch);
    const goodbyes = this.#idle.splice(0).map((idle) => idle.session.close("the pool is closed"));
    void Promise.all(goodbyes).then(() => this.#closed?.resolve());
  }
}

type Settings = { readonly [Key in keyof RequestPoolOptions]-?: NonNullable<RequestPoolOptions[Key]> };

function withDefaults(options: RequestPoolOptions): Settings {
  return {
    max: options.max,
    min: options.min ?? 0,
    acquireTimeoutMs: options.acquireTimeoutMs,
    connectTimeoutMs: options.connectTimeoutMs ?? 5000,
    statementTimeoutMs: options.statementTimeoutMs,
    maxWaiting: options.maxWaiting ?? 1000,
    idleTimeoutMs: options.idleTimeoutMs ?? 30_000,
    maxLifetimeMs: options.maxLifetimeMs ?? Infinity,
    maxStatements: options.maxStatements ?? 32,
    maxBytes: options.maxBytes ?? 64 * 1024 * 1024,
    roleSettings: options.roleSettings ?? [],
    applicationName: options.applicationName ?? "howdah",
    onEvent: options.onEvent ?? ((): void => {}),
  };
}
