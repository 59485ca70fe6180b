import { AppError } from "../errors/index.ts";
import {
  appendCleanup,
  appendInline,
  CleanupPhase,
  prepareCleanup,
  resetLogin,
  rollBack,
  unnamedStatements,
} from "./cleanup.ts";
import { unreachable } from "./driver-error.ts";
import { message, readError } from "./backend.ts";
import { Frontend } from "./frontend.ts";
import { checkBytes, inlineCleanup, writeRequest } from "./request-message.ts";
import { RequestPhase } from "./request-phase.ts";
import { RequestJob } from "./request-job.ts";
import { StatementCache, type Statement } from "./statement-cache.ts";
import type { Target } from "./target.ts";
import { openWire, type Wire } from "./wire.ts";

export interface SessionOptions {
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly maxStatements: number;
  readonly maxBytes: number;
  readonly roleSettings: readonly string[] | "any";
}

export interface SessionEvents {
  /** Clean, and ready for a request. */
  readonly onFree: () => void;
  /** Gone for good; `silent` when Postgres stopped answering, so that other connections are suspect too. */
  readonly onLost: (reason: string, silent: boolean) => void;
  /** A job that was rolled back, and is to run again on another connection, since this one is lost. */
  readonly onReturned: (job: RequestJob) => void;
}

/** The server's own limit fires first where one statement takes too long; this much later we cancel the whole request. */
const deadlineSlackMs = 250;
/** How long Postgres may take to answer a cancel request, or to clean up, before the connection counts as dead. */
const silenceMs = 2000;
/** How long the reader of a stream may take nothing. */
const stallMs = 30_000;
/** A cancel request that comes late may hit the cleanup, and once more the one that repeats it. */
const maxCleanups = 3;

/** One connection of the pool: one request at a time, and behind each its cleanup, in the same write. */
export class RequestSession {
  readonly #options: SessionOptions;
  readonly #events: SessionEvents;
  readonly #since = performance.now();
  readonly #statements: StatementCache;
  #wire: Wire | undefined;
  #phase: RequestPhase | CleanupPhase | undefined;
  #job: RequestJob | undefined;
  #timer: NodeJS.Timeout | undefined;
  #delayMs = 0;
  /** What the timer does; undefined while nothing runs. */
  #due: (() => void) | undefined;
  #stall: NodeJS.Timeout | undefined;
  /** Named statements that Postgres holds for us; those without a name are answered too. */
  #held = -unnamedStatements;
  /** The cleanup of what runs now is a part of it. */
  #inline = false;
  #version = 0;
  #database = "";
  /** Written into again by the next request: nobody else holds its bytes. */
  #out: Frontend | undefined;
  /** To be closed ahead of the next request. */
  #closing: readonly Statement[] = [];
  #cancelling: Promise<void> | undefined;
  #cleanups = 0;
  /** The request failed inside BEGIN and COMMIT, so that the cleanup sent with it fails too. */
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

  /** Connects and prepares the cleanup, which runs once: onFree, or onLost, follows. Throws WD201 and WD202. */
  async open(target: Target): Promise<void> {
    this.#database = target.database;
    this.#wire = await openWire(target, this.#options, {
      onMessage: (code, bytes, start, end) => this.#onMessage(code, bytes, start, end),
      onClose: (error) => this.#lose(error ?? new Error(this.#farewell ?? "Postgres closed the connection")),
      maxMessageBytes: this.#options.maxBytes,
    });
    const out = new Frontend();
    prepareCleanup(out);
    this.#clean(out);
  }

  /** Sends a request; only for a session that is free. The job is settled at ReadyForQuery, onFree comes later. */
  run(job: RequestJob): void {
    if (job.signal?.aborted === true) return this.#refuse(job, new AppError("WD207", "the request was cancelled"));
    const out = this.#out?.clear() ?? new Frontend();
    this.#out = undefined;
    const phase = new RequestPhase(this.#options.maxBytes, () => this.#cancel("size"), this.#valuesOf(job));
    const before = this.#statements.clock;
    try {
      if (this.#options.maxStatements === 0) this.#closing = [...this.#closing, ...this.#statements.clear()];
      for (const statement of this.#closing) out.closeStatement(statement.name);
      writeRequest(out, phase, this.#statements, job, this.#version);
      checkBytes(out.length, this.#options.maxBytes);
    } catch (error) {
      this.#statements.removeUnknown();
      return this.#refuse(job, error);
    }
    // Whatever stands before a Sync is skipped when the request fails: these are closed ahead of the next one.
    this.#closing = this.#statements.evict(before);
    const inline = inlineCleanup(job, this.#version);
    this.#inline = inline !== undefined;
    if (inline === undefined) appendCleanup(out.sync());
    else {
      appendInline(out, inline, (kind) => phase.expectCleanup(kind));
      out.sync();
    }
    this.#job = job;
    this.#phase = phase;
    if (this.#options.statementTimeoutMs > 0)
      this.#arm(this.#options.statementTimeoutMs + deadlineSlackMs, () => this.#onDeadline());
    job.onAbort(() => this.#cancel("signal"));
    if (this.#wire?.send(out.bytes()) === true) this.#out = out;
  }

  /** Passes a stream's rows on, and lets Postgres wait where its reader does. */
  #valuesOf(job: RequestJob): ((value: Buffer | null) => void) | undefined {
    const { sink } = job;
    if (sink === undefined) return undefined;
    // What is left to read of a result that has come is nothing to whoever the connection serves by then.
    sink.onDemand = () => {
      if (this.#job === job) this.#flow();
    };
    return (value) => {
      if (sink.add(value) || this.#cancelling !== undefined) return;
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
    this.#job = undefined;
    job.reject(error);
    // Not at once: a line of requests that are all refused would call itself as deep as it is long.
    queueMicrotask(() => this.#lost || this.#events.onFree());
  }

  #onMessage(code: number, bytes: Buffer, start: number, end: number): void {
    switch (code) {
      case message.readyForQuery:
        return this.#onReady(String.fromCharCode(bytes[start] ?? 0));
      case message.parseComplete:
        this.#held++;
        break;
      case message.closeComplete:
        this.#held--;
        break;
      case message.errorResponse:
        this.#farewell = readError(bytes, start, end).message;
        break;
      case message.copyInResponse:
        // Postgres now reads what we sent as the data of COPY, our Sync included: there is no way back to order.
        this.#job?.reject(new AppError("WD213", "a request can't run this statement", { detail: "copy from stdin" }));
        return this.#discard("a request began COPY FROM STDIN");
      default:
        break;
    }
    this.#phase?.onMessage(code, bytes, start, end);
  }

  #onReady(status: string): void {
    if (this.#phase instanceof RequestPhase) this.#onAnswered(this.#phase, status);
    else if (this.#phase !== undefined) this.#onCleaned(this.#phase);
  }

  #onAnswered(phase: RequestPhase, status: string): void {
    // All of it has come: neither the cleanup nor the next request waits for the reader of this one.
    if (this.#stall !== undefined) this.#flow();
    if (phase.failure !== undefined) this.#statements.removeUnknown();
    this.#aborted = status === "E";
    if (status === "T") this.#doom = "a request left its transaction open";
    this.#phase = phase.cleaned ?? new CleanupPhase();
    if (phase.isRepeatable && this.#job?.repeat() === true) {
      this.#closing = [...this.#closing, ...this.#statements.clear()];
      if (this.#inline) this.#clean(new Frontend());
      return;
    }
    this.#job?.settle(phase, status, this.#options.statementTimeoutMs);
    this.#job = undefined;
    // A request without a limit ran without a timer; its cleanup never may.
    if (this.#options.statementTimeoutMs === 0 && !this.#inline) this.#armSilence();
    if (!this.#inline) return;
    // What failed was rolled back, its cleanup included.
    if (phase.cleaned !== undefined && phase.failure === undefined) this.#onCleaned(phase.cleaned);
    else this.#clean(new Frontend());
  }

  #onCleaned(phase: CleanupPhase): void {
    this.#due = undefined;
    this.#phase = undefined;
    if (this.#cancelling !== undefined) {
      void this.#cleanAgain(this.#cancelling);
      return;
    }
    if (this.#aborted) return this.#clean(new Frontend());
    const again = phase.cancelled && this.#cleanups < maxCleanups;
    if (again) return this.#clean(new Frontend());
    const dirt = this.#doom ?? phase.dirt(this.#held);
    if (dirt !== undefined) return this.#giveUp(dirt);
    this.#cleanups = 0;
    if (phase.version !== undefined) {
      const { roleSettings } = this.#options;
      if (roleSettings !== "any" && !sameSettings(phase.settings, roleSettings))
        return this.#onForeignSettings(phase.settings);
      this.#version = phase.version;
    }
    if (this.#job === undefined) this.#events.onFree();
    else this.run(this.#job);
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
    this.#phase = new CleanupPhase();
    this.#armSilence();
    this.#wire?.send(out.bytes());
  }

  /** After a cancel request: it may be on its way still, and must not reach the next request. */
  async #cleanAgain(cancelling: Promise<void>): Promise<void> {
    await cancelling;
    this.#cancelling = undefined;
    if (!this.#lost) this.#clean(new Frontend());
  }

  #clean(out: Frontend): void {
    this.#cleanups++;
    this.#phase = new CleanupPhase();
    if (this.#aborted) {
      rollBack(out);
      this.#held -= unnamedStatements;
      this.#aborted = false;
    }
    appendCleanup(out);
    this.#armSilence();
    this.#wire?.send(out.bytes());
  }

  #onDeadline(): void {
    if (this.#phase instanceof RequestPhase) this.#cancel("time");
    else this.#armSilence();
  }

  #cancel(reason: "signal" | "time" | "size"): void {
    if (!(this.#phase instanceof RequestPhase) || this.#job === undefined || this.#cancelling !== undefined) return;
    this.#job.cancelled = reason;
    // What is on its way has to be read before the end of it can be.
    this.#flow();
    this.#cancelling = this.#wire?.cancel();
    this.#armSilence();
  }

  #armSilence(): void {
    this.#arm(silenceMs, () => this.#discard("Postgres stopped answering", true));
  }

  /** One timer for as long as the delay stays the same: a request is too short to make one of its own. */
  #arm(delayMs: number, action: () => void): void {
    this.#due = action;
    if (this.#timer !== undefined && this.#delayMs === delayMs) return void this.#timer.refresh();
    clearTimeout(this.#timer);
    this.#delayMs = delayMs;
    this.#timer = setTimeout(() => this.#due?.(), delayMs);
  }

  /** Discards a connection that is not clean; what was to run on it once more does so elsewhere. */
  #giveUp(dirt: string): void {
    const job = this.#job;
    this.#job = undefined;
    // Ahead of it, so that a pool that closes knows that somebody waits.
    if (job !== undefined) this.#events.onReturned(job);
    this.#discard(dirt);
  }

  #discard(reason: string, silent = false): void {
    this.#wire?.destroy();
    this.#lose(new Error(reason), silent);
  }

  #lose(cause: Error, silent = false): void {
    if (this.#lost) return;
    this.#lost = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#stall);
    this.#job?.reject(cause instanceof AppError ? cause : unreachable(cause));
    this.#job = undefined;
    this.#phase = undefined;
    this.#events.onLost(cause.message, silent);
  }
}

function sameSettings(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one.toSorted()) === JSON.stringify(other.toSorted());
}
