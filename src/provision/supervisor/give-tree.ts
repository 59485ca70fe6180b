import { lchown, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ServerUser } from "../server-user.ts";

/** Gives a folder and everything in it to a user, links themselves and not what they point at. */
export async function giveTree(folder: string, { uid, gid }: ServerUser): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const path of [folder, ...entries.map((entry) => join(entry.parentPath, entry.name))])
    await lchown(path, uid, gid);
}
