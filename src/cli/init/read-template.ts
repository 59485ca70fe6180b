import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "../../errors/index.ts";
import type { NewFile } from "./create.ts";

const folder = fileURLToPath(new URL("./template", import.meta.url));
const placeholder = "__NAME__";

/** The files of a new project, with its name in place. */
export async function readTemplate(name: string): Promise<readonly NewFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new AppError("WD013", "the template of a new project is missing", { cause });
  });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => ({
      path: targetName(relative(folder, path).replaceAll(sep, "/")),
      text: (await readFile(path, "utf8")).replaceAll(placeholder, name),
    })),
  );
  return files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

/** npm leaves files called .gitignore out of packages, so that the template's has no dot. */
function targetName(path: string): string {
  return path === "gitignore" ? ".gitignore" : path;
}
