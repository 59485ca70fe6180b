import { spawn } from "node:child_process";
import type { ServerUser } from "../server-user.ts";

export interface Execution {
  /** Exit code; 128 and more for a signal, 127 when the program could not be started. */
  readonly code: number;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

export interface ExecuteOptions {
  readonly user?: ServerUser | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly input?: string | undefined;
  readonly cwd?: string | undefined;
}

/** Runs a program to its end; never rejects. */
export function execute(program: string, args: readonly string[], options: ExecuteOptions = {}): Promise<Execution> {
  return new Promise((done) => {
    const { user, input } = options;
    const child = spawn(program, args, {
      cwd: options.cwd ?? "/",
      env: serverEnvironment(options.env),
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stdin.on("error", () => {}); // a program that ended without reading its input
    child.on("error", (error) => done({ code: 127, output: error.message }));
    child.on("close", (code, signal) => done({ code: code ?? (signal === null ? 1 : 128), output }));
    child.stdin.end(input ?? "");
  });
}

/**
 * The environment of Postgres's programs: what they need and nothing of the user's, because PG* variables would change
 * what they do and because functions in other languages could read secrets there.
 */
export function serverEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = ["PATH", "SystemRoot", "windir", "TEMP", "TMP"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // Messages in English: the supervisor reads some. On macOS, an unset locale makes the postmaster multithreaded.
  return { ...Object.fromEntries(kept), LC_ALL: "C", ...extra };
}
