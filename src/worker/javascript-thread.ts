// The thread that runs functions in JavaScript: one call at a time, each module once.
import { createRequire, SourceMap } from "node:module";
import { Script } from "node:vm";
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from "node:worker_threads";
import {
  createSql,
  decodeArguments,
  encodeLater,
  failureOf,
  parseExact,
  type FromRunner,
  type ToRunner,
} from "../runtime/index.ts";
import { framesOf } from "./javascript-frames.ts";

interface ModuleText {
  readonly file: string;
  readonly routine: string;
  readonly parameters: readonly { readonly form: string; readonly array: boolean; readonly variadic?: boolean }[];
  readonly result: "void" | "trigger" | "value" | "set";
  readonly code: string;
  readonly map?: string;
}

interface Loaded extends ModuleText {
  readonly main: (...values: readonly unknown[]) => unknown;
}

const port = portOf();
const { signal } = workerData as { readonly signal: Int32Array };
const modules = new Map<string, Loaded>();
const maps = new Map<string, SourceMap>();

/** Asks the caller's transaction, and sleeps until it has answered: `sql` is synchronous everywhere. */
function ask(message: FromRunner): Record<string, unknown> {
  Atomics.store(signal, 0, 0);
  send(message);
  Atomics.wait(signal, 0, 0);
  const received: { readonly message: ToRunner } | undefined = receiveMessageOnPort(port);
  return received === undefined ? {} : (parseExact(received.message.text) as Record<string, unknown>);
}

Object.assign(globalThis, { howdah: createSql(ask) });

port.on("message", (message: ToRunner) => {
  if (message.kind === "call") void run(message).then(send);
});

function send(message: FromRunner): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
  port.postMessage(message);
}

async function run({ module: hash, code, text }: ToRunner & { readonly kind: "call" }): Promise<FromRunner> {
  try {
    const module = modules.get(hash) ?? load(hash, code ?? "");
    const { call } = parseExact(text) as { readonly call: readonly unknown[] };
    const { main } = module;
    const values = decodeArguments(call, module.parameters);
    const value = await main(...values);
    return { kind: "done", value: await encodeLater(value, module.result, values) };
  } catch (error) {
    return { kind: "fail", error: failureOf(error, (stack) => framesOf(stack, maps)) };
  }
}

function load(hash: string, text: string): Loaded {
  const module = JSON.parse(text) as ModuleText;
  const filename = `howdah-module:${hash}`;
  if (module.map !== undefined) maps.set(filename, new SourceMap(JSON.parse(module.map) as never));
  const wrapped = `(function (exports, require, module) {${module.code}\n})`;
  const evaluate = new Script(wrapped, { filename }).runInThisContext() as (...values: readonly unknown[]) => void;
  const made: { exports: { default?: unknown } } = { exports: {} };
  evaluate(made.exports, createRequire(import.meta.url), made);
  if (typeof made.exports.default !== "function") throw new TypeError(`${module.routine} is not a function`);
  const loaded = { ...module, main: made.exports.default as Loaded["main"] };
  modules.set(hash, loaded);
  return loaded;
}

function portOf(): MessagePort {
  if (parentPort === null) throw new Error("this file runs in a thread of the worker");
  return parentPort;
}
