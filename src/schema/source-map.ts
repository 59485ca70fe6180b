import { createHash } from "node:crypto";
import type { CatalogObject } from "../catalog/index.ts";
import { sql, type Connection } from "../postgres/index.ts";
import { bodyOf, replaceInFile } from "./body.ts";
import { declaredSince, readCoreVersion } from "./core.ts";
import type { Declared } from "./declared.ts";
import { sourceMap, type SourceEntry, type SourceMap } from "./locate.ts";
import { readLive } from "./removal.ts";
import { SourceText } from "./source-text.ts";
import { TranslatedSource } from "./translated-source.ts";

interface SourceRow {
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly column_number: number;
  readonly definition: string;
  readonly body_hash: string | null;
}

/** What the database itself does not have. */
export interface SourceTexts {
  /** Files that functions in other languages run, for their code frames. */
  readonly texts?: ReadonlyMap<string, string> | undefined;
  /** Reads a file of the project: of routines of schema/ the database knows no more than where they stand. */
  readonly read?: ((file: string) => Promise<string | undefined>) | undefined;
}

/**
 * The source map of a database, for `locateError` at run time: as <db>_service or the owner.
 *
 * A routine whose body is another one by now (changed by hand) is left out, since its lines would be wrong. Read it
 * again after each release.
 */
export async function readSourceMap(
  connection: Connection,
  { texts = new Map(), read }: SourceTexts = {},
): Promise<SourceMap> {
  const rows = await connection.query<SourceRow>(sql`
    select key, file, line, column_number, definition, body_hash
    from howdah.object
    where kind in ('function', 'procedure')
  `);
  const live = await readLive(connection);
  const current = rows.filter((row) => live.get(row.key)?.body_hash === row.body_hash);
  const own = current.map((row) => (row.file.endsWith(".sql") ? entryOf(row) : translatedEntry(row, texts)));
  return sourceMap([...own, ...(read === undefined ? [] : await declaredEntries(connection, live, read))], texts);
}

type DeclaredRow = Pick<SourceRow, "key" | "file" | "line" | "column_number">;

/** Routines of schema/, as far as their files still say what the database runs. */
async function declaredEntries(
  connection: Connection,
  live: ReadonlyMap<string, CatalogObject>,
  read: NonNullable<SourceTexts["read"]>,
): Promise<readonly SourceEntry[]> {
  if ((await readCoreVersion(connection)) < declaredSince) return [];
  const rows = await connection.query<DeclaredRow>(sql`
    select key, file, line, column_number
    from howdah.declared
    where (pg_catalog.starts_with(key, 'function ') or pg_catalog.starts_with(key, 'procedure '))
      and pg_catalog.starts_with(file, 'schema/')
  `);
  const files = new Map<string, SourceText | undefined>();
  for (const file of new Set(rows.map((row) => row.file))) {
    const text = await read(file).catch(() => undefined);
    files.set(file, text === undefined ? undefined : new SourceText(file, text));
  }
  const bodies = Map.groupBy(live.values(), ({ identity }) => nameOf(identity));
  return rows.flatMap((row) => {
    const hashes = (bodies.get(nameOf(identityOf(row))) ?? []).map((object) => object.body_hash);
    return declaredEntry(row, files.get(row.file), new Set(hashes)) ?? [];
  });
}

/** `hashes` are those of the bodies that routines of this name have in the database. */
function declaredEntry(
  row: DeclaredRow,
  source: SourceText | undefined,
  hashes: ReadonlySet<string | null>,
): SourceEntry | undefined {
  if (source === undefined) return undefined;
  const start = indexAt(source, row.line, row.column_number);
  const rest = source.text.slice(start);
  const entry = { identity: identityOf(row), source, start };
  if (hashes.has(md5(bodyOf(rest)?.text ?? ""))) return { ...entry, definition: rest };
  // What is no string is part of the statement, and has no lines that Postgres would tell.
  return hashes.has(md5("")) ? { ...entry, definition: "" } : undefined;
}

/** The key of a fact names types as they are written: `function public.f(integer, text)`. */
function identityOf({ key }: Pick<SourceRow, "key">): string {
  return key.replace(/^\w+ /, "").replaceAll(", ", ",");
}

function nameOf(identity: string): string {
  return identity.replace(/\(.*$/s, "");
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** Columns are counted in characters, from 1. */
function indexAt(source: SourceText, line: number, column: number): number {
  const lineStart = source.text.split("\n", line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return source.advance(lineStart, column - 1);
}

/** The source map of files that are being assembled. */
export function sourceMapOf(declared: Declared): SourceMap {
  const routines = [...declared.declarations.values()].filter((declaration) => declaration.arity !== undefined);
  return sourceMap(
    routines.map(({ identity, statement }) => ({
      identity,
      source: statement.source,
      start: statement.start,
      definition: statement.text,
      translated: statement.source instanceof TranslatedSource,
    })),
    textsOf(routines.map(({ statement }) => statement.source)),
  );
}

function textsOf(sources: readonly SourceText[]): ReadonlyMap<string, string> {
  return new Map(
    sources.flatMap((source) => (source instanceof TranslatedSource ? [...source.translation.texts] : [])),
  );
}

/** A function in another language: its file as it was, where that is known. */
function translatedEntry(row: SourceRow, texts: ReadonlyMap<string, string>): SourceEntry {
  const { file, line, column_number: column } = row;
  const text = texts.get(file) ?? "\n".repeat(line - 1) + " ".repeat(column - 1);
  const source = new SourceText(file, text);
  const start = indexAt(source, line, column);
  return { identity: row.key.replace(/^\w+ /, ""), source, start, definition: row.definition, translated: true };
}

function entryOf(row: SourceRow): SourceEntry {
  const { source, start } = replaceInFile(row.file, row.line, row.column_number, row.definition);
  return { identity: row.key.replace(/^\w+ /, ""), source, start, definition: row.definition };
}
