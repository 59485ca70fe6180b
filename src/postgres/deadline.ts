/** One timer for as long as the delay stays the same: a request is too short to make one of its own. */
export class Deadline {
  #timer: NodeJS.Timeout | undefined;
  #delayMs = 0;
  /** What the timer does; undefined while nothing runs. */
  #due: (() => void) | undefined;

  /** Runs `action` after so long, 0 for never, in place of what it would have run. */
  arm(delayMs: number, action: () => void): void {
    if (delayMs === 0) return this.disarm();
    this.#due = action;
    if (this.#timer !== undefined && this.#delayMs === delayMs) return void this.#timer.refresh();
    clearTimeout(this.#timer);
    this.#delayMs = delayMs;
    this.#timer = setTimeout(() => this.#due?.(), delayMs);
  }

  /** Nothing is due; the timer is kept for the next one. */
  disarm(): void {
    this.#due = undefined;
  }

  /** For good. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
