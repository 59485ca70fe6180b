import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../errors/index.ts";
import type { Target } from "../postgres/index.ts";
import type { Cluster, ClusterOptions } from "./cluster.ts";
import { clusterError } from "./cluster-error.ts";
import { holdCluster, type HeldLease, type RunningState } from "./hold-cluster.ts";
import { followLink, homeAt } from "./home.ts";
import type { SupervisorState } from "./lease-protocol.ts";

/**
 * Joins the project's cluster, or starts it; resolves when it accepts connections.
 *
 * Throws WD371 when the data directory is another major's, WD372 and WD373 when it can't be used, WD374 when somebody
 * else's server runs on it, WD380 with the end of the log when Postgres refuses to start.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const cluster = new LeasedCluster(options);
  try {
    await cluster.open();
    return cluster;
  } catch (error) {
    await cluster.release();
    throw clusterError(error);
  }
}

class LeasedCluster implements Cluster {
  readonly #options: ClusterOptions;
  readonly #listeners = new Set<(state: SupervisorState) => void>();
  #lease: HeldLease | undefined;
  #running: RunningState | undefined;
  #run = "";
  #password = "";
  #joined = false;
  #released: Promise<void> | undefined;
  #stopped = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const home = homeAt(this.#options.home);
    const lease = await this.#hold(this.#options);
    this.#joined = lease.joined;
    this.#run = (await followLink(home.run)) ?? home.run;
    this.#password = await readPassword(home.password);
  }

  get version(): string {
    return this.#options.installation.version;
  }

  get port(): number {
    return this.#running?.port ?? 0;
  }

  get joined(): boolean {
    return this.#joined;
  }

  get admin(): Target {
    const host = process.platform === "win32" ? "127.0.0.1" : this.#run;
    const { port } = this;
    return { host, port, database: "postgres", user: "postgres", password: this.#password, ssl: "disable" };
  }

  onState(listener: (state: SupervisorState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  release(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  async #hold(options: ClusterOptions): Promise<HeldLease> {
    const lease = await holdCluster(options, (state) => this.#observe(state));
    this.#lease = lease;
    lease.connection.unref();
    void lease.connection.closed.then(() => this.#recover());
    return lease;
  }

  /** The supervisor is gone without being asked to: the next one is ours to start, whoever of the holders is first. */
  async #recover(): Promise<void> {
    this.#lease = undefined;
    // The signal was for the start alone.
    const options = { ...this.#options, signal: undefined };
    for (let waitMs = 50; this.#wanted; waitMs = Math.min(waitMs * 2, 3000)) {
      try {
        await this.#hold(options);
        return this.#wanted ? undefined : await this.#release();
      } catch (error) {
        const { code, message } = clusterError(error);
        this.#observe({ kind: "failed", failure: { code, message } });
        await pause(waitMs, undefined, { ref: false });
      }
    }
  }

  get #wanted(): boolean {
    return this.#released === undefined && !this.#stopped;
  }

  #observe(state: SupervisorState): void {
    if (state.kind === "running") this.#running = state;
    // One that was joined while it stopped is started again: the request was not about this one.
    this.#stopped = state.kind === "stopping" && state.requested;
    for (const listener of this.#listeners) listener(state);
  }

  async #release(): Promise<void> {
    const connection = this.#lease?.connection;
    if (connection === undefined) return;
    const released = new Promise<void>((done) => {
      connection.onReply((reply) => {
        if (reply.kind === "released") done();
      });
    });
    connection.ref();
    connection.send({ kind: "release" });
    await Promise.race([released, connection.closed]);
    connection.close();
  }
}

async function readPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    throw new AppError("WD373", "the password of the cluster can't be read", {
      detail: file,
      hint: "run howdah as the user who started the cluster first",
      cause,
    });
  }
}
