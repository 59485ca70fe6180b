import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { AppError } from "../errors/index.ts";
import type { WorkerNews, WorkerOrder } from "./main.ts";

export interface WorkerOptions extends WorkerOrder {
  /** What functions print, and what happens to the process. */
  readonly onLine?: ((line: string) => void) | undefined;
  readonly onRestart?: ((reason: string) => void) | undefined;
}

/** The running worker: it is started anew, at the same port, when its process ends. */
export interface Worker extends AsyncDisposable {
  readonly port: number;
  readonly pid: number | undefined;
  close(): Promise<void>;
}

// The compiler leaves names in strings as they are.
const mainFile = fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "./main.ts" : "./main.js", import.meta.url));
const restartMs = [0, 100, 500, 2000, 5000] as const;

/** Starts the process that runs functions; resolved once it listens. Throws WD497. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const first = spawnWorker(options);
  const supervised = new Supervised(first, { ...options, port: await listening(first, options) });
  return supervised;
}

class Supervised implements Worker {
  readonly port: number;
  readonly #options: WorkerOptions;
  #child: ChildProcess;
  #closing = false;

  constructor(child: ChildProcess, options: WorkerOptions) {
    this.#options = options;
    this.port = options.port;
    this.#child = child;
    this.#watch();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await ended(this.#child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #watch(): void {
    this.#child.once("exit", (code, signal) => {
      if (!this.#closing) void this.#restart(`it ended with ${code ?? signal}`);
    });
  }

  async #restart(reason: string): Promise<void> {
    this.#options.onRestart?.(reason);
    for (let attempt = 0; ; attempt++) {
      await pause(restartMs[Math.min(attempt, restartMs.length - 1)], undefined, { ref: false });
      if (this.#closing) return;
      this.#child = spawnWorker(this.#options);
      const again = await listening(this.#child, this.#options).catch(() => undefined);
      if (again !== undefined) return this.#watch();
    }
  }
}

function spawnWorker(options: WorkerOptions): ChildProcess {
  // The connection string of the database is nobody's business in there.
  const { HOWDAH_DATABASE_URL: _url, ...env } = process.env;
  const child = spawn(process.execPath, [mainFile], { env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on("line", (line) => options.onLine?.(line));
  }
  return child;
}

/** It runs as long as its parent, and is no reason for the parent to run on. */
function release(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref();
}

async function listening(child: ChildProcess, options: WorkerOptions): Promise<number> {
  const { onLine: _line, onRestart: _restart, ...order } = options;
  child.send(order);
  const news = await new Promise<WorkerNews>((resolve) => {
    child.once("message", (message) => resolve(message as WorkerNews));
    child.once("error", (error) => resolve({ problem: error.message, code: "" }));
    child.once("exit", (code, signal) => resolve({ problem: `it ended with ${code ?? signal}`, code: "" }));
  });
  release(child);
  if ("port" in news) return news.port;
  throw new AppError("WD497", "the worker that runs functions does not start", {
    detail: news.problem,
    hint: news.code === "EADDRINUSE" ? `another process listens at port ${options.port}` : undefined,
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    // Who waits for its end has to live until then.
    child.ref();
    child.disconnect();
  });
}
