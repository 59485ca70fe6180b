import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../errors/index.ts";
import type { RequestJob } from "./request-job.ts";
import type { RequestPhase } from "./request-phase.ts";

/** A request that was sent, and what has come back of it. */
export interface Flight {
  readonly phase: RequestPhase;
  /** Its cleanup is a part of it. */
  readonly inline: boolean;
  /** Others of its kind may be sent behind it. */
  readonly rides: boolean;
  /** Undefined once it runs elsewhere, or nobody wants it any more: its answer is dropped. */
  job: RequestJob | undefined;
}

/** Takes off what is behind the first one, to run elsewhere. */
export function recallBehind(flights: readonly Flight[]): readonly RequestJob[] {
  const jobs: RequestJob[] = [];
  for (const flight of flights.slice(1)) {
    if (flight.job !== undefined) jobs.push(flight.job);
    flight.job = undefined;
  }
  return jobs;
}

/** Nobody wants the answer of a request that has not begun to run. */
export function abandon(flight: Flight): void {
  flight.job?.reject(new AppError("WD207", "the request was cancelled"));
  flight.job = undefined;
}

/** A cancel request that comes ahead of what it is for has no effect: then there is another one. */
const cancelAgainMs = 50;

/** Cancels what runs, until nothing is in flight any more. */
export async function cancelAll(flights: readonly Flight[], cancel: () => Promise<void> | undefined): Promise<void> {
  for (let more = true; more; more = flights.length > 0) {
    await cancel();
    if (flights.length > 0) await pause(cancelAgainMs);
  }
}
