import { spawn, type ChildProcess } from "node:child_process";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { testProjectFolder } from "../support/folder.ts";

export const root = dirname(dirname(import.meta.dirname));
export const bin = join(root, "bin/howdah.js");

export interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What stands on standard input; nothing by default. Never a terminal. */
  readonly input?: string;
  readonly node?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the binary as a user does; what CI or the developer has set does not reach it. */
export function start(args: readonly string[], options: Options = {}): ChildProcess {
  const { CI: _ci, NO_COLOR: _no, FORCE_COLOR: _force, NODE_OPTIONS: _node, HOWDAH_ENV: _env, ...env } = process.env;
  const { NODE_TEST_CONTEXT: _context, ...clean } = env;
  const child = spawn(options.node ?? process.execPath, [bin, ...args], {
    cwd: options.cwd ?? root,
    env: { ...clean, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin?.end(options.input ?? "");
  return child;
}

/** Runs the binary to its end. */
export async function howdah(args: readonly string[], options: Options = {}): Promise<Ended> {
  const child = start(args, options);
  const closed = new Promise<Pick<Ended, "code" | "signal">>((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal })),
  );
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("no pipes");
  const [out, err, end] = await Promise.all([text(stdout), text(stderr), closed]);
  return { ...end, stdout: out, stderr: err };
}

/** An empty folder for one test. */
export function emptyFolder(t: TestContext): Promise<string> {
  return testProjectFolder(t, "howdah-cli-");
}
