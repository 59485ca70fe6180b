import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { execute } from "./execute.ts";

/** Stops Postgres when the supervisor itself is killed. */
export interface DeathWatch {
  /** Goes before the command line of Postgres. */
  readonly prefix: readonly string[];
  /** Called once Postgres is launched. */
  watch(child: ChildProcess, exited: Promise<unknown>): void;
}

/**
 * The best that the platform has: the kernel's parent death signal through setpriv (util-linux 2.33), else a shell that
 * waits for the end of a pipe which only the supervisor holds, else (Windows) the next start, which stops the orphan.
 */
export async function deathWatch(): Promise<DeathWatch> {
  if (process.platform === "win32") return { prefix: [], watch: () => {} };
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));
  if (process.platform !== "linux" || setpriv === undefined) return shellWatch();
  const prefix = [setpriv, "--pdeathsig", "INT"];
  const { code } = await execute(setpriv, [...prefix.slice(1), setpriv, "--version"]);
  return code === 0 ? { prefix, watch: () => {} } : shellWatch();
}

/** A shell that sends SIGINT (fast shutdown) when its input ends, and is gone itself before Postgres's number is free. */
export function shellWatch(): DeathWatch {
  return {
    prefix: [],
    watch(child, exited) {
      if (child.pid === undefined) return;
      const script = 'read -r _; kill -INT "$1"';
      const guard = spawn("/bin/sh", ["-c", script, "sh", String(child.pid)], {
        stdio: ["pipe", "ignore", "ignore"],
        detached: true,
        cwd: "/",
      });
      guard.on("error", () => {});
      guard.stdin.on("error", () => {});
      void exited.then(() => guard.kill("SIGKILL"));
    },
  };
}
