import type { Transaction } from "../../postgres/index.ts";
import { queryCatalog } from "./cache-sql.ts";
import type { Key } from "./key.ts";
import { nameKey } from "./name.ts";
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

/** Arrays and objects of one relation: see columns.sql. */
interface ColumnsRow {
  readonly relation: string;
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly not_null: string;
  readonly defaults: Readonly<Record<string, string>> | null;
  readonly sequences: Readonly<Record<string, string>> | null;
  readonly identities: Readonly<Record<string, "a" | "d">> | null;
  readonly generated: readonly string[] | null;
  readonly descriptions: Readonly<Record<string, string>> | null;
}

interface TypeRow {
  readonly key: string;
  readonly type: string;
  readonly declared_type: string;
  readonly max_length: number | null;
  readonly not_null: boolean;
  readonly default: string | null;
  readonly enum_labels: readonly string[];
}

const kinds = {
  r: "table",
  p: "partitioned table",
  f: "foreign table",
  v: "view",
  m: "materialized view",
} as const;

/** The exposed relations with their columns, by `nameKey`. */
export async function readRelations(
  tx: Transaction,
  schemas: readonly string[],
  keys: readonly Key[],
  views: readonly View[],
): Promise<ReadonlyMap<string, Relation>> {
  const types = new Map((await queryCatalog<TypeRow>(tx, "column-types", [schemas])).map((row) => [row.key, row]));
  const columns = new Map<string, ReadonlyMap<string, Column>>();
  for (const row of await queryCatalog<ColumnsRow>(tx, "columns", [schemas])) {
    columns.set(row.relation, toColumns(row, types));
  }
  const primaryKeys = primaryKeysOf(keys, views);
  const rows = await queryCatalog<RelationRow>(tx, "relations", [schemas]);
  return new Map(
    rows.map((row) => [
      nameKey(row),
      toRelation(row, columns.get(row.oid) ?? new Map(), primaryKeys.get(row.oid) ?? []),
    ]),
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

function toColumns(row: ColumnsRow, types: ReadonlyMap<string, TypeRow>): ReadonlyMap<string, Column> {
  return new Map(row.names.map((name, index) => [name, toColumn(row, name, index, types.get(row.types[index] ?? ""))]));
}

function toColumn(row: ColumnsRow, name: string, index: number, type: TypeRow = unknownType): Column {
  const identity = row.identities?.[name];
  const generated = row.generated?.includes(name) ?? false;
  return {
    name,
    description: row.descriptions?.[name] ?? null,
    nullable: row.not_null[index] === "f" && !type.not_null,
    type: type.type,
    declaredType: type.declared_type,
    maxLength: type.max_length,
    default: generated ? null : defaultOf(row, name, type),
    enumLabels: type.enum_labels,
    generated,
    identity: identity === undefined ? null : identities[identity],
  };
}

function defaultOf({ defaults, sequences }: ColumnsRow, name: string, type: TypeRow): string | null {
  return defaults?.[name] ?? type.default ?? sequences?.[name] ?? null;
}

const identities = { a: "always", d: "by default" } as const;

/** Never met: types are read in the same snapshot as the columns. */
const unknownType: TypeRow = {
  key: "",
  type: "",
  declared_type: "",
  max_length: null,
  not_null: false,
  default: null,
  enum_labels: [],
};
