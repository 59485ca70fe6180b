import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { endBefore } from "../support/folder.ts";
import { emptyFolder, howdah, start, type Options } from "./howdah.ts";

/** A new project in a folder of its own; whatever runs in it is stopped before the folder goes. */
export async function newProject(t: TestContext): Promise<string> {
  const cwd = await emptyFolder(t);
  const { code, stderr } = await howdah(["init", "--name", "shop"], { cwd });
  if (code !== 0) throw new Error(stderr);
  return cwd;
}

type Event = Readonly<Record<string, unknown>>;

export interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  /** Events that came ahead of readiness. */
  readonly before: readonly Event[];
  /** The next event that `run --json` prints. */
  next(): Promise<Event>;
  /** Sends a signal, Ctrl-C by default, and resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts `run` or `serve` with --json and waits until it is ready; ended with the test. */
export async function startRunning(t: TestContext, args: readonly string[], options: Options): Promise<Running> {
  const child = start([...args, "--json"], options);
  const ended = once(child, "exit") as Promise<[number | null]>;
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  if (child.stdout === null) throw new Error("no pipe");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Event> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`howdah ${args.join(" ")} ended:\n${stderr}`);
    return JSON.parse(value) as Event;
  };
  const stop = async (signal: NodeJS.Signals = "SIGINT") => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const [code] = await ended;
    return code;
  };
  endBefore(t, () => stop());
  const before: Event[] = [];
  let event = await next();
  for (; event["event"] !== "ready"; event = await next()) before.push(event);
  return { child, url: String(event["url"]), before, next, stop };
}
