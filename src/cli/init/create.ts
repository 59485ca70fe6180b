import { mkdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "../../errors/index.ts";

/** One file of a new project. */
export interface NewFile {
  /** Relative to the project's folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** What became of the files of a new project, by path. */
export interface Created {
  readonly created: readonly string[];
  /** Others of that name stood there, and were left alone. */
  readonly kept: readonly string[];
}

/** What a fresh repository often has, and a project works without. */
const dispensable = new Set(["README.md", "AGENTS.md", ".gitignore"]);

/**
 * Creates all files or none; a file that stands there already with the same text counts as created. A README.md,
 * AGENTS.md or .gitignore of the user's is kept.
 *
 * Throws WD003 with the names when another file would have to be overwritten, or a file stands where a folder is
 * needed; WD016 where the folder can't be written.
 */
export async function createFiles(root: string, files: readonly NewFile[]): Promise<Created> {
  const differing = await findBlocked(root, files);
  const kept = differing.filter((path) => dispensable.has(path));
  const blocked = differing.filter((path) => !dispensable.has(path));
  if (blocked.length > 0) {
    throw new AppError("WD003", `init would overwrite files in "${root}"`, {
      detail: blocked.map((path) => `  ${path}`).join("\n"),
      hint: "choose another folder, or move them out of the way; nothing was written",
    });
  }
  const wanted = files.filter(({ path }) => !kept.includes(path));
  const made: string[] = [];
  try {
    await createFolders(root, wanted, made);
    for (const file of wanted) await createFile(root, file, made);
  } catch (error) {
    await undo(made);
    throw unwritable(error, root);
  }
  return { created: wanted.map((file) => file.path), kept };
}

function unwritable(error: unknown, root: string): unknown {
  if (!(error instanceof Error && "syscall" in error)) return error;
  return new AppError("WD016", `the project can't be created in "${root}"`, {
    detail: error.message,
    hint: "choose a folder that you may write to; nothing is left behind",
    cause: error,
  });
}

async function findBlocked(root: string, files: readonly NewFile[]): Promise<readonly string[]> {
  if (await isFile(root)) return ["."];
  const blocked = new Set<string>();
  for (const file of files) {
    for (const folder of foldersOf(file.path)) if (await isFile(join(root, folder))) blocked.add(folder);
    const text = await readFile(join(root, file.path), "utf8").catch((error: NodeJS.ErrnoException) =>
      // A folder of that name, or a file that can't be read, is in the way as well.
      error.code === "ENOENT" || error.code === "ENOTDIR" ? undefined : "",
    );
    if (text !== undefined && text !== file.text) blocked.add(file.path);
  }
  return [...blocked];
}

async function createFolders(root: string, files: readonly NewFile[], made: string[]): Promise<void> {
  await mkdir(dirname(root), { recursive: true });
  for (const folder of new Set(["", ...files.flatMap((file) => foldersOf(file.path))])) {
    const path = join(root, folder);
    const existed = await stat(path).catch(() => undefined);
    if (existed !== undefined) continue;
    await mkdir(path);
    made.push(path);
  }
}

async function createFile(root: string, file: NewFile, made: string[]): Promise<void> {
  const path = join(root, file.path);
  try {
    await writeFile(path, file.text, { flag: "wx" });
    made.push(path);
  } catch (error) {
    // The same text stands there already: findBlocked compared it.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Takes back what was made, last first; folders only while they are empty. */
async function undo(made: readonly string[]): Promise<void> {
  for (const path of made.toReversed()) {
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
    await (isFolder ? rmdir(path) : rm(path, { force: true })).catch(() => {});
  }
}

/** "a/b/c.sql" → "a", "a/b". */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isDirectory();
}
