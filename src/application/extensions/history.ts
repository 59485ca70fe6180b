import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LockedItem, TomlData } from "../../project/index.ts";
import type { Project } from "../application.ts";
import { homeOf } from "../home.ts";

/** What howdah.toml and howdah.lock said of extensions at one time. */
export interface ExtensionsRecord {
  /** ISO 8601. */
  readonly at: string;
  /** [extensions], as it stood there. */
  readonly table: Readonly<Record<string, TomlData>>;
  readonly items: Readonly<Record<string, LockedItem>>;
}

const kept = 20;

/** Earlier states, the newest last; on this machine alone. */
export async function readHistory(project: Project): Promise<readonly ExtensionsRecord[]> {
  const text = await readFile(fileOf(project), "utf8").catch(() => "[]");
  try {
    return JSON.parse(text) as readonly ExtensionsRecord[];
  } catch {
    return [];
  }
}

export async function writeHistory(project: Project, records: readonly ExtensionsRecord[]): Promise<void> {
  const file = fileOf(project);
  await mkdir(homeOf(project), { recursive: true });
  const staged = `${file}.${process.pid}`;
  await writeFile(staged, `${JSON.stringify(records.slice(-kept), undefined, 2)}\n`);
  await rename(staged, file);
}

function fileOf(project: Project): string {
  return join(homeOf(project), "extensions.json");
}
