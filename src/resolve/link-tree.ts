import { copyFile, link, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "./file-error.ts";

/**
 * Makes the files below `from` stand below `to` as well, as hard links (copies where the file system has none); folders
 * that are there are added to, and files that are there stay.
 */
export async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const entries = await readdir(from, { withFileTypes: true });
  for (const entry of entries) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await once(async () => symlink(await readlink(source), target));
    else if (entry.isFile()) await linkFile(source, target);
  }
}

async function linkFile(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (thrown) {
    const code = errorCode(thrown);
    if (code === "EEXIST") return;
    if (code !== "EXDEV" && code !== "EPERM" && code !== "EMLINK" && code !== "ENOTSUP") throw thrown;
    await copyFile(source, target);
  }
}

async function once(make: () => Promise<void>): Promise<void> {
  await make().catch((thrown: unknown) => {
    if (errorCode(thrown) !== "EEXIST") throw thrown;
  });
}
