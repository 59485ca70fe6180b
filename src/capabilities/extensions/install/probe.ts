import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../../errors/index.ts";
import { singleUser } from "../../../provision/index.ts";
import { packagesWith } from "../sources/deb.ts";
import type { Place } from "../sources/source.ts";
import type { Generation, Parts } from "./parts.ts";

/**
 * Loads every library that extensions name into a server that is thrown away: all symbols are resolved by that. Throws WD704
 * where a library of the system is missing, WD705 for every other reason.
 *
 * A library that only loads at the server's start is one of those that are preloaded here.
 */
export async function probe(generation: Generation, { items, folders }: Parts, place: Place): Promise<void> {
  const libraries = new Map<string, string>();
  for (const [name, folder] of Object.entries(folders)) {
    for (const library of await librariesOf(folder)) libraries.set(library, name);
  }
  if (libraries.size === 0) return;
  const preload = generation.preload.length === 0 ? {} : { shared_preload_libraries: generation.preload.join(",") };
  const statements = [...libraries.keys()].map((library) => `load '${library.replaceAll("'", "''")}'`);
  const { installation, settings } = generation;
  const { cache, signal } = place;
  const { code, output } = await singleUser(statements, {
    installation,
    cache,
    signal,
    settings: { ...settings, ...preload },
  });
  const complaints = output.split("\n").filter((line) => /(?:ERROR|FATAL|PANIC):/.test(line) && !isHarmless(line));
  if (complaints.length === 0 && code === 0) return;
  throw await failure(complaints, output, libraries, items, place);
}

/** The names that control files and scripts give to their libraries, without "$libdir/". */
async function librariesOf(folder: string): Promise<readonly string[]> {
  const files = (await readdir(join(folder, "lib")).catch(() => [])).filter((file) => /\.(?:so|dylib|dll)$/.test(file));
  const controls = join(folder, "share", "extension");
  const names = (await readdir(controls).catch(() => [])).filter((file) => /\.(?:control|sql)$/.test(file));
  const texts = await Promise.all(names.map((name) => readFile(join(controls, name), "utf8")));
  const all = texts.join("\n");
  const stems = files.map((file) => file.replace(/\.(?:so|dylib|dll)$/, ""));
  const named = stems.filter((stem) => all.includes(`$libdir/${stem}'`) || all.includes(`'${stem}'`));
  // Nothing names it: an output plugin, or a library that is preloaded.
  return named.length > 0 ? named : stems;
}

/** It was found, and says what it wants besides. */
function isHarmless(line: string): boolean {
  return /must be (?:pre)?loaded|shared_preload_libraries|can only be loaded|cannot be loaded after/i.test(line);
}

async function failure(
  complaints: readonly string[],
  output: string,
  libraries: ReadonlyMap<string, string>,
  items: Parts["items"],
  place: Place,
): Promise<AppError> {
  const text = complaints.join("\n") || output.trim().split("\n").slice(-8).join("\n");
  const missing = [
    ...new Set(
      [...text.matchAll(/([\w.+-]+\.so[.\d]*): cannot open shared object file/g)].map(([, library = ""]) => library),
    ),
  ];
  const named = [...libraries].find(([library]) => text.includes(`${library}.so`) || text.includes(`"${library}"`));
  const name = named?.[1] ?? [...libraries.values()][0] ?? "an extension";
  if (missing.length === 0) {
    return new AppError("WD705", `${name} can't be loaded by this server`, {
      detail: text,
      hint: 'nothing was changed; provider = "deb" runs a server of the same make as its extensions',
    });
  }
  const deb = items[name]?.artifacts.find(({ package: packed = "" }) => packed.startsWith("postgresql-"))?.package;
  const packages = await packagesWith(missing, deb?.split(" ")[0] ?? "", place);
  return new AppError("WD704", `${name} needs libraries that this machine does not have`, {
    detail: packages.join("\n"),
    hint: 'install them (apt-get install, under the names of this system), or set provider = "deb", which brings its own',
  });
}
