import type { Transaction } from "../../postgres/index.ts";
import { queryCatalog } from "./cache-sql.ts";
import type { Key } from "./key.ts";
import { nameKey } from "./name.ts";
import type { ColumnsByRelation } from "./read-columns.ts";
import type { Column, Relation } from "./relation.ts";
import { shownKey, type View } from "./view.ts";

interface RelationRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly description: string | null;
  readonly kind: keyof typeof kinds;
  readonly events: number;
}

const kinds = {
  r: "table",
  p: "partitioned table",
  f: "foreign table",
  v: "view",
  m: "materialized view",
} as const;

export interface RelationSources {
  readonly columns: Promise<ColumnsByRelation>;
  readonly keys: Promise<readonly Key[]>;
  readonly views: Promise<readonly View[]>;
}

/** The exposed relations with their columns, by `nameKey`. */
export async function readRelations(
  tx: Transaction,
  schemas: readonly string[],
  sources: RelationSources,
): Promise<ReadonlyMap<string, Relation>> {
  const read = queryCatalog<RelationRow>(tx, "relations", [schemas]);
  const [rows, columns, keys, views] = await Promise.all([read, sources.columns, sources.keys, sources.views]);
  const primaryKeys = primaryKeysOf(keys, views);
  return new Map(
    rows.map((row) => [nameKey(row), toRelation(row, columns.of(row.oid), primaryKeys.get(row.oid) ?? [])]),
  );
}

function toRelation(
  { schema, name, description, kind, events }: RelationRow,
  columns: ReadonlyMap<string, Column>,
  primaryKey: readonly string[],
): Relation {
  return {
    schema,
    name,
    description,
    kind: kinds[kind],
    isView: kind === "v" || kind === "m",
    insertable: (events & 8) !== 0,
    updatable: (events & 4) !== 0,
    deletable: (events & 16) !== 0,
    primaryKey,
    columns,
  };
}

/** By oid. A view shows the keys of all tables below it whose columns are all there, each by the first that shows it. */
function primaryKeysOf(keys: readonly Key[], views: readonly View[]): ReadonlyMap<string, readonly string[]> {
  const primary = keys.filter(({ kind }) => kind === "p");
  const found = new Map(primary.map(({ relation }) => [relation.oid, relation.columns.toSorted(byCodePoint)]));
  const byRelation = new Map(primary.map(({ relation }) => [relation.oid, relation]));
  for (const view of views) {
    const below = new Set([...view.shows.keys()].map((key) => key.slice(0, key.indexOf(":"))));
    const columns = [...below].flatMap((oid) => {
      const side = byRelation.get(oid);
      const shown = side === undefined ? null : shownKey(view, side);
      return shown === null ? [] : shown.map(([first = ""]) => first);
    });
    found.set(view.oid, columns);
  }
  return found;
}

/** As Postgres sorts names: `<` of JavaScript goes by UTF-16, which differs beyond the basic plane alone. */
function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
