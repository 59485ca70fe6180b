import type { Transaction } from "../../postgres/index.ts";
import { queryCatalog } from "./cache-sql.ts";
import type { KeySide } from "./key.ts";
import type { QualifiedName } from "./name.ts";
import { readLineage, type Origin } from "./view-lineage.ts";

/** A view or materialized view, and which columns of which relations its own show. */
export interface View {
  readonly oid: string;
  readonly name: QualifiedName;
  readonly exposed: boolean;
  /** By "oid:attnum" of a relation anywhere below it: the names of the view's columns that show that column. */
  readonly shows: ReadonlyMap<string, readonly string[]>;
}

interface ViewRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly exposed: boolean;
  readonly query: string;
  readonly columns: Readonly<Record<string, string>> | null;
}

/** The exposed views, looked through down to the tables where the views between are exposed or in the search_path. */
export async function readViews(
  tx: Transaction,
  schemas: readonly string[],
  extraSearchPath: readonly string[],
): Promise<readonly View[]> {
  const rows = await queryCatalog<ViewRow>(tx, "views", [schemas, extraSearchPath]);
  const origins = new Map(rows.map((row) => [row.oid, readLineage(row.query)]));
  return rows
    .filter(({ exposed }) => exposed)
    .map((row) => ({
      oid: row.oid,
      name: { schema: row.schema, name: row.name },
      exposed: row.exposed,
      shows: shownColumns(row, origins),
    }));
}

function shownColumns(row: ViewRow, origins: Origins): ReadonlyMap<string, readonly string[]> {
  const shows = new Map<string, string[]>();
  for (const [number, origin] of origins.get(row.oid) ?? []) {
    const column = row.columns?.[number];
    if (column === undefined) continue;
    for (const key of chain(origin, origins)) {
      const columns = shows.get(key);
      if (columns === undefined) shows.set(key, [column]);
      else if (!columns.includes(column)) columns.push(column);
    }
  }
  return shows;
}

type Origins = ReadonlyMap<string, ReadonlyMap<number, Origin>>;

/** The column, and what it shows in turn; a view that shows itself (by `create or replace`) ends it. */
function chain(origin: Origin, origins: Origins): readonly string[] {
  const keys: string[] = [];
  let next: Origin | undefined = origin;
  while (next !== undefined) {
    const key: string = columnKey(next.relation, next.column);
    if (keys.includes(key)) return keys;
    keys.push(key);
    next = origins.get(next.relation)?.get(next.column);
  }
  return keys;
}

/**
 * For each column of one side of a key, the view's columns that show it, or null where one is not shown: a key that is
 * shown in part leads nowhere.
 */
export function shownKey(view: View, side: KeySide): readonly (readonly string[])[] | null {
  const shown = side.numbers.map((number) => view.shows.get(columnKey(side.oid, number)));
  return shown.includes(undefined) ? null : (shown as readonly (readonly string[])[]);
}

function columnKey(relation: string, column: number): string {
  return `${relation}:${column}`;
}
