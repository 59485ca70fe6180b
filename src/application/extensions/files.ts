import { randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../errors/index.ts";
import {
  configFile,
  editConfig,
  lockFile,
  readLock,
  type ConfigChange,
  type LockedItem,
  type TomlData,
} from "../../project/index.ts";
import type { Project } from "../application.ts";
import { readHistory, writeHistory, type ExtensionsRecord } from "./history.ts";

/** howdah.toml and howdah.lock as they were before a change, to be put back where it fails. */
export interface Before {
  readonly record: ExtensionsRecord;
  restore(): Promise<void>;
  /** Makes it what `howdah rollback` goes back to. */
  keep(): Promise<void>;
}

/** Remembers what stands in both files. */
export async function rememberFiles(project: Project): Promise<Before> {
  const [toml, lock] = await Promise.all([configFile, lockFile].map((name) => text(join(project.root, name))));
  const record = await currentRecord(project);
  return {
    record,
    async restore() {
      await put(join(project.root, configFile), toml);
      await put(join(project.root, lockFile), lock);
    },
    async keep() {
      await writeHistory(project, [...(await readHistory(project)), record]);
    },
  };
}

/** Edits [extensions]: a name without a value is removed; everything else, comments among it, stays as it is. */
export async function editExtensions(
  project: Project,
  changes: Readonly<Record<string, TomlData | undefined>>,
): Promise<void> {
  const file = join(project.root, configFile);
  const edits = Object.entries(changes).map(([name, value]): ConfigChange => ({ path: ["extensions", name], value }));
  const before = (await text(file)) ?? "";
  const edited = editConfig(before, edits);
  if (edited !== before) await put(file, edited);
}

async function currentRecord(project: Project): Promise<ExtensionsRecord> {
  const items: Readonly<Record<string, LockedItem>> = (await readLock(project.root))?.extensions ?? {};
  const table = project.config.settings["extensions"]?.value ?? {};
  return { at: new Date().toISOString(), table: table as Readonly<Record<string, TomlData>>, items };
}

async function text(file: string): Promise<string | undefined> {
  return await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** As a whole or not at all; undefined removes it. */
async function put(file: string, content: string | undefined): Promise<void> {
  if (content === undefined) return await rm(file, { force: true });
  const staged = `${file}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    await writeFile(staged, content);
    await rename(staged, file);
  } catch (cause) {
    await rm(staged, { force: true }).catch(() => {});
    throw new AppError("WD106", `the file can't be written: "${file}"`, { detail: String(cause), cause });
  }
}
