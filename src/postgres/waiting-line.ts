import { AppError } from "../errors/index.ts";
import type { RequestJob } from "./request-job.ts";

/** The requests that wait for a connection, first come, first served; each leaves after its time, or when it is aborted. */
export class WaitingLine {
  readonly #maxLength: number;
  readonly #timeoutMs: number;
  readonly #explain: () => AppError;
  readonly #onLeave: () => void;
  /** Each with the time when it leaves. A Map keeps the order of arrival, and lets a job leave from the middle at no cost. */
  readonly #jobs = new Map<RequestJob, number>();
  /** Those that had been served, and came back: they go first. */
  readonly #returned = new Map<RequestJob, number>();
  /** One for all, since all wait for equally long. */
  #timer: NodeJS.Timeout | undefined;

  /** `explain` says why nobody was served in time; `onLeave` is called when somebody goes away unserved. */
  constructor(maxLength: number, timeoutMs: number, explain: () => AppError, onLeave: () => void) {
    this.#maxLength = maxLength;
    this.#timeoutMs = timeoutMs;
    this.#explain = explain;
    this.#onLeave = onLeave;
  }

  get length(): number {
    return this.#jobs.size + this.#returned.size;
  }

  /** Lets a job in, or rejects it with WD206 when the line is full. */
  join(job: RequestJob): void {
    if (this.length < this.#maxLength) return this.#enter(this.#jobs, job);
    job.reject(new AppError("WD206", "too many requests wait for a connection", { detail: `${this.length} wait` }));
  }

  /** Lets a job in ahead of those that have not been served yet. */
  rejoin(job: RequestJob): void {
    this.#enter(this.#returned, job);
  }

  #enter(line: Map<RequestJob, number>, job: RequestJob): void {
    line.set(job, performance.now() + this.#timeoutMs);
    if (this.#timer === undefined) this.#arm();
    else if (this.length === 1) this.#timer.ref();
    job.onAbort(() => this.#leave(job, new AppError("WD207", "the request was cancelled")));
  }

  /** The job that has waited longest, which stays. */
  get first(): RequestJob | undefined {
    const [first] = this.#returned.size > 0 ? this.#returned.keys() : this.#jobs.keys();
    return first;
  }

  /** Takes the job that has waited longest. */
  next(): RequestJob | undefined {
    const { first } = this;
    if (first !== undefined) this.#take(first);
    return first;
  }

  /** Turns everybody away. */
  dismiss(error: AppError): void {
    for (const job of [...this.#returned.keys(), ...this.#jobs.keys()]) this.#leave(job, error);
  }

  #take(job: RequestJob): boolean {
    const taken = this.#returned.delete(job) || this.#jobs.delete(job);
    // Kept for the next ones, but nothing that a process has to stay for.
    if (this.length === 0) this.#timer?.unref();
    return taken;
  }

  #leave(job: RequestJob, error: AppError): void {
    if (!this.#take(job)) return;
    job.reject(error);
    this.#onLeave();
  }

  #arm(): void {
    const [returned = Infinity] = this.#returned.values();
    const [waiting = Infinity] = this.#jobs.values();
    const first = Math.min(returned, waiting);
    this.#timer = undefined;
    if (first === Infinity) return;
    this.#timer = setTimeout(() => this.#onTime(), Math.max(1, first - performance.now()));
  }

  #onTime(): void {
    const now = performance.now();
    for (const line of [this.#returned, this.#jobs])
      for (const [job, until] of line) {
        if (until > now) break;
        this.#leave(job, this.#explain());
      }
    this.#arm();
  }
}
