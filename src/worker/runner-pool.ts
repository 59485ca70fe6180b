import type { Runner } from "../runtime/index.ts";

export interface RunnerPoolOptions {
  /** Runners of one language at a time. */
  readonly max: number;
  readonly start: (language: string) => Runner;
}

/** Runners that are used again; a call has one for itself until it ends. */
export class RunnerPool {
  readonly #options: RunnerPoolOptions;
  readonly #idle = new Map<string, Runner[]>();
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, ((runner: Runner) => void)[]>();

  constructor(options: RunnerPoolOptions) {
    this.#options = options;
  }

  /** A runner that runs nothing. `nested` calls wait for nobody: the one that waits for them holds a runner itself. */
  async take(language: string, nested: boolean, timeoutMs: number): Promise<Runner | undefined> {
    const idle = this.#idle.get(language)?.pop();
    if (idle !== undefined && !idle.ended) return idle;
    const running = this.#running.get(language) ?? 0;
    if (running < this.#options.max * (nested ? 2 : 1)) {
      this.#running.set(language, running + 1);
      return this.#options.start(language);
    }
    return nested ? undefined : await this.#wait(language, timeoutMs);
  }

  give(runner: Runner): void {
    const { language } = runner;
    const waiting = this.#waiting.get(language)?.shift();
    if (runner.ended) {
      this.#running.set(language, (this.#running.get(language) ?? 1) - 1);
      if (waiting !== undefined) void this.take(language, true, 0).then((other) => other && waiting(other));
      return;
    }
    if (waiting !== undefined) return waiting(runner);
    this.#idle.set(language, [...(this.#idle.get(language) ?? []), runner]);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#idle.values()].flat().map((runner) => runner.kill()));
  }

  async #wait(language: string, timeoutMs: number): Promise<Runner | undefined> {
    return await new Promise((resolve) => {
      const queue = this.#waiting.get(language) ?? [];
      this.#waiting.set(language, queue);
      const turn = (runner: Runner): void => {
        clearTimeout(timer);
        resolve(runner);
      };
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(turn), 1);
        resolve(undefined);
      }, timeoutMs);
      queue.push(turn);
    });
  }
}
