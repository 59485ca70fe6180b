import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../../errors/index.ts";
import { debianArchitecture, ownPlatform, unpackArtifacts } from "../../../provision/index.ts";
import { discard, ensureContent } from "../../../resolve/index.ts";
import { fitLibrary } from "../elf/fit-library.ts";
import type { Place, Source } from "../sources/source.ts";

/** The folder of the cache that holds files of extensions. */
export const extensionKind = "extension";

/** Fetches the packages of a locked extension, and keeps of them what a server reads: see `Source.install`. */
export const installPackages: Source["install"] = async ({ name, text, artifacts }, place) => {
  const own = artifacts.filter(({ platform }) => platform === place.platform);
  if (own.length === 0) throw notLocked(name, place);
  const fit = place.glibc === undefined ? "" : `-glibc${place.glibc}`;
  const hash = createHash("sha256")
    .update(
      // The number counts changes of what is kept, and where.
      ["3", ...own.map(({ integrity }) => integrity).toSorted()].join("\n"),
    )
    .digest("hex");
  const first = own.find(({ package: packed = "" }) => packed.startsWith("postgresql-"))?.package ?? name;
  const base = first.split(" ")[0]?.replace(/^postgresql-\d+-/, "") ?? name;
  const key = `${base}-${text}-${place.platform}-${hash.slice(0, 12)}${fit}`.replaceAll(/[^\w.+-]/g, "_");
  const { cache, signal } = place;
  return await ensureContent({ cache, kind: extensionKind, key, signal }, async (staging) => {
    const unpacked = join(staging, "unpacked");
    await mkdir(unpacked);
    await unpackArtifacts(own, unpacked, {
      ...{ cache, signal, scratch: staging, onProgress: place.onProgress, request: place.request },
      what: `${name} ${text}`,
      wanted: (path) => isWanted(path, place),
    }).catch((thrown: unknown) => {
      throw movedOn(thrown, name);
    });
    await sort(unpacked, staging, place);
    const rewritten = await fitAll(join(staging, "lib"), name, place);
    await writeFile(
      join(staging, "howdah.json"),
      `${JSON.stringify({ name, version: text, packages: own, rewritten })}\n`,
    );
    await rm(unpacked, { recursive: true, force: true });
    await discard(cache, own);
  });
};

function isWanted(path: string, { installation }: Place): boolean {
  const { major } = installation;
  if (/^usr\/share\/doc\/[^/]+\/copyright$/.test(path)) return true;
  if (path.startsWith(`usr/share/postgresql/${major}/`)) return !path.includes("/man/");
  if (path.startsWith(`usr/lib/postgresql/${major}/lib/`)) return !/\/lib\/(?:bitcode|pgxs)\//.test(path);
  return installation.provider === "deb" && /^(?:usr\/)?lib\/(?:[^/]*-linux-gnu\/|[^/]+\.so)/.test(path);
}

/** share/ for SHAREDIR, lib/ for PKGLIBDIR, root/ for the rest of a server from Debian. */
async function sort(unpacked: string, to: string, { installation: { major } }: Place): Promise<void> {
  const move = async (from: string, name: string): Promise<void> => {
    await rename(join(unpacked, from), join(to, name)).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== "ENOENT") throw thrown;
    });
  };
  await move(`usr/share/postgresql/${major}`, "share");
  await nameControls(join(to, "share", "extension"));
  await move(`usr/lib/postgresql/${major}/lib`, "lib");
  await move("usr/share/doc", "doc");
  const { triplet = "" } = debianArchitecture(ownPlatform()) ?? {};
  await gather(unpacked, triplet);
  const libraries = await readdir(join(unpacked, "usr", "lib", triplet)).catch(() => []);
  if (libraries.length > 0) await rename(unpacked, join(to, "root"));
}

/** Of what Debian has in several versions beside each other, a script of the package would link one: postgis-3.control. */
async function nameControls(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    const plain = /^([a-z_]+)-\d+\.control$/.exec(name)?.[1];
    if (plain === undefined || names.includes(`${plain}.control`)) continue;
    await rename(join(folder, name), join(folder, `${plain}.control`));
  }
}

/**
 * Everything that the loader is to find stands in one folder: some libraries lie above it, and those of which Debian has several
 * to choose from (BLAS, LAPACK) below it, where a script of the package would have linked them.
 */
async function gather(unpacked: string, triplet: string): Promise<void> {
  const target = join(unpacked, "usr", "lib", triplet);
  const places = ["lib", `lib/${triplet}`, "usr/lib", `usr/lib/${triplet}/blas`, `usr/lib/${triplet}/lapack`];
  for (const place of places) {
    const folder = join(unpacked, place);
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((each) => /\.so(?:\.|$)/.test(each))) {
      await mkdir(target, { recursive: true });
      await rename(join(folder, name), join(target, name));
    }
  }
}

/** Libraries that were built for a newer C library than the one that is there; see fitLibrary. Throws WD703. */
async function fitAll(folder: string, name: string, { glibc }: Place): Promise<readonly string[]> {
  if (glibc === undefined) return [];
  const files = (await readdir(folder).catch(() => [])).filter((file) => /\.so[.\d]*$/.test(file));
  const rewritten: string[] = [];
  for (const file of files) {
    const path = join(folder, file);
    const fitted = fitLibrary(await readFile(path), glibc, file);
    if (fitted.kind === "too new") throw tooNew(name, file, fitted, glibc);
    if (fitted.rewritten.length === 0) continue;
    await rm(path); // a hard link elsewhere keeps its bytes
    await writeFile(path, fitted.bytes, { mode: 0o644 });
    rewritten.push(...fitted.rewritten);
  }
  return [...new Set(rewritten)].toSorted();
}

function tooNew(
  name: string,
  file: string,
  { symbols, glibc }: { readonly symbols: readonly string[]; readonly glibc: string },
  own: string,
): AppError {
  return new AppError("WD703", `${name} needs a newer C library than this machine has`, {
    detail: `${file} was built for glibc ${glibc}, here is ${own}; it calls ${symbols.slice(0, 8).join(", ") || "versions of it that are not known"}`,
    hint: 'provider = "deb" brings its own C library; or take an older version of the extension, or build it here: howdah build',
  });
}

function notLocked(name: string, { platform }: Place): AppError {
  return new AppError("WD706", `howdah.lock does not say what ${name} is on this platform`, {
    detail: `it has no package of it for ${platform}`,
    hint: `howdah fetch adds it`,
  });
}

function movedOn(thrown: unknown, name: string): unknown {
  if (!(thrown instanceof AppError) || thrown.code !== "WD365") return thrown;
  return new AppError("WD365", thrown.message, {
    detail: thrown.detail,
    hint: `a newer version has taken its place: howdah update ${name}`,
    cause: thrown,
  });
}
