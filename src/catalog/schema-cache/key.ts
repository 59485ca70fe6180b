import type { Transaction } from "../../postgres/index.ts";
import { queryCatalog } from "./cache-sql.ts";
import type { ColumnPair } from "./relationship.ts";
import type { QualifiedName } from "./name.ts";

/** A primary key, unique or foreign key constraint of any schema. */
export interface Key {
  readonly kind: "p" | "u" | "f";
  readonly name: string;
  readonly relation: KeySide;
  /** What a foreign key refers to. */
  readonly referenced: KeySide | null;
  /** A partition's copy of its parent's key. */
  readonly isInherited: boolean;
}

/** Columns of one side of a key, in the key's order. */
export interface KeySide {
  readonly oid: string;
  readonly relation: QualifiedName;
  /** attnum. */
  readonly numbers: readonly number[];
  readonly columns: readonly string[];
}

interface KeyRow {
  readonly kind: Key["kind"];
  readonly name: string;
  readonly relation_oid: string;
  readonly schema: string;
  readonly relation: string;
  readonly referenced_oid: string;
  readonly referenced_schema: string | null;
  readonly referenced_relation: string | null;
  readonly inherited: boolean;
  readonly numbers: readonly number[];
  readonly columns: readonly string[];
  readonly referenced_numbers: readonly number[];
  readonly referenced_columns: readonly string[];
}

/** All keys of the database, those of one relation together, in the order of their names. */
export async function readKeys(tx: Transaction): Promise<readonly Key[]> {
  return (await queryCatalog<KeyRow>(tx, "constraints")).map((row) => ({
    kind: row.kind,
    name: row.name,
    relation: {
      oid: row.relation_oid,
      relation: { schema: row.schema, name: row.relation },
      numbers: row.numbers,
      columns: row.columns,
    },
    referenced: referencedSide(row),
    isInherited: row.inherited,
  }));
}

function referencedSide(row: KeyRow): KeySide | null {
  if (row.referenced_schema === null || row.referenced_relation === null) return null;
  return {
    oid: row.referenced_oid,
    relation: { schema: row.referenced_schema, name: row.referenced_relation },
    numbers: row.referenced_numbers,
    columns: row.referenced_columns,
  };
}

/** The columns of a foreign key beside those that they refer to. */
export function keyPairs(from: readonly string[], to: readonly string[]): readonly ColumnPair[] {
  return from.map((column, index) => ({ from: column, to: to[index] ?? "" }));
}
