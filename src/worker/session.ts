import type { Failure, FromRunner, Runner } from "../runtime/index.ts";
import type { RunnerPool } from "./runner-pool.ts";
import type { Dialogue } from "./wire-server.ts";

/** Code of functions by its hash, shared by all sessions. */
export type ModuleStore = Map<string, { readonly code: string; readonly language: string }>;

export interface SessionOptions {
  readonly pool: RunnerPool;
  readonly modules: ModuleStore;
  /** Milliseconds that a function may run between two messages. */
  readonly timeoutMs: number;
}

/** The first line of a message of `howdah_worker.exchange`. */
interface Header {
  readonly module: string;
  readonly code?: boolean;
  readonly transaction?: string;
  readonly timeoutMs?: number;
  readonly resume?: number | null;
  /** The call whose answer is waited for. */
  readonly wait?: number;
}

interface Call {
  readonly id: number;
  readonly runner: Runner;
  readonly transaction: string;
  /** What it says next, and until when it has time to. */
  pending?: { readonly message: Promise<FromRunner>; readonly limitMs: number; readonly deadline: number };
}

/**
 * A backend that waits for a connection takes no notice of a cancellation: it gets an answer by then, and asks again.
 */
const patienceMs = 200;

/** The calls of one backend: several at once where a function's query calls another function. */
export class Session implements Dialogue {
  readonly #options: SessionOptions;
  readonly #calls = new Map<number, Call>();
  #last = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  async answer(message: string): Promise<string> {
    const end = message.indexOf("\n");
    const header = JSON.parse(message.slice(0, end)) as Header;
    const text = message.slice(end + 1);
    if (header.code === true) return this.#learn(header.module, text);
    if (header.wait !== undefined) return this.#wait(header.wait);
    return typeof header.resume === "number" ? this.#resume(header, header.resume, text) : this.#call(header, text);
  }

  close(): void {
    for (const call of this.#calls.values()) this.#drop(call);
  }

  #learn(module: string, code: string): string {
    const { language } = JSON.parse(code) as { readonly language: string };
    this.#options.modules.set(module, { code, language });
    return "{}";
  }

  async #call(header: Header, text: string): Promise<string> {
    const known = this.#options.modules.get(header.module);
    if (known === undefined) return '{"need":true}';
    const transaction = header.transaction ?? "";
    // A transaction that ended in the middle of a call has nobody to say so.
    for (const call of this.#calls.values()) if (call.transaction !== transaction) this.#drop(call);
    const timeoutMs = this.#limit(header);
    const runner = await this.#options.pool.take(known.language, this.#calls.size > 0, timeoutMs);
    if (runner === undefined) return failed({ code: "53400", message: busy(timeoutMs, this.#calls.size) });
    const call: Call = { id: ++this.#last, runner, transaction };
    this.#calls.set(call.id, call);
    const code = runner.modules.has(header.module) ? undefined : known.code;
    runner.modules.add(header.module);
    runner.send({ kind: "call", module: header.module, code, text });
    return this.#next(call, timeoutMs);
  }

  async #resume(header: Header, id: number, text: string): Promise<string> {
    const call = this.#calls.get(id);
    if (call === undefined) return failed({ code: "58000", message: "the worker has forgotten this call" });
    // Calls that came after it belong to a query that has ended.
    for (const later of this.#calls.values()) if (later.id > id) this.#drop(later);
    call.runner.send({ kind: "answer", text });
    return this.#next(call, this.#limit(header));
  }

  async #next(call: Call, limitMs: number): Promise<string> {
    call.pending = { message: call.runner.next(), limitMs, deadline: performance.now() + limitMs };
    return await this.#wait(call.id);
  }

  async #wait(id: number): Promise<string> {
    const call = this.#calls.get(id);
    if (call?.pending === undefined) return failed({ code: "58000", message: "the worker has forgotten this call" });
    const { message: pending, limitMs, deadline } = call.pending;
    const leftMs = deadline - performance.now();
    const message = await within(pending, Math.max(0, Math.min(patienceMs, leftMs)));
    if (message === undefined && leftMs > patienceMs) return JSON.stringify({ wait: id });
    if (message === undefined) {
      this.#drop(call);
      return failed({
        code: "57014",
        message: `the function ran longer than ${limitMs} ms`,
        hint: "[worker] timeout in howdah.toml, and statement_timeout, limit it",
      });
    }
    if (message.kind === "done" || message.kind === "fail") {
      this.#calls.delete(call.id);
      this.#options.pool.give(call.runner);
    }
    return replyOf(message, call.id);
  }

  #limit({ timeoutMs = 0 }: Header): number {
    const limit = this.#options.timeoutMs;
    return timeoutMs > 0 ? Math.min(limit, timeoutMs) : limit;
  }

  #drop(call: Call): void {
    this.#calls.delete(call.id);
    void call.runner.kill().then(() => this.#options.pool.give(call.runner));
  }
}

function replyOf(message: FromRunner, id: number): string {
  switch (message.kind) {
    case "done":
      return `{"value":${message.value}}`;
    case "describe":
      return JSON.stringify({ id, describe: message.query });
    case "query": {
      const { query, parameters, command } = message;
      return JSON.stringify({ id, query, parameters, ...(command === true ? { command } : {}) });
    }
    case "fail":
      return failed(message.error);
  }
}

function failed(error: Failure): string {
  return JSON.stringify({ fail: error });
}

function busy(timeoutMs: number, nested: number): string {
  return nested > 0
    ? `functions of the worker call each other ${nested + 1} levels deep`
    : `all runners of the worker were busy for ${timeoutMs} ms`;
}

/** Undefined where the time is over first. */
async function within(work: Promise<FromRunner>, timeoutMs: number): Promise<FromRunner | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
