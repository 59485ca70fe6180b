import { AppError } from "../errors/index.ts";
import { appendCleanup, CleanupPhase, prepareCleanup, resetLogin, rollBack } from "./cleanup.ts";
import { farewellOf, unreachable } from "./driver-error.ts";
import { message, readError } from "./backend.ts";
import { Deadline } from "./deadline.ts";
import { Frontend } from "./frontend.ts";
import { Outbox } from "./outbox.ts";
import { abandon, cancelAll, recallBehind, type Flight } from "./request-flight.ts";
import { canRide, checkBytes, inlineCleanup, writeRequest } from "./request-message.ts";
import { RequestPhase, type OnValue } from "./request-phase.ts";
import type { RequestJob } from "./request-job.ts";
import type { SessionEvents, SessionOptions } from "./session-options.ts";
import { StatementCache, type Statement } from "./statement-cache.ts";
import type { Target } from "./target.ts";
import { openWire, type Wire } from "./wire.ts";

/** The server's own limit fires first where one statement takes too long; this much later we cancel the whole request. */
const deadlineSlackMs = 250;
/** How long Postgres may take to answer a cancel request, or to clean up, before the connection counts as dead. */
const silenceMs = 2000;
/** How long a request may run whose answer nobody wants any more. */
const unwantedMs = 50;
/** How long the reader of a stream may take nothing. */
const stallMs = 30_000;
/** A cancel request that comes late may hit the cleanup, and once more the one that repeats it. */
const maxCleanups = 3;
/** Requests in flight at most, so that Postgres goes from one to the next without being woken for it. */
const maxFlights = 4;

/** One connection of the pool: its requests run one behind the other, and after each comes its cleanup. */
export class RequestSession {
  readonly #options: SessionOptions;
  readonly #events: SessionEvents;
  readonly #since = performance.now();
  readonly #statements: StatementCache;
  #wire: Wire | undefined;
  /** Sent and not yet answered, the one that runs ahead. */
  readonly #flights: Flight[] = [];
  /** When the first of them began to run. */
  #headSince = 0;
  #cleaning: CleanupPhase | undefined;
  /** To run here, and alone, once nothing is in flight. */
  readonly #again: RequestJob[] = [];
  readonly #deadline = new Deadline();
  #stall: NodeJS.Timeout | undefined;
  #version = 0;
  #database = "";
  /** The text of the statement without a name. */
  #setup: string | undefined;
  readonly #outbox = new Outbox((bytes) => !this.#lost && this.#wire?.send(bytes) === true);
  /** To be closed ahead of the next request. */
  #closing: readonly Statement[] = [];
  #cancelling: Promise<void> | undefined;
  #cleanups = 0;
  /** A request failed, so that its cleanup did too. */
  #unclean = false;
  /** … inside BEGIN and COMMIT, which still have to be ended. */
  #aborted = false;
  /** Why this connection can't be used after what runs now. */
  #doom: string | undefined;
  #farewell: string | undefined;
  #lost = false;

  constructor(options: SessionOptions, events: SessionEvents) {
    this.#options = options;
    this.#events = events;
    this.#statements = new StatementCache(options.maxStatements);
  }

  /** Since it was made. */
  get ageMs(): number {
    return performance.now() - this.#since;
  }

  /** Requests in flight. */
  get load(): number {
    return this.#flights.length;
  }

  /** Connects and prepares the cleanup, which runs once: onFree, or onLost, follows. Throws WD201 and WD202. */
  async open(target: Target): Promise<void> {
    this.#database = target.database;
    this.#wire = await openWire(target, this.#options, {
      onMessage: (code, bytes, start, end, owned) => {
        this.#outbox.onMessage();
        this.#onMessage(code, bytes, start, end, owned);
      },
      onRead: () => this.#outbox.onRead(),
      onClose: (error) => this.#lose(error ?? new Error(this.#farewell ?? "Postgres closed the connection")),
      maxMessageBytes: this.#options.maxBytes,
    });
    const out = new Frontend();
    prepareCleanup(out);
    this.#clean(out, true);
  }

  /** Whether a job may be sent behind those in flight. */
  accepts(job: RequestJob): boolean {
    const last = this.#flights.at(-1);
    if (last === undefined || this.#flights.length >= maxFlights || this.#unclean || this.#lost) return false;
    return last.rides && !this.#isEnding && canRide(job, this.#version);
  }

  /** What is in flight is the last of it, for now or for ever. */
  get #isEnding(): boolean {
    return this.#doom !== undefined || this.#cancelling !== undefined || this.#again.length > 0;
  }

  /** Sends a request; only for a session that is free or accepts it. The job is settled at ReadyForQuery. */
  run(job: RequestJob): void {
    if (job.signal?.aborted === true) return this.#refuse(job, new AppError("WD207", "the request was cancelled"));
    const out = this.#outbox.frontend;
    const start = out.length;
    const phase = new RequestPhase(this.#options.maxBytes, () => this.#cancel("size"), this.#valuesOf(job));
    const before = this.#statements.clock;
    const closing = this.#options.maxStatements > 0 ? this.#closing : [...this.#closing, ...this.#statements.clear()];
    for (const statement of closing) out.closeStatement(statement.name);
    const held = { statements: this.#statements, setup: this.#setup, version: this.#version };
    const cleanup = inlineCleanup(job, this.#version);
    try {
      const setup = writeRequest(out, phase, held, job, cleanup);
      checkBytes(out.length - start, this.#options.maxBytes);
      this.#setup = setup;
    } catch (error) {
      out.truncate(start);
      this.#closing = closing;
      this.#statements.removeUnknown();
      return this.#refuse(job, error);
    }
    out.sync();
    // Whatever stands before a Sync is skipped when the request fails: these are closed ahead of the next one.
    this.#closing = this.#statements.evict(before);
    if (cleanup === undefined) appendCleanup(out);
    const rides = closing.length === 0 && !phase.parses && cleanup === "reads";
    const flight = { phase, inline: cleanup !== undefined, rides, job };
    this.#flights.push(flight);
    if (this.#flights.length === 1) this.#begin(flight);
    else job.onAbort(() => abandon(flight));
    this.#outbox.deliver(this.#flights.length === 1);
  }

  /** What is in flight behind a request that has run for so long: it is taken off, to run elsewhere. */
  recall(afterMs: number): readonly RequestJob[] {
    if (this.#flights.length < 2 || performance.now() - this.#headSince < afterMs) return [];
    return recallBehind(this.#flights);
  }

  /** The request is the one that runs now. */
  #begin({ job }: Flight): void {
    const { statementTimeoutMs } = this.#options;
    this.#headSince = performance.now();
    // What is behind one that was cancelled runs elsewhere by now.
    if (this.#cancelling !== undefined) return this.#armSilence();
    const limitMs = statementTimeoutMs > 0 ? statementTimeoutMs + deadlineSlackMs : 0;
    this.#deadline.arm(job === undefined ? unwantedMs : limitMs, () => this.#cancel("time"));
    job?.onAbort(() => this.#cancel("signal"));
  }

  /** Passes a stream's rows on, and lets Postgres wait where its reader does. */
  #valuesOf(job: RequestJob): OnValue | undefined {
    const { sink } = job;
    if (sink === undefined) return undefined;
    // What is left to read of a result that has come is nothing to whoever the connection serves by then.
    sink.onDemand = () => {
      if (this.#flights[0]?.job === job) this.#flow();
    };
    return (value, owned) => {
      if (sink.add(value, owned) || this.#cancelling !== undefined) return;
      this.#wire?.pause();
      this.#stall ??= setTimeout(() => this.#cancel("time"), stallMs);
    };
  }

  #flow(): void {
    clearTimeout(this.#stall);
    this.#stall = undefined;
    this.#wire?.resume();
  }

  /** Says goodbye; for a session that is free. Resolves when the connection is closed. */
  async close(reason: string): Promise<void> {
    const ended = this.#wire?.end();
    this.#lose(new Error(reason));
    await ended;
  }

  /** Drops the connection, without a word. */
  drop(reason: string): void {
    this.#discard(reason);
  }

  /** Rejects a job of which nothing was sent. */
  #refuse(job: RequestJob, error: unknown): void {
    job.reject(error);
    // Not at once: a line of requests that are all refused would call itself as deep as it is long.
    const wasFree = this.#flights.length === 0;
    queueMicrotask(() => {
      if (this.#lost) return;
      if (wasFree) this.#next();
      else if (this.#flights.length > 0) this.#events.onRoom();
    });
  }

  #onMessage(code: number, bytes: Buffer, start: number, end: number, owned: boolean): void {
    if (code === message.readyForQuery) return this.#onReady(String.fromCharCode(bytes[start] ?? 0));
    if (code === message.copyInResponse) return this.#onCopyIn();
    // The words of any other error are for the request that it belongs to.
    if (code === message.errorResponse) this.#farewell = farewellOf(readError(bytes, start, end)) ?? this.#farewell;
    const [flight] = this.#flights;
    if (flight === undefined) this.#cleaning?.onMessage(code, bytes, start, end);
    else flight.phase.onMessage(code, bytes, start, end, owned);
  }

  /** Postgres now reads what we sent as the data of COPY, our Sync included: there is no way back to order. */
  #onCopyIn(): void {
    const detail = "copy from stdin";
    this.#flights[0]?.job?.reject(new AppError("WD213", "a request can't run this statement", { detail }));
    this.#discard("a request began COPY FROM STDIN");
  }

  #onReady(status: string): void {
    const flight = this.#flights.shift();
    if (flight !== undefined) this.#onAnswered(flight, status);
    else if (this.#cleaning !== undefined) this.#onCleaned(this.#cleaning);
  }

  #onAnswered({ phase, inline, job }: Flight, status: string): void {
    // All of it has come: neither the cleanup nor the next request waits for the reader of this one.
    if (this.#stall !== undefined) this.#flow();
    this.#aborted = status === "E";
    if (status === "T") this.#doom = "a request left its transaction open";
    if (phase.failure !== undefined) this.#onFailed(phase);
    if (job !== undefined) this.#answer(job, phase, status);
    if (!inline) {
      // Sent with it.
      this.#cleaning = new CleanupPhase();
      return this.#armSilence();
    }
    const next = this.#flights[0];
    if (next === undefined) return this.#onDrained();
    this.#begin(next);
    if (!this.#isEnding && !this.#unclean) this.#events.onRoom();
  }

  #onFailed(phase: RequestPhase): void {
    this.#unclean = true;
    if (phase.isTampered) this.#doom = "a request left statements prepared by SQL, or removed some";
    if (!phase.parses) return;
    this.#statements.removeUnknown();
    this.#setup = undefined;
  }

  #answer(job: RequestJob, phase: RequestPhase, status: string): void {
    if (phase.isTampered && job.returnOnce()) this.#events.onReturned(job);
    else if (phase.isRepeatable && job.repeat()) this.#repeatLater(job);
    else job.settle(phase, status, this.#options.statementTimeoutMs);
  }

  #repeatLater(job: RequestJob): void {
    this.#again.push(job);
    // Not what runs until then.
    job.onAbort(() => job.reject(new AppError("WD207", "the request was cancelled")));
  }

  /** Nothing is in flight any more. */
  #onDrained(): void {
    this.#deadline.disarm();
    if (this.#cancelling !== undefined) void this.#cleanAgain(this.#cancelling);
    else if (this.#doom !== undefined) this.#giveUp(this.#doom);
    else if (this.#unclean || this.#aborted) this.#clean(new Frontend());
    else this.#next();
  }

  #onCleaned(phase: CleanupPhase): void {
    this.#cleaning = undefined;
    if (this.#cancelling !== undefined || this.#aborted) return this.#onDrained();
    this.#deadline.disarm();
    const again = phase.cancelled && this.#cleanups < maxCleanups;
    if (again) return this.#clean(new Frontend());
    const dirt = this.#doom ?? phase.dirt;
    if (dirt !== undefined) return this.#giveUp(dirt);
    this.#cleanups = 0;
    this.#unclean = false;
    if (phase.version !== undefined) {
      const { roleSettings } = this.#options;
      if (roleSettings !== "any" && !phase.beginsWith(roleSettings)) return this.#onForeignSettings(phase.settings);
      this.#version = phase.version;
    }
    this.#next();
  }

  /** Free, unless something is to run here once more: it found outdated what the connection had prepared. */
  #next(): void {
    const job = this.#again.shift();
    if (job === undefined) return this.#events.onFree();
    this.#closing = [...this.#closing, ...this.#statements.clear()];
    this.run(job);
  }

  /**
   * SQL of a request can reach the login itself (set role none), and every role may alter its own settings, for all
   * sessions to come. They are taken off again, by the same right; the next connection begins without.
   */
  #onForeignSettings(settings: readonly string[]): void {
    this.#doom = `the login has settings that it should not have: ${settings.join(", ") || "none"}`;
    // Where some are wanted, putting them back is the business of who gave them.
    if (this.#options.roleSettings.length > 0) return this.#discard(this.#doom);
    const out = new Frontend();
    resetLogin(out, this.#database);
    this.#cleaning = new CleanupPhase();
    this.#armSilence();
    this.#wire?.send(out.bytes());
  }

  /** After a cancel request: it may be on its way still, and must not reach the next request. */
  async #cleanAgain(cancelling: Promise<void>): Promise<void> {
    await cancelling;
    this.#cancelling = undefined;
    if (!this.#lost) this.#clean(new Frontend());
  }

  #clean(out: Frontend, opening = false): void {
    this.#cleanups++;
    this.#cleaning = new CleanupPhase(opening);
    if (this.#aborted) {
      rollBack(out);
      this.#setup = undefined;
      this.#aborted = false;
    }
    appendCleanup(out);
    this.#armSilence();
    this.#wire?.send(out.bytes());
  }

  #cancel(reason: "signal" | "time" | "size"): void {
    const [head] = this.#flights;
    if (head === undefined || this.#cancelling !== undefined) return;
    this.#outbox.flush();
    // The cancel request may come late, and then reach what is behind.
    for (const behind of recallBehind(this.#flights)) this.#events.onReturned(behind);
    if (head.job !== undefined) head.job.cancelled = reason;
    // What is on its way has to be read before the end of it can be.
    this.#flow();
    this.#cancelling = cancelAll(this.#flights, () => this.#wire?.cancel());
    this.#armSilence();
  }

  #armSilence(): void {
    this.#deadline.arm(silenceMs, () => this.#discard("Postgres stopped answering", true));
  }

  /** Discards a connection that is not clean; what was to run on it once more does so elsewhere. */
  #giveUp(dirt: string): void {
    // Ahead of it, so that a pool that closes knows that somebody waits.
    for (const job of this.#again.splice(0)) this.#events.onReturned(job);
    this.#discard(dirt);
  }

  #discard(reason: string, silent = false): void {
    this.#wire?.destroy();
    this.#lose(new Error(reason), silent);
  }

  #lose(cause: Error, silent = false): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#deadline.stop();
    this.#outbox.drop();
    clearTimeout(this.#stall);
    const error = cause instanceof AppError ? cause : unreachable(cause);
    for (const job of this.#again.splice(0)) job.reject(error);
    this.#flights[0]?.job?.reject(error);
    // What had not begun is read only, and may run elsewhere.
    const behind = recallBehind(this.#flights);
    this.#flights.length = 0;
    this.#cleaning = undefined;
    this.#events.onLost(cause.message, silent, behind);
  }
}
