import { AppError, toAppError } from "../errors/index.ts";
import type { RequestPhase } from "./request-phase.ts";
import type { RowStream } from "./row-stream.ts";
import type { Departure, RawResult, RequestContext, RequestQuery } from "./request-pool.ts";

/** How many connections may be found unfit for one request. */
const mostReturns = 20;

/** One call of `run`: what was asked, and the promise that answers it. */
export class RequestJob {
  readonly context: RequestContext;
  readonly queries: readonly RequestQuery[];
  readonly signal: Departure | undefined;
  /** Takes the rows as they arrive, in place of the result. */
  readonly sink: RowStream | undefined;
  readonly result: Promise<readonly RawResult[]>;
  /** Why Postgres was asked to cancel it. */
  cancelled: "signal" | "time" | "size" | undefined;
  #resolve!: (results: readonly RawResult[]) => void;
  #reject!: (error: AppError) => void;
  #abort: (() => void) | undefined;
  #startedAt = performance.now();
  #repeated = false;
  #returns = 0;

  constructor(
    context: RequestContext,
    queries: readonly RequestQuery[],
    signal: Departure | undefined,
    sink?: RowStream,
  ) {
    this.sink = sink;
    this.context = context;
    this.queries = queries;
    this.signal = signal;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Called when whoever asked goes away; one listener at a time, gone when the job is settled. */
  onAbort(listener: () => void): void {
    this.#startedAt = performance.now();
    this.#silence();
    if (this.signal === undefined) return;
    if (this.signal.aborted) return listener();
    this.#abort = listener;
    this.signal.addEventListener("abort", listener);
  }

  /** True once: a request that was rolled back before its first query ran may be sent a second time. */
  repeat(): boolean {
    const first = !this.#repeated;
    this.#repeated = true;
    return first;
  }

  /** False after many times: something is wrong with every connection then, not with those that it was on. */
  returnOnce(): boolean {
    return this.#returns++ < mostReturns;
  }

  get repeated(): boolean {
    return this.#repeated;
  }

  reject(error: unknown): void {
    this.#silence();
    this.#reject(toAppError(error));
  }

  /** Answers with what came back: rows, or the AppError that says why there are none. */
  settle(phase: RequestPhase, status: string, timeoutMs: number): void {
    this.#silence();
    const outcome = phase.tooLarge ? this.#tooLarge(phase) : phase.outcome(status);
    if (!(outcome instanceof AppError)) this.#resolve(outcome);
    else this.#reject(outcome.postgres?.sqlstate === "57014" ? this.#interrupted(outcome, timeoutMs) : outcome);
  }

  /** Of the three reasons for a cancelled statement, two are ours; the third is somebody's pg_cancel_backend. */
  #interrupted(error: AppError, timeoutMs: number): AppError {
    if (this.cancelled === "signal") return new AppError("WD207", "the request was cancelled", { cause: error });
    if (timeoutMs === 0 || performance.now() - this.#startedAt < timeoutMs) return error;
    return new AppError("WD208", "the request took too long", { detail: `more than ${timeoutMs} ms`, cause: error });
  }

  #tooLarge(phase: RequestPhase): AppError {
    const detail =
      phase.failure === undefined
        ? "it had come too far to be cancelled: what it wrote is committed"
        : "it was cancelled and rolled back";
    return new AppError("WD212", "the answer of Postgres is too large", { detail });
  }

  #silence(): void {
    if (this.#abort !== undefined) this.signal?.removeEventListener("abort", this.#abort);
    this.#abort = undefined;
  }
}
