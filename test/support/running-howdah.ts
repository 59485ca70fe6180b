import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The binary as a user starts it. */
export const binary: string = join(import.meta.dirname, "..", "..", "bin", "howdah.js");

/** A `howdah run` or `howdah serve` of a test, ready: stopped as by Ctrl-C when it is disposed of. */
export interface RunningHowdah extends AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything that it said on standard error so far. */
  readonly said: () => string;
  /** Ctrl-C, or another signal; resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface StartOptions {
  readonly command?: "run" | "serve" | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** Starts howdah in `folder` on any free port; resolves when it says that it is ready, rejects when it ends before. */
export async function startHowdah(folder: string, options: StartOptions = {}): Promise<RunningHowdah> {
  const { command = "run", args = ["--port", "0"], env = {} } = options;
  const child = spawn(process.execPath, [binary, command, "--json", ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const exited = once(child, "exit");
  const url = await Promise.race([readyUrl(child), exited.then(([code]) => failed(command, code, () => said))]);
  const stop = async (signal: NodeJS.Signals = "SIGINT"): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return { url, child, said: () => said, stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}

/** Runs a command of howdah to its end; throws what it said where that is no success. */
export async function howdahEnd(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const child = spawn(process.execPath, [binary, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) failed(args.join(" "), code, () => said);
}

async function readyUrl(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const event = JSON.parse(line) as { readonly event?: string; readonly url?: string };
    if (event.event === "ready" && event.url !== undefined) {
      child.stdout!.resume();
      return event.url;
    }
  }
  return new Promise(() => {});
}

function failed(command: string, code: unknown, said: () => string): never {
  throw new Error(`howdah ${command} ended with ${String(code)}:\n${said()}`);
}
