import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { TestContext } from "node:test";
import type { ClusterOptions } from "../../src/provision/index.ts";

/** Another process that holds a cluster. */
export interface Holder {
  readonly pid: number;
  readonly joined: boolean;
  readonly port: number;
  /** Sends a signal and waits for its end; resolves with exit code or signal. */
  end(signal: NodeJS.Signals): Promise<number | string>;
}

const program = fileURLToPath(new URL("./holder-main.ts", import.meta.url));

/**
 * Starts a process that starts or joins the cluster and keeps it, as another user where `uid` is given (root only);
 * rejects with what it said when that fails.
 */
export async function startHolder(t: TestContext, options: ClusterOptions, uid?: number): Promise<Holder> {
  const user = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"], ...user });
  t.after(() => child.kill("SIGKILL"));
  child.stdin.write(`${JSON.stringify(options)}\n`);
  const exited = once(child, "exit") as Promise<[number | null, string | null]>;
  const ended = exited.then(([code, signal]) => code ?? signal ?? "unknown");
  const line = await Promise.race([firstLine(child), ended]);
  if (typeof line === "number" || !line.startsWith("{")) throw new Error(`the holder ended: ${line}`);
  const { joined, port } = JSON.parse(line) as { joined: boolean; port: number };
  return {
    pid: child.pid ?? 0,
    joined,
    port,
    async end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("no output");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return line;
}
