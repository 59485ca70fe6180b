import type { FromRunner } from "../runtime/index.ts";

/** Messages of a runner, in order: whoever waits gets the next one. */
export class Mailbox {
  #waiting: ((message: FromRunner) => void) | undefined;
  readonly #kept: FromRunner[] = [];
  #ended: FromRunner | undefined;

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  put(message: FromRunner): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#kept.push(message);
    else waiting(message);
  }

  /** What everybody is told from now on. */
  end(reason: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = { kind: "fail", error: { code: "58000", message: reason } };
    this.#waiting?.(this.#ended);
    this.#waiting = undefined;
  }

  next(): Promise<FromRunner> {
    const message = this.#kept.shift() ?? this.#ended;
    if (message !== undefined) return Promise.resolve(message);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }
}
