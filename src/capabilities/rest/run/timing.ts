import type { HttpResponse } from "./http.ts";

export type TimedStage = "jwt" | "parse" | "plan" | "transaction" | "response";

/** How long each stage of a request took, for the header Server-Timing; measures nothing where nobody asks. */
export class Timing {
  readonly #enabled: boolean;
  readonly #stages: (readonly [TimedStage, number])[] = [];

  constructor(enabled: boolean) {
    this.#enabled = enabled;
  }

  measureNow<Result>(stage: TimedStage, work: () => Result): Result {
    if (!this.#enabled) return work();
    const startedAt = performance.now();
    const result = work();
    this.#stages.push([stage, performance.now() - startedAt]);
    return result;
  }

  async measure<Result>(stage: TimedStage, work: () => Result | Promise<Result>): Promise<Result> {
    if (!this.#enabled) return await work();
    const startedAt = performance.now();
    const result = await work();
    this.#stages.push([stage, performance.now() - startedAt]);
    return result;
  }

  /** In the form of the W3C's Server Timing. */
  headers(): HttpResponse["headers"] {
    if (this.#stages.length === 0) return [];
    return [["Server-Timing", this.#stages.map(([stage, ms]) => `${stage};dur=${ms.toFixed(1)}`).join(", ")]];
  }
}
