import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The binary as a user starts it. */
export const binary: string = join(import.meta.dirname, "..", "bin", "howdah.js");

/** A running `howdah run` or `howdah serve`, with the times at which things happened (ms since it was started). */
export interface Running extends AsyncDisposable {
  readonly url: string;
  readonly firstResponseMs: number;
  readonly pid: number;
}

/** Copies the example into a fresh folder that is removed at the end. */
export async function exampleProject(name: string): Promise<{ readonly folder: string } & AsyncDisposable> {
  const parent = await mkdtemp(join(tmpdir(), "howdah-bench-"));
  await chmod(parent, 0o755); // the user of Postgres has to pass, or the data would stand elsewhere and stay
  const folder = join(parent, name);
  await cp(join(import.meta.dirname, "..", "examples", name), folder, {
    recursive: true,
    filter: (path) => !path.includes(".howdah"),
  });
  return { folder, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) };
}

/** Starts the command and resolves with the first answered request. */
export async function start(command: "run" | "serve", folder: string, env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const startedAt = performance.now();
  const child = spawn(process.execPath, [binary, command, "--port", String(port)], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  await firstResponse(url, child, () => output);
  return {
    url,
    pid: child.pid!,
    firstResponseMs: performance.now() - startedAt,
    [Symbol.asyncDispose]: () => stop(child),
  };
}

async function firstResponse(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`howdah ended with ${child.exitCode}:\n${output()}`);
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) {
      await response.text();
      return;
    }
    await response?.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`no answer from ${url}:\n${output()}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGINT");
  await once(child, "exit");
}
