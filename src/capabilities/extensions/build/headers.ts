import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../../errors/index.ts";
import { unpackArtifacts } from "../../../provision/index.ts";
import { discard, ensureContent } from "../../../resolve/index.ts";
import { debianPackage } from "../sources/deb.ts";
import type { Place } from "../sources/source.ts";

/** What extensions are compiled against. */
export interface Headers {
  /** The folder that holds postgres.h. */
  readonly server: string;
  /** The makefiles: …/pgxs/src/makefiles/pgxs.mk. */
  readonly pgxs: string;
}

/**
 * The server's headers: its own where it has them, else those of Debian's postgresql-server-dev for its major, which are the same
 * for all of its minors. Throws WD714, naming the package, where there are none.
 */
export async function headersFor(place: Place): Promise<Headers> {
  const { installation, cache, signal } = place;
  const own = await ownHeaders(place);
  if (own !== undefined) return own;
  const name = `postgresql-server-dev-${installation.major}`;
  const found = await debianPackage(name, place);
  if (found === undefined) throw lacking(name, place);
  const key = `${name}-${found.version}-${place.platform}`.replaceAll(/[^\w.+-]/g, "_");
  const folder = await ensureContent({ cache, kind: "extension-headers", key, signal }, async (staging) => {
    const unpacked = join(staging, "unpacked");
    await mkdir(unpacked);
    const { url, integrity, bytes } = found;
    const wanted = (path: string): boolean => path.startsWith(`usr/include/postgresql/${installation.major}/`);
    const options = { cache, signal, scratch: staging, onProgress: place.onProgress, request: place.request };
    await unpackArtifacts([{ url, integrity, bytes }], unpacked, { ...options, what: name, wanted });
    await rename(join(unpacked, "usr", "include", "postgresql", `${installation.major}`), join(staging, "include"));
    await rm(unpacked, { recursive: true, force: true });
    await discard(cache, [found]);
  });
  return { server: join(folder, "include", "server"), pgxs: await makefiles(place) };
}

/** They come with the server, from npm as from Debian. */
async function makefiles({ files, installation }: Place): Promise<string> {
  const folder = join(files.lib, "pgxs");
  if (await isThere(join(folder, "src", "makefiles", "pgxs.mk"))) return folder;
  throw new AppError("WD714", "there are no makefiles to build extensions with", {
    detail: `${folder} has no src/makefiles/pgxs.mk`,
    hint: `use provider = "embedded" or "deb", or install postgresql-server-dev-${installation.major}`,
  });
}

async function ownHeaders({ installation: { bin }, files }: Place): Promise<Headers | undefined> {
  const prefix = join(bin, "..");
  for (const server of ["include/postgresql/server", "include/server"].map((path) => join(prefix, path))) {
    const pgxs = join(files.lib, "pgxs");
    if ((await isThere(join(server, "postgres.h"))) && (await isThere(join(pgxs, "src")))) return { server, pgxs };
  }
  return undefined;
}

function lacking(name: string, { installation: { major } }: Place): AppError {
  return new AppError("WD714", `there are no headers of PostgreSQL ${major} to build against`, {
    detail: `postgres.h is not beside the server, and Debian's suite has no ${name}`,
    hint: "name a suite that has it: suite in [postgres.deb] of howdah.toml",
  });
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
