import { spawn } from "node:child_process";
import { flushCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { AppError } from "../errors/index.ts";
import type { SupervisorGreeting, SupervisorOptions } from "./lease-protocol.ts";

// Sources run as .ts, the published package as .js: the compiler rewrites imports, not URLs.
const program = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./supervisor-main.ts" : "./supervisor-main.js", import.meta.url),
);

// It holds a few kilobytes of live data: a small young generation is collected instead of growing.
const smallHeap = ["--max-semi-space-size=1", "--max-old-space-size=64"];

/**
 * Starts a supervisor in a session of its own, which a terminal's Ctrl-C and its closing don't reach, and waits until
 * it listens, finds that another one does, or fails.
 */
export async function spawnSupervisor(options: SupervisorOptions): Promise<SupervisorGreeting> {
  // What this process has compiled (see bin/howdah.js) need not be compiled again: the first start of all makes two supervisors.
  flushCompileCache();
  const args = [...smallHeap, "--disable-warning=ExperimentalWarning", program, options.home];
  const child = spawn(process.execPath, args, {
    cwd: "/",
    // Debuggers and preloaded modules are meant for the parent. libuv's io_uring would forbid giving up root.
    env: { ...process.env, NODE_OPTIONS: "", UV_USE_IO_URING: "0" },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    windowsHide: true,
  });
  let [greeting, complaint] = ["", ""];
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify(options));
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  await new Promise<void>((done) => {
    child.stdout.on("data", (chunk: Buffer) => {
      greeting += chunk.toString();
      if (greeting.includes("\n")) done();
    });
    child.once("error", (error) => {
      complaint += error.message;
      done();
    });
    child.once("close", () => done());
  });
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  if (greeting !== "") return JSON.parse(greeting) as SupervisorGreeting;
  throw new AppError("WD370", "the supervisor of the cluster can't be started", {
    detail: complaint.trim() || "it ended without a word",
    hint: `is ${process.execPath} Node 24 or newer?`,
  });
}
