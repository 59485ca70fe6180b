import { createHash } from "node:crypto";
import { AppError } from "../errors/index.ts";
import type { AssemblyInput } from "./assembly.ts";
import type { AppliedMigration } from "./ledger.ts";
import { migrationChecksum, type Migration } from "./migration.ts";
import { throwAll } from "./throw-all.ts";

/** What is to be done with the files of migrations/: plain data, made of files and ledger alone. */
export interface MigrationPlan {
  /** To be run, in this order. */
  readonly pending: readonly { readonly migration: Migration; readonly outOfOrder: boolean }[];
  /** The newest applied one, to be undone and run again. */
  readonly redo: Migration | undefined;
  /** Applied ones whose name, comments or `-- @down` part were edited: only the record changes. */
  readonly refresh: readonly Migration[];
}

type Options = Pick<AssemblyInput, "mode" | "allowOutOfOrder" | "redoNewest">;

/**
 * Compares files and ledger; throws what must be decided first, all at once.
 *
 * WD403 an applied one was edited, WD404 it is missing, WD405 an older one arrived late, WD406 nothing can be redone.
 */
export function planMigrations(
  files: readonly Migration[],
  applied: readonly AppliedMigration[],
  options: Options,
): MigrationPlan {
  const newest = applied.at(-1);
  const byVersion = new Map(files.map((migration) => [migration.version, migration]));
  const redo = options.redoNewest === true ? redoable(newest, byVersion, options.mode) : undefined;
  const ran = new Set(applied.map((row) => row.version));
  const pending = files
    .filter((migration) => !ran.has(migration.version))
    .map((migration) => ({ migration, outOfOrder: newest !== undefined && migration.version < newest.version }));
  const late = pending.filter((item) => item.outOfOrder).map((item) => item.migration);
  throwAll([
    ...checkApplied(applied, byVersion, redo, newest),
    ...(options.allowOutOfOrder === true || newest === undefined ? [] : lateErrors(late, newest)),
  ]);
  const refresh = applied.flatMap((row) => {
    const file = byVersion.get(row.version);
    return file !== undefined && file !== redo && !isRecorded(file, row) ? [file] : [];
  });
  return { pending, redo, refresh };
}

function checkApplied(
  applied: readonly AppliedMigration[],
  files: ReadonlyMap<bigint, Migration>,
  redo: Migration | undefined,
  newest: AppliedMigration | undefined,
): readonly AppError[] {
  return applied.flatMap((row) => {
    const file = files.get(row.version);
    if (file === undefined) return [missing(row)];
    if (file === redo || sourceHash(file) === row.sourceHash) return [];
    return migrationChecksum(file.source) === row.checksum ? [] : [edited(file, row === newest)];
  });
}

function isRecorded(file: Migration, row: AppliedMigration): boolean {
  return sourceHash(file) === row.sourceHash && file.file === row.file;
}

function sourceHash(file: Migration): string {
  return createHash("sha256").update(file.source.text).digest("hex");
}

function redoable(
  newest: AppliedMigration | undefined,
  files: ReadonlyMap<bigint, Migration>,
  mode: Options["mode"],
): Migration {
  if (mode === "production") {
    throw new AppError("WD406", "a migration can't be redone in production", {
      hint: "write a new migration: howdah new migration NAME",
    });
  }
  const file = newest === undefined ? undefined : files.get(newest.version);
  if (newest !== undefined && file === undefined) throw missing(newest);
  if (file === undefined) throw new AppError("WD406", "there is no applied migration to redo");
  return file;
}

function edited(file: Migration, isNewest: boolean): AppError {
  const newestHint =
    "howdah migrate --redo runs what stands below its line `-- @down` (write there what undoes it, if nothing does), " +
    "then the edited file";
  return new AppError("WD403", `${file.file} was edited after it ran`, {
    detail: "a migration runs once: databases that have it would never get what was edited",
    hint:
      `undo the edit and write a new migration; in development, ` +
      (isNewest ? `${newestHint}, or howdah reset starts over` : "howdah reset starts over"),
    position: { file: file.file, line: 1, column: 1 },
    source: file.source.text,
  });
}

function missing(row: AppliedMigration): AppError {
  return new AppError("WD404", `${row.file} has run here and is missing now`, {
    detail: "the database is ahead of the files: an older version of the project, or another branch?",
    hint: "bring the file back (its text stands in howdah.migration); in development, howdah reset starts over",
  });
}

function lateErrors(late: readonly Migration[], newest: AppliedMigration): readonly AppError[] {
  const [first] = late;
  if (first === undefined) return [];
  return [
    new AppError("WD405", `older migrations arrived after ${newest.file} had run`, {
      detail: late.map((migration) => migration.file).join("\n"),
      hint: "run them now with howdah migrate --allow-out-of-order, or give them higher numbers",
      position: { file: first.file, line: 1, column: 1 },
    }),
  ];
}
