import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ScriptMessage, ScriptResult } from "./script-protocol.ts";
import { placeVariable } from "./script-protocol.ts";
import type { ScriptPlace } from "./script-place.ts";

/** How a file of TypeScript tests is run. */
export interface ScriptOptions {
  readonly place: ScriptPlace;
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Only tests whose name holds this text. */
  readonly filter: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onResult: (result: ScriptResult) => void;
  readonly onClone: (cloneMs: number) => void;
  readonly onLeft: (database: string) => void;
}

/** How its process ended. */
export interface ScriptEnd {
  /** Null where a signal ended it. */
  readonly code: number | null;
  /** Set where it was ended, because nothing was heard of it for too long. */
  readonly silent: boolean;
  /** What it wrote, standard output and standard error as they came. */
  readonly output: string;
  readonly complaint: string;
}

const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const reporter = new URL(`./script-reporter${extension}`, import.meta.url).href;
const resolver = new URL(`./script-resolve${extension}`, import.meta.url).href;
/** Beyond the limit of a test, which node:test itself keeps: for what hangs outside of one. */
const graceMs = 5_000;

/**
 * Runs a file of tests in a process of its own, as `node FILE` would: node:test tells our reporter, which tells us.
 *
 * Not by run() of node:test: that starts a process a file all the same, and can't be called where NODE_TEST_CONTEXT is
 * set, as in the tests of those who use this as a library.
 */
export async function runScript(options: ScriptOptions): Promise<ScriptEnd> {
  const { place, file, filter, timeoutMs, signal } = options;
  const pattern = filter === undefined ? [] : [`--test-name-pattern=/${escaped(filter)}/i`];
  const args = [
    ...["--import", resolver, `--test-reporter=${reporter}`, `--test-timeout=${Math.round(timeoutMs)}`],
    // A test that hung leaves something behind that would keep the process.
    ...["--test-force-exit", ...pattern, join(place.root, file)],
  ];
  const child = spawn(process.execPath, args, {
    cwd: place.root,
    env: { ...options.env, NODE_TEST_CONTEXT: undefined, [placeVariable]: JSON.stringify(place) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    windowsHide: true,
  });
  const end = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  try {
    return await followed(child, options);
  } finally {
    signal.removeEventListener("abort", end);
  }
}

async function followed(child: ChildProcess, options: ScriptOptions): Promise<ScriptEnd> {
  let [output, complaint, silent] = ["", "", false];
  const timer = setTimeout(() => {
    silent = true;
    child.kill("SIGKILL");
  }, options.timeoutMs + graceMs);
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    complaint += chunk.toString();
  });
  child.on("message", (message: ScriptMessage) => {
    timer.refresh();
    if (message.kind === "result") options.onResult(message.result);
    else if (message.kind === "clone") options.onClone(message.cloneMs);
    else options.onLeft(message.database);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearTimeout(timer);
  // What it has sent may still be on its way.
  if (child.connected) await once(child, "disconnect");
  return { code, silent, output, complaint };
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
