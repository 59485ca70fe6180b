import { createHash } from "node:crypto";
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** What a build leaves behind in a folder that was built in before, and what version control keeps. */
const left = /(?:^|\/)(?:\.git|results|tmp_check)(?:\/|$)|\.(?:o|so|bc|a|dylib)$/;

/** One hash ("sha256-…") over paths and contents of a folder of sources, without what make and git put there. */
export async function hashTree(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter((path) => !left.test(path))
    .toSorted();
  const links = new Set(
    entries.filter((entry) => entry.isSymbolicLink()).map((entry) => join(entry.parentPath, entry.name)),
  );
  const hash = createHash("sha256");
  for (const path of paths) {
    const file = join(folder, path);
    const content = links.has(file) ? Buffer.from(await readlink(file)) : await readFile(file);
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return `sha256-${hash.digest("base64")}`;
}
