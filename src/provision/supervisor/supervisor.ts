import { mkdir } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../../errors/index.ts";
import { clusterError } from "../cluster-error.ts";
import { type Home, homeAt, leaseAddress } from "../home.ts";
import type {
  Failure,
  LeaseRequest,
  SupervisorGreeting,
  SupervisorOptions,
  SupervisorState,
} from "../lease-protocol.ts";
import { serverUser, type ServerUser } from "../server-user.ts";
import { prepareData } from "./data-directory.ts";
import { deathWatch } from "./death-watch.ts";
import { DiskGuard } from "./disk-guard.ts";
import { type Places, prepareFolders } from "./folders.ts";
import { LeaseServer } from "./lease-server.ts";
import { tryLock } from "./lock.ts";
import { type LogFile, openLog } from "./log-file.ts";
import { evict } from "./orphan.ts";
import { keepPort, preferredPort } from "./port.ts";
import { type Postmaster, type PostmasterOptions, startPostmaster } from "./postmaster.ts";
import { serverConfig, writeServerConfig } from "./server-config.ts";

/**
 * Runs one cluster for as long as somebody holds a lease on it: the whole life of the supervisor process.
 *
 * The lock comes first, so that of several starters one goes on and the others' processes end as "busy"; then the lease
 * socket, so that all of them can watch; then everything that needs root; then root is given up for good.
 */
export async function supervise(
  options: SupervisorOptions,
  greet: (greeting: SupervisorGreeting) => void,
): Promise<void> {
  const home = homeAt(options.home);
  await mkdir(home.folder, { recursive: true });
  using lock = tryLock(home.lock);
  if (lock === undefined) return greet({ kind: "busy" });
  const user = await serverUser(home);
  const places = await prepareFolders(home, user);
  await using log = await openLog(home, user);
  await new Supervisor(options, home, places, log).run(user, greet);
}

class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #home: Home;
  readonly #places: Places;
  readonly #log: LogFile;
  readonly #end = new AbortController();
  #leases: LeaseServer | undefined;
  #guard: DiskGuard | undefined;
  #postmaster: Postmaster | undefined;
  #config = "";
  /** Where the programs are that the next start runs. */
  #bin: string;
  #reconfigured: Promise<void> = Promise.resolve();
  #requested = false;

  constructor(options: SupervisorOptions, home: Home, places: Places, log: LogFile) {
    this.#options = options;
    this.#home = home;
    this.#places = places;
    this.#log = log;
    this.#bin = options.installation.bin;
  }

  async run(user: ServerUser | undefined, greet: (greeting: SupervisorGreeting) => void): Promise<void> {
    const leases = await this.#listen();
    greet({ kind: "listening" });
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => this.#stop(true));
    process.on("SIGHUP", () => {}); // a closed terminal is no reason: leases are
    const rotation = setInterval(() => void this.#log.rotate().catch(() => {}), 30_000);
    try {
      const postmaster = await this.#prepare(user);
      if (user !== undefined) giveUpRoot(user);
      await this.#configure();
      await this.#keepRunning(postmaster);
    } catch (error) {
      await this.#log.append(`failed: ${clusterError(error).message}`).catch(() => {});
      await leases.announceFailure(failureOf(error));
    } finally {
      clearInterval(rotation);
      this.#guard?.stop();
      await leases.close();
    }
  }

  async #listen(): Promise<LeaseServer> {
    const address = await leaseAddress(this.#home);
    if (address === undefined) throw new AppError("WD370", "the cluster's folder of sockets is gone");
    this.#leases = await LeaseServer.listen(address, {
      onHold: (request) => this.#join(request),
      onRestart: () => void this.#restart(),
      onIdle: () => this.#stop(false),
      onStop: () => this.#stop(true),
    });
    return this.#leases;
  }

  /** Everything that may need root. */
  async #prepare(user: ServerUser | undefined): Promise<PostmasterOptions> {
    const { installation, template, settings } = this.#options;
    const [home, { data, run }] = [this.#home, this.#places];
    this.#config = serverConfig(installation.major, settings);
    await evict(home);
    const durable = settings["fsync"] !== "off";
    await prepareData({ home, data, installation, template, user, durable, onStep: (step) => this.#starting(step) });
    const port = await preferredPort(home);
    await keepPort(home, port);
    const { bin, env } = installation;
    return { bin, env, data, run, log: this.#log, port, deathWatch: await deathWatch() };
  }

  /**
   * Writes into the data directory, as the server's user: what runs inside Postgres may have put links there, and root
   * would follow them out.
   */
  async #configure(): Promise<void> {
    const { data } = this.#places;
    await writeServerConfig(data, this.#config);
    this.#guard = await DiskGuard.start(data, (full) => this.#diskFull(full));
  }

  /** Postgres comes back by itself, however it ends; only a first start that fails is final. */
  async #keepRunning(options: PostmasterOptions): Promise<void> {
    let backoffMs = 0;
    for (let restarts = 0; ; restarts++) {
      const postmaster = await this.#start(options, restarts);
      if (postmaster === undefined) return;
      const since = Date.now();
      this.#running(postmaster, restarts);
      const reason = await Promise.race([postmaster.exited, this.#ended()]);
      if (this.#end.signal.aborted) return this.#shutDown(postmaster);
      this.#postmaster = undefined;
      this.#starting(`Postgres ended (${reason}): starting it again`);
      await this.#log.append(`Postgres ended (${reason})`).catch(() => {});
      backoffMs = Date.now() - since > 10_000 ? 0 : Math.min(backoffMs * 2 + 100, 3000);
      await pause(backoffMs === 100 ? 0 : backoffMs, undefined, { signal: this.#end.signal }).catch(() => {});
    }
  }

  async #start(options: PostmasterOptions, restarts: number): Promise<Postmaster | undefined> {
    this.#starting("starting Postgres");
    for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, 3000)) {
      try {
        return await startPostmaster({ ...options, bin: this.#bin }, this.#end.signal);
      } catch (error) {
        // It has run before, and who holds it still needs it: a full disk, for one, is emptied at some time.
        if (restarts === 0) throw error;
        const { message, detail } = clusterError(error);
        this.#starting(`${message}, trying again: ${detail?.split("\n").at(-1) ?? ""}`);
        await pause(waitMs, undefined, { signal: this.#end.signal }).catch(() => {});
      }
    }
  }

  async #shutDown(postmaster: Postmaster): Promise<void> {
    this.#announce({ kind: "stopping", requested: this.#requested });
    await postmaster.stop();
  }

  #running(postmaster: Postmaster, restarts: number): void {
    this.#postmaster = postmaster;
    const { pid, port } = postmaster;
    const { version } = this.#options.installation;
    const startedAt = new Date().toISOString();
    const diskFull = this.#guard?.full ?? false;
    this.#announce({ kind: "running", supervisor: process.pid, pid, port, version, startedAt, restarts, diskFull });
  }

  #diskFull(diskFull: boolean): void {
    this.#postmaster?.reload();
    const state = this.#leases?.state;
    if (state?.kind === "running") this.#announce({ ...state, diskFull });
    const message = diskFull
      ? "the disk is nearly full: new transactions are read-only"
      : "there is room on the disk again";
    void this.#log.append(message).catch(() => {});
  }

  #starting(step: string): void {
    this.#announce({ kind: "starting", step, supervisor: process.pid });
  }

  #announce(state: SupervisorState): void {
    this.#leases?.announce(state);
  }

  /** Another process joins: with the same version only; its settings are the newest reading of howdah.toml. */
  #join({ version, settings, bin }: Extract<LeaseRequest, { kind: "hold" }>): Failure | undefined {
    const { installation } = this.#options;
    if (version !== installation.version) return failureOf(otherVersion(installation.version, version));
    try {
      const config = serverConfig(installation.major, settings);
      if (this.#config !== "" && config !== this.#config) this.#reconfigured = this.#reconfigure(config);
      this.#bin = bin ?? this.#bin;
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  }

  /** What can change in a running server changes; the rest shows as pending_restart in pg_settings. */
  async #reconfigure(config: string): Promise<void> {
    this.#config = config;
    try {
      await writeServerConfig(this.#places.data, config);
      this.#postmaster?.reload();
    } catch (error) {
      await this.#log.append(`settings could not be written: ${clusterError(error).message}`).catch(() => {});
    }
  }

  /** It comes back by itself; see #keepRunning. */
  async #restart(): Promise<void> {
    await this.#reconfigured;
    await this.#log.append("Postgres is restarted: somebody asked for it").catch(() => {});
    await this.#postmaster?.stop();
  }

  #stop(requested: boolean): void {
    this.#requested ||= requested;
    this.#end.abort();
  }

  #ended(): Promise<string> {
    const { signal } = this.#end;
    return new Promise((done) => {
      if (signal.aborted) return done("");
      signal.addEventListener("abort", () => done(""), { once: true });
    });
  }
}

/** For good: the real, effective and saved ids all change, so there is no way back. */
function giveUpRoot({ uid, gid }: ServerUser): void {
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

function otherVersion(running: string, wanted: string): AppError {
  return new AppError("WD381", `the project's cluster runs PostgreSQL ${running}, this command asks for ${wanted}`, {
    hint: "end the other howdah of this project first: the next start takes the new version",
  });
}

/** An error in a form that passes through the socket. */
export function failureOf(thrown: unknown): Failure {
  const { code, message, detail, hint } = clusterError(thrown);
  return { code, message, detail, hint };
}
