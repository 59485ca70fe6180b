import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { rewrapSysroot, debianArchitecture, ownPlatform, type Installation } from "../../../provision/index.ts";
import { contentFolder, ensureContent, linkTree } from "../../../resolve/index.ts";
import { AppError } from "../../../errors/index.ts";
import { serverFiles } from "../server-files.ts";
import type { Place } from "../sources/source.ts";
import { keepGenerations } from "./keep-generations.ts";
import type { Generation, Parts } from "./parts.ts";
import { probe } from "./probe.ts";

const kind = "extension-set";

/**
 * Links the files of all extensions of a project into one folder of the cache, which is there whole or not at all: the
 * set is what the server sees, and another set is another folder. Each library has been loaded once by then.
 *
 * PostgreSQL 18 is told where to look. An older one gets a copy of itself that shares its files (hard links), and so does a
 * server from Debian whose extensions bring libraries.
 */
export async function makeGeneration({ items, folders }: Parts, place: Place, database: string): Promise<Generation> {
  const { installation, cache, signal } = place;
  const wanted = { preload: preloadOf(items), settings: settingsOf(items, database) };
  const own = [...new Set(Object.values(folders))].toSorted();
  if (own.length === 0) return { folder: undefined, installation, ...wanted };
  const isCopy = installation.major < 18 || (await hasLibraries(own));
  if (isCopy && installation.provider === "system") throw notHere(installation);
  const named = ["1", installation.bin, isCopy ? "copy" : "paths", ...wanted.preload, ...own].join("\n");
  const key = `pg${installation.major}-${createHash("sha256").update(named).digest("hex").slice(0, 16)}`;
  const content = { cache, kind, key, signal };
  await keepGenerations({ ...content, root: place.root });
  const whole = contentFolder(content);
  const open = (at: string): Promise<Generation> =>
    isCopy ? openCopy(at, place, wanted) : Promise.resolve({ folder: at, installation, ...withPaths(wanted, at) });
  const folder = await ensureContent(content, async (staging) => {
    place.onStep?.("linking extensions");
    if (isCopy) await copyServer(staging, place);
    const target = isCopy ? await copiedFiles(staging, place) : undefined;
    for (const from of own) await addFiles(from, staging, target, place);
    await probe(await open(staging), { items, folders }, place);
    if (isCopy) await rewrap(staging, whole, place);
  });
  return await open(folder);
}

type Wanted = Pick<Generation, "preload" | "settings">;

/** `$libdir/vector` of a control file is found through the second path, as are libraries to preload. */
function withPaths({ preload, settings }: Wanted, folder: string): Wanted {
  return {
    preload,
    settings: {
      ...settings,
      extension_control_path: `${join(folder, "share")}:$system`,
      dynamic_library_path: `${join(folder, "lib")}:$libdir`,
    },
  };
}

/** Where a server stands below the folder that holds all of it: "native", or the root of Debian's packages. */
function serverRoot({ installation: { bin, provider, major } }: Place): string {
  return provider === "deb" ? bin.slice(0, -`/usr/lib/postgresql/${major}/bin`.length) : dirname(bin);
}

async function copyServer(staging: string, place: Place): Promise<void> {
  await linkTree(serverRoot(place), join(staging, "server"));
  await rewrap(staging, staging, place);
}

/** Programs of Debian's server name the folder that they stand in. */
async function rewrap(staging: string, folder: string, { installation: { major, provider } }: Place): Promise<void> {
  const architecture = debianArchitecture(ownPlatform());
  if (architecture === undefined || provider !== "deb") return;
  await rewrapSysroot(join(staging, "server"), join(folder, "server"), major, architecture);
}

function copiedBin(folder: string, place: Place): string {
  const root = serverRoot(place);
  return join(folder, "server", place.installation.bin.slice(root.length));
}

async function copiedFiles(folder: string, place: Place) {
  return await serverFiles({ bin: copiedBin(folder, place), major: place.installation.major });
}

async function openCopy(folder: string, place: Place, wanted: Wanted): Promise<Generation> {
  const bin = copiedBin(folder, place);
  const { installation } = place;
  const moved = Object.entries(installation.tools).map(([name, path]) => [
    name,
    join(bin, path.slice(installation.bin.length)),
  ]);
  return { folder, installation: { ...installation, bin, tools: Object.fromEntries(moved) }, ...wanted };
}

async function addFiles(
  from: string,
  staging: string,
  target: { readonly share: string; readonly lib: string } | undefined,
  place: Place,
): Promise<void> {
  const { share, lib } = target ?? { share: join(staging, "share"), lib: join(staging, "lib") };
  await linkWhereThere(join(from, "share"), share);
  await linkWhereThere(join(from, "lib"), lib);
  if (place.installation.provider === "deb" && target !== undefined) {
    await linkWhereThere(join(from, "root"), join(staging, "server"));
  }
}

async function linkWhereThere(from: string, to: string): Promise<void> {
  const there = await stat(from).then(
    () => true,
    () => false,
  );
  if (there) await linkTree(from, to);
}

async function hasLibraries(folders: readonly string[]): Promise<boolean> {
  const entries = await Promise.all(folders.map((folder) => readdir(folder).catch((): string[] => [])));
  return entries.some((names) => names.includes("root"));
}

function preloadOf(items: Parts["items"]): readonly string[] {
  return [...new Set(Object.values(items).flatMap(({ preload }) => preload))];
}

function settingsOf(items: Parts["items"], database: string): Readonly<Record<string, string>> {
  const entries = Object.values(items)
    .flatMap(({ settings }) => settings)
    .map((text) => {
      const at = text.indexOf("=");
      return [text.slice(0, at), text.slice(at + 1).replaceAll("{database}", database)] as const;
    });
  return Object.fromEntries(entries);
}

function notHere({ major, bin }: Installation): AppError {
  return new AppError("WD701", `extensions can't be added to the PostgreSQL ${major} of this machine`, {
    detail: `${bin}: nothing is written into a system's own folders, and only PostgreSQL 18 can be told of others`,
    hint: 'set provider = "embedded" or "deb", take PostgreSQL 18, or install the extension with the system\'s own packages',
  });
}
