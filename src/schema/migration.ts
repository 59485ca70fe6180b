import { AppError } from "../errors/index.ts";
import type { Tree } from "../project/index.ts";
import { readSource, type SourceText } from "./source-text.ts";
import { throwAll } from "./throw-all.ts";
import { fingerprint, tokens } from "./token.ts";

/** One file of migrations/. */
export interface Migration {
  /** migrations/7_add_email.sql */
  readonly file: string;
  /** The number in its name, of any length: a counter or a timestamp. */
  readonly version: bigint;
  /** add_email */
  readonly name: string;
  readonly source: SourceText;
}

/** The two parts of a migration: what it does, and below a line `-- @down` what undoes it. */
export interface MigrationParts {
  /** Index into the source where the first part ends. */
  readonly upEnd: number;
  /** Index where the second part begins; undefined when there is none. */
  readonly downStart: number | undefined;
}

/** The files of migrations/, lowest number first; all bad and double names at once (WD401, WD402). */
export async function readMigrations(tree: Tree): Promise<readonly Migration[]> {
  const migrations: Migration[] = [];
  const errors: AppError[] = [];
  for (const { path } of await tree.list("migrations/**")) {
    if (!/\.sql$/i.test(path)) continue;
    const [, digits, name] = /^migrations\/(\d+)_([^/]+)\.sql$/.exec(path) ?? [];
    if (digits === undefined || name === undefined) errors.push(badName(path));
    else migrations.push({ file: path, version: BigInt(digits), name, source: await readSource(tree, path) });
  }
  const sorted = migrations.toSorted(compareMigrations);
  for (const [at, migration] of sorted.entries()) {
    const before = sorted[at - 1];
    if (before !== undefined && before.version === migration.version) errors.push(duplicate(before, migration));
  }
  throwAll(errors);
  return sorted;
}

/** Splits a migration at its `-- @down` line; one inside a string or a block comment is no such line. */
export function partsOf(source: SourceText): MigrationParts {
  const { text } = source;
  const down = tokens(text).find(
    (token) => token.kind === "comment" && /^--\s*@down\s*$/.test(text.slice(token.start, token.end)),
  );
  return { upEnd: down?.start ?? text.length, downStart: down?.end };
}

/** True where a line `-- no-transaction` stands before the first statement: such a migration runs one statement at a time. */
export function runsOutside({ text }: SourceText): boolean {
  for (const token of tokens(text)) {
    if (token.kind !== "comment") return false;
    if (/^--\s*no-transaction\s*$/i.test(text.slice(token.start, token.end))) return true;
  }
  return false;
}

/** What an applied migration is recognized by: the part that ran, without comments and layout. */
export function migrationChecksum(source: SourceText): string {
  return fingerprint(source.text.slice(0, partsOf(source).upEnd));
}

function compareMigrations(one: Migration, other: Migration): number {
  if (one.version !== other.version) return one.version < other.version ? -1 : 1;
  return one.file < other.file ? -1 : 1;
}

function badName(file: string): AppError {
  const nested = file.split("/").length > 2;
  return new AppError("WD401", `${file} is not named as a migration`, {
    detail:
      "migrations are called <number or timestamp>_<name>.sql, e.g. 7_add_email.sql or 20261120093000_add_email.sql",
    hint: nested
      ? "move it into migrations/ itself: folders inside it are not read"
      : "rename it, or move it elsewhere",
    position: { file, line: 1, column: 1 },
  });
}

function duplicate(one: Migration, other: Migration): AppError {
  return new AppError("WD402", `two migrations have the number ${one.version}`, {
    detail: `${one.file}\n${other.file}`,
    hint: "give the one that has not run yet another number: howdah status shows which (while Postgres runs)",
    position: { file: other.file, line: 1, column: 1 },
  });
}
