import { chmod, mkdir, readdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../errors/index.ts";
import type { DebianArchitecture } from "./deb-suites.ts";

/** Where things stand within unpacked packages: all paths are absolute. */
export interface Sysroot {
  readonly root: string;
  /** Folder of Postgres's programs; Postgres finds its libraries and data files relative to it. */
  readonly bin: string;
  readonly loader: string;
  readonly libraries: readonly string[];
}

/** Files of the packages that are kept: programs of Postgres, libraries, what they read, and the licences. */
export function isKept(path: string): boolean {
  if (/^usr\/share\/doc\/[^/]+\/copyright$/.test(path)) return true;
  if (/^usr\/share\/postgresql\/\d+\/man\//.test(path)) return false;
  if (/^usr\/lib\/postgresql\/\d+\/lib\/(bitcode|llvmjit)/.test(path)) return false; // they need LLVM
  return /^(usr\/)?lib(64)?\//.test(path) || path.startsWith("usr/share/postgresql/");
}

/** Finds its way in a folder of unpacked packages. Throws WD366 when they are not a whole Postgres. */
export async function openSysroot(root: string, major: number, architecture: DebianArchitecture): Promise<Sysroot> {
  const places = [`usr/lib/${architecture.triplet}`, `lib/${architecture.triplet}`].map((path) => join(root, path));
  const libraries = await only(places);
  const [loader] = await only(
    [...libraries, join(root, "lib64"), join(root, "lib")].map((path) => join(path, architecture.loader)),
  );
  const bin = join(root, "usr", "lib", "postgresql", `${major}`, "bin");
  if (loader !== undefined && (await exists(bin))) return { root, bin, loader, libraries };
  throw new AppError("WD366", `the Postgres ${major} that was fetched is not whole`, {
    detail: `${root} lacks ${loader === undefined ? architecture.loader : bin}`,
    hint: "is the mirror complete? Debian's own are",
  });
}

const realFolder = ".real";

/** The command that runs a program straight from a sysroot, wherever that stands at the moment. */
export function loaderCommand({ loader, libraries, bin }: Sysroot, program: string): [string, ...string[]] {
  const name = join(bin, program);
  // --inhibit-cache: the host's own library cache names libraries that were built for another C library.
  return [
    loader,
    "--inhibit-cache",
    "--library-path",
    libraries.join(":"),
    "--argv0",
    name,
    join(bin, realFolder, program),
  ];
}

/** Moves the programs aside, to where the wrappers call them. */
export async function setProgramsAside({ bin }: Sysroot): Promise<void> {
  const names = await readdir(bin);
  await mkdir(join(bin, realFolder));
  for (const name of names) await rename(join(bin, name), join(bin, realFolder, name));
}

/**
 * Writes a shell script in the place of each program, which runs it through the sysroot's own loader and libraries.
 *
 * Unlike LD_LIBRARY_PATH this leaks nothing into the programs that Postgres starts (archive_command, COPY … PROGRAM),
 * and unlike patched binaries it leaves every byte as Debian signed it. `finalRoot` is where the sysroot will stand.
 */
export async function writeWrappers(sysroot: Sysroot, finalRoot: string): Promise<void> {
  const { bin, root } = sysroot;
  const programs = await readdir(join(bin, realFolder));
  const moved = movedSysroot(sysroot, finalRoot);
  for (const program of programs) {
    const path = join(bin, program);
    await writeFile(`${path}.new`, wrapper(moved, program), { mode: 0o755 });
    await chmod(`${path}.new`, 0o755); // the umask may have cut the mode
    await rename(`${path}.new`, path);
  }
  assertLoadable(finalRoot, root);
}

/**
 * Writes the wrappers of a sysroot anew, of which a copy stands at `root`: its programs run with the loader and the libraries
 * below `finalRoot`, where it will be.
 */
export async function rewrapSysroot(
  root: string,
  finalRoot: string,
  major: number,
  architecture: DebianArchitecture,
): Promise<void> {
  await writeWrappers(await openSysroot(root, major, architecture), finalRoot);
}

function wrapper(sysroot: Sysroot, program: string): string {
  const command = loaderCommand(sysroot, program).map(quoted).join(" ");
  // PL/Python's library would look for its modules in the host's /usr and end the backend when they are another version.
  const python = program === "postgres" ? `PYTHONHOME=${quoted(join(sysroot.root, "usr"))} ` : "";
  return `#!/bin/sh\n${python}exec ${command} "$@"\n`;
}

function movedSysroot({ root, bin, loader, libraries }: Sysroot, to: string): Sysroot {
  const move = (path: string): string => to + path.slice(root.length);
  return { root: to, bin: move(bin), loader: move(loader), libraries: libraries.map(move) };
}

/** The loader splits its library path at these and expands $ORIGIN; there is no way to quote them (ld.so(8)). */
function assertLoadable(finalRoot: string, root: string): void {
  const character = /[:;$]/.exec(finalRoot)?.[0];
  if (character === undefined) return;
  throw new AppError("WD357", `the cache folder's path holds "${character}"`, {
    detail: `${finalRoot} (from ${root}) can't be a library path of the dynamic loader`,
    hint: "set HOWDAH_CACHE to a folder without : ; and $ in its path",
  });
}

function quoted(word: string): string {
  return /^[\w./+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

async function only(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(exists));
  return paths.filter((_, at) => found[at]);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
