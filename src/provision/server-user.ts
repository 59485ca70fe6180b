import { readFile, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "../errors/index.ts";
import type { Home } from "./home.ts";

/** The unprivileged user that the server runs as when howdah runs as root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user for the server of `home`: undefined for this process's own (always, unless it is root, as which Postgres
 * refuses to run). An existing data directory keeps its owner; a new one belongs to "postgres", else to "nobody".
 */
export async function serverUser(home: Home): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(home.data).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const passwd = await readFile("/etc/passwd", "utf8").catch(() => "");
  const user = passwdEntry(passwd, "postgres") ?? passwdEntry(passwd, "nobody");
  if (user === undefined) {
    throw new AppError("WD376", "there is no unprivileged user that Postgres could run as", {
      detail: "howdah runs as root, and /etc/passwd has neither “postgres” nor “nobody”",
      hint: "run howdah as another user, or add one: useradd --system postgres",
    });
  }
  return user;
}

/** True when the user has a line in /etc/passwd: initdb looks itself up and fails without one. */
export async function hasPasswdEntry(uid: number): Promise<boolean> {
  const passwd = await readFile("/etc/passwd", "utf8").catch(() => "");
  return passwd.split("\n").some((line) => line.split(":")[2] === String(uid));
}

function passwdEntry(passwd: string, name: string): ServerUser | undefined {
  const fields = passwd.split("\n").map((line) => line.split(":"));
  const entry = fields.find(([login]) => login === name);
  const [uid, gid] = [Number(entry?.[2]), Number(entry?.[3])];
  // Uid 0 under another name is still root.
  return Number.isInteger(uid) && Number.isInteger(gid) && uid > 0 ? { uid, gid } : undefined;
}

/** The first folder on the way to `path`, itself included, that `user` can't pass; undefined when all is open. */
export async function obstacle(path: string, user: ServerUser): Promise<string | undefined> {
  const folders: string[] = [];
  for (let at = await realpath(path); ; at = dirname(at)) {
    folders.unshift(at);
    if (at === dirname(at)) break;
  }
  for (const folder of folders) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return folder;
  }
  return undefined;
}
