import { execFile } from "node:child_process";
import { access, constants, readdir, realpath } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { AppError } from "../../errors/index.ts";
import { compareVersions, majorOf, parseVersionRequest, satisfiesRequest } from "../../resolve/index.ts";
import type { Installation, Provider, ResolvedPostgres } from "../provider.ts";

/** Where installers put Postgres; "*" stands for one name. Beside these, every folder on PATH is looked into. */
const usualPlaces: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: [
    "/usr/lib/postgresql/*/bin", // Debian, Ubuntu, PGDG's apt
    "/usr/pgsql-*/bin", // PGDG's yum
    "/usr/libexec/*/bin", // some distributions keep majors apart there
    "/usr/local/pgsql/bin", // make install
  ],
  darwin: [
    "/opt/homebrew/opt/*/bin",
    "/usr/local/opt/*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/Library/PostgreSQL/*/bin",
    "/usr/local/pgsql/bin",
  ],
  win32: ["C:\\Program Files\\PostgreSQL\\*\\bin"],
};

export interface SystemOptions {
  /** Folders that may hold Postgres's programs. Default: PATH and where installers put it. */
  readonly folders?: (() => Promise<readonly string[]>) | undefined;
}

/** Postgres as it is installed on this machine: on PATH, or in the usual places. Fetches nothing. */
export const system: Provider = systemProvider();

/** The provider with other folders than this machine's; see `system`. */
export function systemProvider({ folders = machineFolders }: SystemOptions = {}): Provider {
  return {
    name: "system",
    features: { start: true, versions: false },
    resolve: async (version) => resolve(version, await findAll(await folders())),
    install: async (resolved) => install(resolved, await findAll(await folders())),
  };
}

interface Found {
  readonly version: string;
  readonly bin: string;
}

function resolve(text: string, all: readonly Found[]): ResolvedPostgres {
  const request = parseVersionRequest(text);
  const found = all.find(({ version }) => satisfiesRequest(version, request));
  if (found === undefined) throw notFound(text, all);
  return { provider: "system", version: found.version, source: found.bin, artifacts: [] };
}

/**
 * The folder that was resolved, else another with the same version, else the newest minor of its major: the machine's
 * own updates move minors, and howdah.lock may come from another machine. The version is then the one that is there.
 */
async function install({ version, source }: ResolvedPostgres, all: readonly Found[]): Promise<Installation> {
  const exact = all.filter((found) => found.version === version);
  const found =
    exact.find(({ bin }) => bin === source) ??
    exact[0] ??
    all.find((other) => majorOf(other.version) === majorOf(version));
  if (found === undefined) throw notFound(version, all);
  const { bin } = found;
  return {
    provider: "system",
    version: found.version,
    major: majorOf(found.version),
    bin,
    tools: await tools(bin),
    env: {},
  };
}

/** Newest first; the same programs under several names count once. */
async function findAll(folders: readonly string[]): Promise<readonly Found[]> {
  const bins = await Promise.all(folders.map(binOf));
  const found = await Promise.all([...new Set(bins)].map(inspect));
  return found
    .filter((each) => each !== undefined)
    .toSorted((left, right) => compareVersions(right.version, left.version));
}

/** The real folder of the server's program: links on PATH lead to it, and it finds its libraries from there. */
async function binOf(folder: string): Promise<string | undefined> {
  const postgres = await realpath(join(folder, executable("postgres"))).catch(() => undefined);
  return postgres === undefined ? undefined : dirname(postgres);
}

async function inspect(bin: string | undefined): Promise<Found | undefined> {
  if (bin === undefined || !(await runs(join(bin, executable("initdb"))))) return undefined;
  const asked = promisify(execFile)(join(bin, executable("postgres")), ["--version"], { timeout: 10_000 });
  const said = await asked.then(
    ({ stdout }) => stdout,
    () => "",
  );
  const version = /^postgres \(PostgreSQL\) (\d+\.\d+)/.exec(said)?.[1];
  return version === undefined ? undefined : { version, bin };
}

async function tools(bin: string): Promise<Installation["tools"]> {
  const names = ["psql", "pg_dump", "pg_restore", "pg_isready"] as const;
  const entries = await Promise.all(
    names.map(async (name) => {
      const path = join(bin, executable(name));
      return (await runs(path)) ? [[name, path] as const] : [];
    }),
  );
  return Object.fromEntries(entries.flat());
}

async function machineFolders(): Promise<readonly string[]> {
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const usual = await Promise.all((usualPlaces[process.platform] ?? []).map(expand));
  return [...path, ...usual.flat()];
}

async function expand(pattern: string): Promise<readonly string[]> {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return [pattern];
  const [folder, prefix] = /[\\/]$/.test(before)
    ? [before, ""]
    : [dirname(before), before.slice(dirname(before).length + 1)];
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.startsWith(prefix)).map((name) => join(folder, name + after));
}

async function runs(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function executable(name: string): string {
  return process.platform === "win32" ? `${name}.exe` : name;
}

function notFound(wanted: string, all: readonly Found[]): AppError {
  const list = all.map(({ version, bin }) => `${version} in ${bin}`).join("\n");
  return new AppError("WD382", `no PostgreSQL ${wanted} is installed on this machine`, {
    detail: list === "" ? "none was found on PATH or in the usual places" : `found: ${list}`,
    hint: 'install it, ask for one of those found, or set provider = "embedded", which brings its own',
  });
}
