import type { ServerResponse } from "node:http";
import type { Departure } from "../../../postgres/index.ts";

/** Tells when whoever waits for a response goes away ahead of it. */
export function whenGone(response: ServerResponse): Departure {
  const asker = new Asker();
  response.once("close", () => {
    if (!response.writableFinished) asker.leave();
  });
  return asker;
}

/** An AbortSignal for each request would cost a twentieth of what a short one does. */
class Asker implements Departure {
  readonly #listeners = new Set<() => void>();
  #gone = false;

  get aborted(): boolean {
    return this.#gone;
  }

  addEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.delete(listener);
  }

  leave(): void {
    this.#gone = true;
    for (const listener of this.#listeners) listener();
  }
}
