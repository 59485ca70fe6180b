import { constants } from "node:fs";
import { chmod, chown, cp, mkdir, rm } from "node:fs/promises";
import type { ServerUser } from "../server-user.ts";
import { execute } from "./execute.ts";
import { giveTree } from "./give-tree.ts";

// Both share blocks with the original where the file system can (btrfs, xfs, APFS).
const copyPrograms: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ["cp", "-a", "--reflink=auto"],
  darwin: ["cp", "-Rpc"],
};

/**
 * Copies a folder with everything in it to a place where nothing is yet, for `user`.
 *
 * `cp` takes half the time of Node's copying (330 ms and 600 ms for a data directory on a busy disk, 90 ms and 120 ms
 * on an idle one), and runs as the user, so that no second pass gives the files over.
 */
export async function copyTree(from: string, to: string, user: ServerUser | undefined): Promise<void> {
  const [program, ...args] = copyPrograms[process.platform] ?? [];
  if (program !== undefined) {
    await emptyFolder(to, user);
    const { code } = await execute(program, [...args, `${from}/.`, to], { user });
    if (code === 0) return;
  }
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE });
  await chmod(to, 0o700);
  if (user !== undefined) await giveTree(to, user);
}

async function emptyFolder(folder: string, user: ServerUser | undefined): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  if (user !== undefined) await chown(folder, user.uid, user.gid);
}
