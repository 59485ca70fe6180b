import { existsSync } from "node:fs";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  realpath,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError } from "../../errors/index.ts";
import { followLink, type Home } from "../home.ts";
import { obstacle, type ServerUser } from "../server-user.ts";

/** Where the server really lives: `home.data` and `home.run`, or what these link to. */
export interface Places {
  readonly data: string;
  readonly run: string;
}

// sun_path has 108 bytes on Linux and 104 on macOS, the final zero included; a port has at most 5 digits.
const longestRunFolder = 103 - "/.s.PGSQL.65535".length;

/** Where clusters of root stand when `.howdah` is out of reach for the server's user. */
const outside = "/var/lib/howdah";
const temporaryPrefix = "howdah-data-";

/** The folders that hold such places, with what their names begin with. */
export const outsidePlaces: readonly { readonly folder: string; readonly prefix: string }[] = [
  { folder: outside, prefix: "" },
  { folder: "/tmp", prefix: temporaryPrefix },
];

/** True when the sockets of a folder have room in a socket's address. */
export function fitsSocket(folder: string): boolean {
  return process.platform === "win32" || Buffer.byteLength(folder) <= longestRunFolder;
}

/** Makes the folders of a cluster, private to the user of the server. The data directory itself is made elsewhere. */
export async function prepareFolders(home: Home, user: ServerUser | undefined): Promise<Places> {
  if (user !== undefined) await openHome(home);
  const data = (await existingPlace(home.data)) ?? (await placeData(home, user));
  if (data !== home.data) await nameProject(home, dirname(data));
  const run = await prepareRun(home, join(dirname(data), "run"), user);
  return { data, run };
}

/** A link whose folder somebody removed leads nowhere: it is made anew. */
async function existingPlace(path: string): Promise<string | undefined> {
  const place = await followLink(path);
  if (place === undefined || existsSync(dirname(place))) return place;
  await rm(path);
  return undefined;
}

/** `.howdah` itself lets the server's user pass; what is inside keeps its own modes. */
async function openHome(home: Home): Promise<void> {
  const { mode, uid } = await stat(home.folder);
  if (uid === 0) await chmod(home.folder, (mode & 0o777) | 0o011);
}

/**
 * The data directory stands in `.howdah`, or under /var/lib/howdah when we are root and the server's user can't pass a
 * folder above it (/root is closed to others, and CI runs there). Its name there is new each time, so that a project
 * made later at the same path never finds the data of a deleted one; `howdah reset` removes it, deleting the project's
 * folder does not.
 */
async function placeData(home: Home, user: ServerUser | undefined): Promise<string> {
  if (user === undefined || (await obstacle(home.folder, user)) === undefined) return home.data;
  const base = await outsideFolder(home);
  await writeFile(join(base, "project"), `${home.folder}\n`); // for whoever finds it after the project was deleted
  await symlink(join(base, "data"), home.data);
  return join(base, "data");
}

/** A project that was moved says where it is now. A folder that the user linked by hand has no such file. */
async function nameProject(home: Home, base: string): Promise<void> {
  const file = join(base, "project");
  if (existsSync(file)) await writeFile(file, `${home.folder}\n`);
}

/** What belongs to a project below /tmp stays there, for cleaners to find. */
async function outsideFolder(home: Home): Promise<string> {
  const name = `${basename(dirname(home.folder)).replaceAll(/\W/g, "_")}-`;
  const temporary = `${await realpath(home.folder)}/`.startsWith("/tmp/");
  if (!temporary) await mkdir(outside, { recursive: true, mode: 0o755 });
  const base = await mkdtemp(temporary ? `/tmp/${temporaryPrefix}${name}` : join(outside, name));
  await chmod(base, 0o755);
  return base;
}

async function prepareRun(home: Home, wanted: string, user: ServerUser | undefined): Promise<string> {
  const found = await followLink(home.run);
  if (found !== undefined && fitsSocket(found) && (await usableRun(found, user))) return found;
  await rm(home.run, { recursive: true, force: true });
  const run = fitsSocket(wanted) ? wanted : await mkdtemp("/tmp/howdah-");
  if (run === wanted) await mkdir(run, { recursive: true, mode: 0o700 });
  if (user !== undefined) await chown(run, user.uid, user.gid);
  await chmod(run, 0o700);
  if (run !== home.run) await symlink(run, home.run);
  return run;
}

/** False when it is gone (cleaners empty /tmp); an error when somebody else put something in its place. */
async function usableRun(run: string, user: ServerUser | undefined): Promise<boolean> {
  const found = await lstat(run).catch(() => undefined);
  if (found === undefined) return false;
  if (process.platform === "win32") return true;
  const owner = user?.uid ?? process.getuid?.();
  if (!found.isDirectory() || (found.uid !== owner && found.uid !== process.getuid?.())) {
    throw new AppError("WD373", "the folder of the cluster's sockets belongs to another user", {
      detail: `${run} belongs to uid ${found.uid}, the server runs as uid ${owner}`,
      hint: "remove it, or run howdah as the user who started the cluster first",
    });
  }
  if (user !== undefined) await chown(run, user.uid, user.gid);
  if ((found.mode & 0o077) !== 0) await chmod(run, 0o700);
  return true;
}

/** The folder made for a project, once its last part is gone; never one that holds anything else. */
async function removeOutside(base: string): Promise<void> {
  const names = await readdir(base).catch(() => []);
  if (names.length !== 1 || names[0] !== "project") return;
  await rm(join(base, "project"));
  await rmdir(base);
}

/** Removes a folder of the cluster, or the link and what it points at outside of `.howdah`. */
export async function removePlace(path: string): Promise<void> {
  const target = await readlink(path).catch(() => undefined);
  if (target !== undefined) await rm(target, { recursive: true, force: true });
  await rm(path, { recursive: true, force: true });
  if (target !== undefined) await removeOutside(dirname(target));
}
