import { sql, type Connection } from "../postgres/index.ts";
import { replaceInFile } from "./body.ts";
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

/**
 * The source map of a database, for `locateError` at run time: as <db>_service or the owner.
 *
 * A routine whose body is another one by now (changed by hand) is left out, since its lines would be wrong. Read it
 * again after each release. `texts` are files that functions in other languages run, for their code frames.
 */
export async function readSourceMap(
  connection: Connection,
  texts: ReadonlyMap<string, string> = new Map(),
): Promise<SourceMap> {
  const rows = await connection.query<SourceRow>(sql`
    select key, file, line, column_number, definition, body_hash
    from howdah.object
    where kind in ('function', 'procedure')
  `);
  const live = await readLive(connection);
  const current = rows.filter((row) => live.get(row.key)?.body_hash === row.body_hash);
  return sourceMap(
    current.map((row) => (row.file.endsWith(".sql") ? entryOf(row) : translatedEntry(row, texts))),
    texts,
  );
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
  const lineStart = text.split("\n", line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const start = source.advance(lineStart, column - 1);
  return { identity: row.key.replace(/^\w+ /, ""), source, start, definition: row.definition, translated: true };
}

function entryOf(row: SourceRow): SourceEntry {
  const { source, start } = replaceInFile(row.file, row.line, row.column_number, row.definition);
  return { identity: row.key.replace(/^\w+ /, ""), source, start, definition: row.definition };
}
