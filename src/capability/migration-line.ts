import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { AppError } from "../errors/index.ts";
import type { Capability } from "./capability.ts";

/** One file of SQL with its checksum; line endings don't count, because version control may change them. */
export interface LineFile {
  /** "001_tables.sql" */
  readonly file: string;
  readonly text: string;
  /** sha256, hexadecimal. */
  readonly checksum: string;
}

export interface LineMigration extends LineFile {
  readonly version: number;
  /** "tables" */
  readonly name: string;
}

/** The SQL of a capability: numbered files that run once each, and the routines as they are now. */
export interface MigrationLine {
  readonly migrations: readonly LineMigration[];
  readonly routines: LineFile | undefined;
}

/** Reads a capability's folder of SQL; throws WD608 for a gap, a duplicate or a stray .sql file. */
export async function readMigrationLine(capability: Capability): Promise<MigrationLine> {
  const { sql } = capability;
  if (sql === undefined) return { migrations: [], routines: undefined };
  const folder = sql.href.endsWith("/") ? sql : new URL(`${sql.href}/`);
  const names = (await readNames(capability, folder)).filter((name) => name.endsWith(".sql"));
  const files = await Promise.all(names.map((name) => readLineFile(folder, name)));
  const migrations = files
    .filter(({ file }) => file !== "routines.sql")
    .map((file) => toMigration(capability, file))
    .toSorted((left, right) => left.version - right.version);
  for (const [index, { file, version }] of migrations.entries()) {
    if (version === index + 1) continue;
    const what =
      version === migrations[index - 1]?.version ? "its number stands twice" : `number ${index + 1} is missing`;
    throw malformed(capability, `${file}: ${what}`);
  }
  return { migrations, routines: files.find(({ file }) => file === "routines.sql") };
}

/**
 * A stable text of what installing a capability would bring: names and checksums of all of its files.
 *
 * An equal text means that a database needs nothing, so that an unchanged project skips the work.
 */
export async function capabilityFingerprint(capability: Capability): Promise<string> {
  const { migrations, routines } = await readMigrationLine(capability);
  const files = [...migrations, ...(routines === undefined ? [] : [routines])];
  return [capability.name, ...files.map(({ file, checksum }) => `${file}=${checksum}`)].join(" ");
}

async function readNames(capability: Capability, folder: URL): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    throw malformed(capability, `its folder can't be read: ${String(error)}`, error);
  }
}

async function readLineFile(folder: URL, file: string): Promise<LineFile> {
  const text = await readFile(new URL(file, folder), "utf8");
  const checksum = createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex");
  return { file, text, checksum };
}

function toMigration(capability: Capability, file: LineFile): LineMigration {
  const match = /^(\d+)_([a-z0-9_]+)\.sql$/.exec(file.file);
  if (match === null) throw malformed(capability, `${file.file}: expected 001_NAME.sql or routines.sql`);
  return { ...file, version: Number(match[1]), name: match[2] ?? "" };
}

function malformed(capability: Capability, problem: string, cause?: unknown): AppError {
  return new AppError("WD608", `the migration line of "${capability.name}" is not well formed: ${problem}`, { cause });
}
