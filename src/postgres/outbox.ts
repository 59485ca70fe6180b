import { Frontend } from "./frontend.ts";

/** What a session is about to send: requests that come together, from here or there, are one write. */
export class Outbox {
  readonly #send: (bytes: Buffer) => boolean;
  #frontend = new Frontend();
  #flushing: NodeJS.Immediate | undefined;
  #reading = false;

  /** `send` returns true when the bytes were handed over, so that they may be written into again. */
  constructor(send: (bytes: Buffer) => boolean) {
    this.#send = send;
  }

  /** Where messages are written, until the next flush. */
  get frontend(): Frontend {
    return this.#frontend;
  }

  /** Postgres's answers are being read, and others may be behind: what is to be sent can wait for all of them. */
  onMessage(): void {
    this.#reading = true;
  }

  /** All that came was read. */
  onRead(): void {
    this.#reading = false;
    this.flush();
  }

  /** Sends what was written: at once where Postgres waits for it, else with what is written in this round of events. */
  deliver(isAwaited: boolean): void {
    if (this.#reading) return;
    if (isAwaited) this.flush();
    else this.#flushing ??= setImmediate(() => this.flush());
  }

  flush(): void {
    this.drop();
    if (this.#frontend.length === 0) return;
    this.#frontend = this.#send(this.#frontend.bytes()) ? this.#frontend.clear() : new Frontend();
  }

  /** What was not sent yet never is. */
  drop(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
  }
}
