import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { AppError } from "../../errors/index.ts";
import {
  compareVersions,
  contentFolder,
  listContent,
  satisfiesRequest,
  type VersionRequest,
} from "../../resolve/index.ts";
import type { ResolvedPostgres } from "../provider.ts";

/** What stands beside an installed Postgres: how it came there, so that it can be found again without any network. */
export interface Manifest {
  readonly resolved: ResolvedPostgres;
  /** The absolute folder it was made for: generated programs name it. */
  readonly folder: string;
  /** "linux-x64". */
  readonly platform: string;
}

/** The folder of the cache that holds installed Postgres versions. */
export const installedKind = "pg";

const manifestName = "howdah.json";

/**
 * The name in the cache of exactly these bytes: a changed dependency of the same version is another installation.
 *
 * Sorted first: howdah.lock lists artifacts in another order than they were resolved in.
 */
export function installedKey(resolved: ResolvedPostgres, platform: string, integrities: readonly string[]): string {
  const hash = createHash("sha256").update(integrities.toSorted().join("\n")).digest("hex").slice(0, 12);
  return `${resolved.provider}-${resolved.version}-${platform}-${hash}`;
}

/** Writes the manifest into a folder that is being built. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** The manifest of an installation; undefined where there is none that can be read. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, manifestName), "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}

/** The newest installed version that a request means: what `resolve` falls back on where nothing can be reached. */
export async function newestInstalled(
  cache: string,
  request: VersionRequest,
  fits: (manifest: Manifest) => boolean,
): Promise<ResolvedPostgres | undefined> {
  const keys = await listContent(cache, installedKind);
  const folders = keys.map((key) => contentFolder({ cache, kind: installedKind, key }));
  const manifests = (await Promise.all(folders.map(readManifest))).filter((manifest) => manifest !== undefined);
  return manifests
    .filter((manifest) => satisfiesRequest(manifest.resolved.version, request) && fits(manifest))
    .map(({ resolved }) => resolved)
    .toSorted((left, right) => compareVersions(left.version, right.version))
    .at(-1);
}

/**
 * Runs the server program for its version, before what was unpacked becomes the installation.
 *
 * Throws WD366 with what it said when it can't run here, or tells another version.
 */
export async function assertRuns(command: readonly [string, ...string[]], version: string): Promise<void> {
  const [program, ...args] = command;
  const said = await promisify(execFile)(program, [...args, "--version"], { timeout: 30_000 }).then(
    ({ stdout }) => stdout.trim(),
    (failure: Error & { readonly stderr?: string }) => failure.stderr?.trim() || failure.message,
  );
  if (new RegExp(`^postgres \\(PostgreSQL\\) ${version.replaceAll(".", "\\.")}(?![.\\d])`).test(said)) return;
  throw new AppError("WD366", `the Postgres ${version} that was fetched does not run on this machine`, {
    detail: `${program} --version: ${said}`,
    hint: 'try provider = "deb" (it brings its own C library), or provider = "system"',
  });
}
