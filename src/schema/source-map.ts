import { sql, type Connection } from "../postgres/index.ts";
import { replaceInFile } from "./body.ts";
import type { Declared } from "./declared.ts";
import { sourceMap, type SourceEntry, type SourceMap } from "./locate.ts";
import { readLive } from "./removal.ts";

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
 * again after each release.
 */
export async function readSourceMap(connection: Connection): Promise<SourceMap> {
  const rows = await connection.query<SourceRow>(sql`
    select key, file, line, column_number, definition, body_hash
    from howdah.object
    where kind in ('function', 'procedure')
  `);
  const live = await readLive(connection);
  const current = rows.filter((row) => live.get(row.key)?.body_hash === row.body_hash);
  return sourceMap(current.map((row) => entryOf(row)));
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
    })),
  );
}

function entryOf(row: SourceRow): SourceEntry {
  const { source, start } = replaceInFile(row.file, row.line, row.column_number, row.definition);
  return { identity: row.key.replace(/^\w+ /, ""), source, start, definition: row.definition };
}
