// The worker's process: started by startWorker, told what to do by one message, ended with its parent.
import type { AddressInfo } from "node:net";
import { javascriptRunner } from "./javascript-runner.ts";
import { pythonRunner } from "./python-runner.ts";
import { RunnerPool } from "./runner-pool.ts";
import { Session, type ModuleStore } from "./session.ts";
import { createWireServer } from "./wire-server.ts";

/** The first message of the parent. */
export interface WorkerOrder {
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly runners: number;
  readonly timeoutMs: number;
  readonly python: string;
}

/** What the parent is told: the port, or why there is none. */
export type WorkerNews = { readonly port: number } | { readonly problem: string; readonly code: string };

process.once("message", (order: WorkerOrder) => {
  const { password, host, port, runners: max, timeoutMs, python } = order;
  const start = (language: string) => (language === "python" ? pythonRunner(python) : javascriptRunner());
  const pool = new RunnerPool({ max, start });
  const modules: ModuleStore = new Map();
  const server = createWireServer(password, () => new Session({ pool, modules, timeoutMs }));
  server.on("error", (error: NodeJS.ErrnoException) => {
    tell({ problem: error.message, code: error.code ?? "" });
    process.exitCode = 1;
    process.disconnect();
  });
  server.listen(port, host, () => tell({ port: (server.address() as AddressInfo).port }));
});

// However the parent ends, so does this process; Python processes end with their pipe.
process.on("disconnect", () => process.exit());
// Ctrl-C reaches the whole group: the parent decides when calls have come to their end.
process.on("SIGINT", () => {});

function tell(news: WorkerNews): void {
  process.send?.(news);
}
