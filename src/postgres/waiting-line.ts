import { AppError } from "../errors/index.ts";
import type { RequestJob } from "./request-job.ts";

/** The requests that wait for a connection, first come, first served; each leaves after its time, or when it is aborted. */
export class WaitingLine {
  readonly #maxLength: number;
  readonly #timeoutMs: number;
  readonly #explain: () => AppError;
  readonly #onLeave: () => void;
  /** A Map keeps the order of arrival, and lets a job leave from the middle at no cost. */
  readonly #jobs = new Map<RequestJob, NodeJS.Timeout>();

  /** `explain` says why nobody was served in time; `onLeave` is called when somebody goes away unserved. */
  constructor(maxLength: number, timeoutMs: number, explain: () => AppError, onLeave: () => void) {
    this.#maxLength = maxLength;
    this.#timeoutMs = timeoutMs;
    this.#explain = explain;
    this.#onLeave = onLeave;
  }

  get length(): number {
    return this.#jobs.size;
  }

  /** Lets a job in, or rejects it with WD206 when the line is full. */
  join(job: RequestJob): void {
    if (this.#jobs.size >= this.#maxLength) {
      job.reject(
        new AppError("WD206", "too many requests wait for a connection", { detail: `${this.#jobs.size} wait` }),
      );
      return;
    }
    const timer = setTimeout(() => this.#leave(job, this.#explain()), this.#timeoutMs);
    this.#jobs.set(job, timer);
    job.onAbort(() => this.#leave(job, new AppError("WD207", "the request was cancelled")));
  }

  /** The job that has waited longest. */
  next(): RequestJob | undefined {
    const [first] = this.#jobs;
    if (first === undefined) return undefined;
    clearTimeout(first[1]);
    this.#jobs.delete(first[0]);
    return first[0];
  }

  /** Turns everybody away. */
  dismiss(error: AppError): void {
    for (const job of this.#jobs.keys()) this.#leave(job, error);
  }

  #leave(job: RequestJob, error: AppError): void {
    clearTimeout(this.#jobs.get(job));
    if (!this.#jobs.delete(job)) return;
    job.reject(error);
    this.#onLeave();
  }
}
