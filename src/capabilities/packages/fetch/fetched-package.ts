import { createReadStream } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { createGunzip } from "node:zlib";
import { AppError } from "../../../errors/index.ts";
import type { LockedArtifact, LockedPackage } from "../../../project/index.ts";
import {
  comparePackageVersions,
  discard,
  ensureContent,
  fetchCommit,
  parseIntegrity,
  readPackageVersion,
  unpackTar,
} from "../../../resolve/index.ts";
import { readPackage, type Package } from "../folder/package-folder.ts";
import { readSource, type Asking } from "./offers.ts";

/**
 * A package that a lock names, out of the cache, or fetched into it first: never other bytes than those that were locked.
 *
 * Throws WD665 where it is not what its origin was to have, and what fetching does.
 */
export async function fetchPackage(locked: LockedPackage, asking: Asking): Promise<Package> {
  const folder = await folderOf(locked, asking);
  const shownIn = `${locked.name}@${locked.version}/`;
  const found = await readPackage(folder, {}, { shownIn, has: () => true });
  const { name, version } = found.manifest;
  const promised = readPackageVersion(locked.version);
  const isVersion = promised === undefined || comparePackageVersions(promised, version) === 0;
  if (name !== locked.name || !isVersion) throw another(locked, `it is ${name} ${found.manifest.versionText}`);
  refusePaths(found, locked);
  return found;
}

/** Another folder of the machine is nothing that a package from elsewhere may name, be it as a repository. */
function refusePaths({ manifest }: Package, locked: LockedPackage): void {
  const isFromHere = locked.source.startsWith("git+file:");
  for (const [name, { origin, position }] of manifest.dependencies) {
    const isRepository = origin?.kind === "git" && /^file:/i.test(origin.url) && !isFromHere;
    if (origin?.kind !== "path" && !isRepository) continue;
    const written = origin.kind === "path" ? `path = "${origin.path}"` : `git = "${origin.url}"`;
    throw new AppError("WD665", `a package that was fetched needs "${name}" by its path`, {
      detail: `${locked.source} was published with ${written}`,
      hint: "its publisher has to name an origin that others reach: npm or git",
      position,
      source: manifest.source,
    });
  }
}

function another({ name, version, source }: LockedPackage, detail: string): AppError {
  return new AppError("WD665", `the origin of ${name} ${version} has another package`, {
    detail: `${source}: ${detail}`,
    hint: "does the name in [dependencies] stand at the right origin, and the tag on the right commit?",
  });
}

/** A link leads to what no commit holds: to another file of this machine, whose text would be deployed. Of npm's the same. */
async function refuseLinks(commit: string, folder: string, { source }: LockedPackage): Promise<void> {
  const place = join(commit, folder);
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const below = entries.filter((each) => each.isSymbolicLink()).map((each) => join(each.parentPath, each.name));
  const root = await realpath(commit);
  const isInside = place === commit || place.startsWith(`${commit}${sep}`);
  const first = isInside && (await realpath(place)) === join(root, folder) ? below[0] : place;
  if (first === undefined) return;
  throw new AppError("WD665", "a package that was fetched has symbolic links", {
    detail: `${source}: ${relative(commit, first)}`,
    hint: "its publisher has to put the files themselves there",
  });
}

async function folderOf(locked: LockedPackage, asking: Asking): Promise<string> {
  const source = readSource(locked.source);
  const [artifact] = locked.artifacts;
  if (source?.kind === "git") {
    asking.onStep?.(`fetching ${locked.name} ${locked.version}`);
    const commit = await fetchCommit(source.url, source.commit, asking);
    await refuseLinks(commit, source.folder, locked);
    return join(commit, source.folder);
  }
  if (source === undefined || artifact === undefined) throw another(locked, "howdah.lock says nothing to fetch");
  return await unpacked(source.name, locked, artifact, asking);
}

/** SQL of any size that somebody has written. */
const maxBytes = 64 * 2 ** 20;

async function unpacked(
  npmName: string,
  { name, version }: LockedPackage,
  artifact: LockedArtifact,
  { cache, registry, signal, onStep }: Asking,
): Promise<string> {
  const what = `${name} ${version}`;
  // Of the same hash that the download is checked against: what is found under it needs no second check.
  const key = parseIntegrity(artifact.integrity, what).digest.toString("hex").slice(0, 64);
  return await ensureContent({ cache, kind: "sql-package", key, signal }, async (staging) => {
    onStep?.(`fetching ${what}`);
    const file = await (await registry()).fetch(npmName, artifact, { cache, scratch: staging, what, signal });
    await unpackTar(createReadStream(file).pipe(createGunzip()), staging, {
      what,
      strip: 1,
      signal,
      maxBytes,
      refuseLinks: true,
    });
    await discard(cache, [artifact]);
  });
}
