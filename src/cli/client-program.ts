import { execFile, spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { ProjectDatabase } from "../application/index.ts";
import { AppError } from "../errors/index.ts";
import { targetEnv, type Target } from "../postgres/index.ts";
import type { Shell } from "./shell.ts";

/** A client program of Postgres that can speak to the project's server. */
export interface ClientProgram {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

export type ProgramName = "psql" | "pg_dump" | "pg_restore";

/**
 * The provider's own program, else the one on PATH when it is no older than the server (psql may be older); undefined
 * when there is none.
 */
export async function findProgram(
  name: ProgramName,
  database: ProjectDatabase,
  shell: Shell,
): Promise<ClientProgram | undefined> {
  const own = database.installation?.tools[name];
  if (own !== undefined) return { path: own, env: database.installation?.env ?? {} };
  const { usable } = await searchPath(name, Number.parseInt(database.version, 10), shell.env);
  return usable === undefined ? undefined : { path: usable, env: {} };
}

/** As findProgram, but throws WD006 with what was looked at. */
export async function requireProgram(
  name: ProgramName,
  database: ProjectDatabase,
  shell: Shell,
): Promise<ClientProgram> {
  const found = await findProgram(name, database, shell);
  if (found !== undefined) return found;
  const major = Number.parseInt(database.version, 10);
  const { tooOld } = await searchPath(name, major, shell.env);
  throw new AppError("WD006", `there is no ${name} for PostgreSQL ${major}`, {
    detail: [
      `provider "${database.provider}" has none`,
      tooOld === undefined ? `there is none on PATH` : `${tooOld.path} is of ${tooOld.major}, older than the server`,
    ].join("; "),
    hint: `set provider = "deb" below [postgres] in howdah.toml (Linux), or install the client package of PostgreSQL ${major}`,
  });
}

/** Runs a client program on the terminal of this process; resolves with its exit code. */
export async function runProgram(
  program: ClientProgram,
  args: readonly string[],
  target: Target,
  shell: Shell,
  stdin: "inherit" | "ignore" = "inherit",
): Promise<number> {
  shell.progress.clear();
  const env = { ...shell.env, ...program.env, ...targetEnv(target) };
  const child = spawn(program.path, args, { env, stdio: [stdin, "inherit", "inherit"] });
  // Ctrl-C on the terminal reaches the program itself; SIGTERM for howdah does not.
  const stop = () => child.kill("SIGTERM");
  shell.signal.addEventListener("abort", stop, { once: true });
  return new Promise((resolve, reject) => {
    child.on("error", (cause) => reject(new AppError("WD007", `${program.path} could not be started`, { cause })));
    child.on("exit", (code) => {
      shell.signal.removeEventListener("abort", stop);
      resolve(code ?? 1);
    });
  });
}

interface Found {
  readonly usable?: string;
  readonly tooOld?: { readonly path: string; readonly major: number };
}

async function searchPath(name: ProgramName, serverMajor: number, env: NodeJS.ProcessEnv): Promise<Found> {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  let tooOld: Found["tooOld"];
  for (const folder of (env["PATH"] ?? "").split(delimiter).filter((entry) => entry !== "")) {
    const path = join(folder, file);
    const major = await majorOf(path);
    if (major === undefined) continue;
    if (name === "psql" || major >= serverMajor) return { usable: path };
    tooOld ??= { path, major };
  }
  return tooOld === undefined ? {} : { tooOld };
}

/** "pg_dump (PostgreSQL) 18.4 (Debian …)" → 18; undefined when it can't be run. */
async function majorOf(path: string): Promise<number | undefined> {
  try {
    await access(path, constants.X_OK);
    const { stdout } = await promisify(execFile)(path, ["--version"]);
    const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
    return major === undefined ? undefined : Number(major);
  } catch {
    // Not there, or not for this machine: the next folder of PATH may have it.
    return undefined;
  }
}
