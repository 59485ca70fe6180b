import type { Transaction } from "../../postgres/index.ts";
import { queryCatalog } from "./cache-sql.ts";
import type { ColumnsByRelation } from "./read-columns.ts";
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
  readonly numbers: string;
  readonly referenced_numbers: string | null;
}

/** All keys of the database, those of one relation together, in the order of their names. */
export async function readKeys(tx: Transaction, columns: Promise<ColumnsByRelation>): Promise<readonly Key[]> {
  const [rows, { nameOf }] = await Promise.all([queryCatalog<KeyRow>(tx, "constraints"), columns]);
  return rows.map((row) => ({
    kind: row.kind,
    name: row.name,
    relation: toSide(row.relation_oid, { schema: row.schema, name: row.relation }, row.numbers, nameOf),
    referenced: referencedSide(row, nameOf),
    isInherited: row.inherited,
  }));
}

function referencedSide(row: KeyRow, nameOf: ColumnsByRelation["nameOf"]): KeySide | null {
  const { referenced_schema: schema, referenced_relation: name, referenced_numbers: numbers } = row;
  if (schema === null || name === null || numbers === null) return null;
  return toSide(row.referenced_oid, { schema, name }, numbers, nameOf);
}

function toSide(oid: string, relation: QualifiedName, numbers: string, nameOf: ColumnsByRelation["nameOf"]): KeySide {
  const attributes = numbers.split(" ").map(Number);
  return { oid, relation, numbers: attributes, columns: attributes.map((number) => nameOf(oid, number)) };
}

/** The columns of a foreign key beside those that they refer to. */
export function keyPairs(from: readonly string[], to: readonly string[]): readonly ColumnPair[] {
  return from.map((column, index) => ({ from: column, to: to[index] ?? "" }));
}
