import { open, readdir, readFile, rename, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "../../errors/index.ts";
import type { Home } from "../home.ts";
import type { SupervisorOptions } from "../lease-protocol.ts";
import { obstacle, type ServerUser } from "../server-user.ts";
import { copyTree } from "./copy-tree.ts";
import { executeNamed } from "./named-user.ts";
import { ensurePassword } from "./password.ts";

type Installation = SupervisorOptions["installation"];

export interface DataOptions {
  readonly home: Home;
  /** The data directory itself, links followed. */
  readonly data: string;
  readonly installation: Installation;
  /** The data directory to copy where there is none yet. */
  readonly template: string | undefined;
  readonly user: ServerUser | undefined;
  /** False where nothing in it is worth keeping. */
  readonly durable: boolean;
  readonly onStep: (step: string) => void;
}

/** Makes sure of a data directory of this major, with the project's password; never touches one of another major. */
export async function prepareData(options: DataOptions): Promise<void> {
  await assertReachable(options);
  const major = await dataMajor(options.data);
  if (major === undefined) return createData(options);
  await assertUsable(options, major);
  await ensurePassword(options, options.data, false);
}

/** The major of a data directory; undefined when there is none yet. Throws WD372 for a folder of something else. */
export async function dataMajor(data: string): Promise<number | undefined> {
  const version = await readFile(join(data, "PG_VERSION"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (version !== undefined) return Number.parseInt(version, 10);
  const entries = await readdir(data).catch(() => []);
  if (entries.length === 0) return undefined;
  throw new AppError("WD372", "the data directory is none of Postgres's", {
    detail: `${data} holds ${entries.length} files and no PG_VERSION`,
    hint: "nothing was touched: move the folder away, or restore it from a backup",
  });
}

async function assertReachable({ installation, user }: DataOptions): Promise<void> {
  if (user === undefined) return;
  const closed = await obstacle(installation.bin, user);
  if (closed === undefined) return;
  throw new AppError("WD377", "the programs of Postgres are out of reach for the user that it runs as", {
    detail: `${installation.bin}: uid ${user.uid} can't pass ${closed}`,
    hint: `open the folder (chmod o+x ${closed}), or set HOWDAH_CACHE to one that everybody can pass`,
  });
}

async function assertUsable({ data, installation, user }: DataOptions, major: number): Promise<void> {
  if (major !== installation.major) throw otherMajor(data, major, installation.major);
  if (process.platform === "win32") return;
  const { mode, uid } = await stat(data);
  const owner = user?.uid ?? process.getuid?.();
  if (uid !== owner) {
    throw new AppError("WD372", "the data directory belongs to another user", {
      detail: `${data} belongs to uid ${uid}, the server would run as uid ${owner}`,
      hint: `run howdah as that user, or give it over: chown -R ${owner} ${data}`,
    });
  }
  if ((mode & 0o027) === 0) return;
  throw new AppError("WD372", "the data directory is open to other users", {
    detail: `${data} has mode ${(mode & 0o777).toString(8).padStart(4, "0")}; Postgres starts with 0700 or 0750 only`,
    hint: "howdah doctor --fix closes it",
  });
}

function otherMajor(data: string, found: number, wanted: number): AppError {
  return new AppError("WD371", `the data directory is PostgreSQL ${found}'s, the project asks for ${wanted}`, {
    detail: `${data}: a major can't read the files of another; nothing was touched`,
    hint:
      `keep the data: set postgres = "${found}" in howdah.toml again\n` +
      `move the data: set postgres = { version = "${found}", provider = "deb" }, howdah dump before.dump; ` +
      `set version = "${wanted}" in it, howdah reset --empty, howdah restore before.dump\n` +
      `  (not on Linux: postgres = "${found}", then "${wanted}", ` +
      `with pg_dump and pg_restore ${Math.max(found, wanted)} on PATH)\n` +
      `drop the data: howdah reset`,
  });
}

/** Copied beside its place and renamed into it: a data directory is whole or not there. */
async function createData(options: DataOptions): Promise<void> {
  const { data, installation, template, user, durable, onStep } = options;
  onStep("making the data directory");
  if (template === undefined) {
    throw new AppError("WD375", "the data directory vanished while the cluster was being started", { detail: data });
  }
  const staged = `${data}.new`;
  await copyTree(template, staged, user);
  await ensurePassword(options, staged, true);
  if (durable) await flush(installation, staged, user);
  await rmdir(data).catch(() => {});
  await rename(staged, data);
}

/** Everything on the disk before the first commit is: Postgres later flushes only what it writes itself. */
async function flush(installation: Installation, data: string, user: ServerUser | undefined): Promise<void> {
  const initdb = join(installation.bin, process.platform === "win32" ? "initdb.exe" : "initdb");
  const { code, output } = await executeNamed(initdb, ["--sync-only", `--pgdata=${data}`], {
    user,
    env: installation.env,
  });
  if (code !== 0) {
    throw new AppError("WD375", "the data directory could not be written to the disk", { detail: output.trim() });
  }
  if (process.platform === "win32") return;
  await using parent = await open(dirname(data), "r");
  await parent.sync();
}
