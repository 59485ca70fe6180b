import type { Transaction } from "../../postgres/index.ts";
import { queryCatalog } from "./cache-sql.ts";
import type { Column } from "./relation.ts";

/** Columns by the oid of their relation. */
export interface ColumnsByRelation {
  /** Of an exposed relation, in its order. */
  readonly of: (relation: string) => ReadonlyMap<string, Column>;
  /** By attnum; also of a relation that is not exposed, where it has keys. */
  readonly nameOf: (relation: string, number: number) => string;
}

/** Lists of one relation: see columns.sql. */
interface ColumnsRow {
  readonly relation: string;
  readonly names: readonly string[];
  readonly numbers: string;
  readonly types: string;
  readonly not_null: string;
  readonly made: string;
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

type NoteKind = "default" | "sequence" | "description";

interface NoteRow {
  readonly relation: string;
  readonly kind: NoteKind;
  /** By attnum. */
  readonly notes: Readonly<Record<string, string>>;
}

type Notes = Partial<Record<NoteKind, Readonly<Record<string, string>>>>;

/** The columns of all exposed relations. */
export async function readColumns(tx: Transaction, schemas: readonly string[]): Promise<ColumnsByRelation> {
  const [rows, typeRows, notes, names] = await Promise.all([
    queryCatalog<ColumnsRow>(tx, "columns", [schemas]),
    queryCatalog<TypeRow>(tx, "column-types", [schemas]),
    readNotes(tx, schemas),
    readHiddenNames(tx, schemas),
  ]);
  const types = new Map(typeRows.map((row) => [row.key, row]));
  const columns = new Map<string, ReadonlyMap<string, Column>>();
  const numbered = new Map<string, Numbered>();
  for (const row of rows) {
    columns.set(row.relation, toColumns(row, types, notes.get(row.relation) ?? {}));
    numbered.set(row.relation, { names: row.names, numbers: row.numbers.split(" ") });
  }
  return {
    of: (relation) => columns.get(relation) ?? new Map(),
    nameOf: (relation, number) => numberedName(numbered.get(relation), number) ?? names.get(relation)?.[number] ?? "",
  };
}

async function readNotes(tx: Transaction, schemas: readonly string[]): Promise<ReadonlyMap<string, Notes>> {
  const found = new Map<string, Notes>();
  for (const { relation, kind, notes } of await queryCatalog<NoteRow>(tx, "column-notes", [schemas])) {
    const known = found.get(relation);
    if (known === undefined) found.set(relation, { [kind]: notes });
    else known[kind] = notes;
  }
  return found;
}

type NamesByNumber = Readonly<Record<number, string>>;

async function readHiddenNames(tx: Transaction, schemas: readonly string[]): Promise<Map<string, NamesByNumber>> {
  const rows = await queryCatalog<{ relation: string; names: NamesByNumber }>(tx, "hidden-columns", [schemas]);
  return new Map(rows.map(({ relation, names }) => [relation, names]));
}

/** Names beside their attnums, as texts. */
interface Numbered {
  readonly names: readonly string[];
  readonly numbers: readonly string[];
}

/** Mostly no column was ever dropped, and the third one has the number 3. */
function numberedName(found: Numbered | undefined, number: number): string | undefined {
  if (found === undefined) return undefined;
  const { names, numbers } = found;
  const text = String(number);
  return names[numbers[number - 1] === text ? number - 1 : numbers.indexOf(text)];
}

function toColumns(row: ColumnsRow, types: ReadonlyMap<string, TypeRow>, notes: Notes): ReadonlyMap<string, Column> {
  const keys = row.types.split(" ");
  const numbers = row.numbers.split(" ");
  const columns = new Map<string, Column>();
  for (const [index, name] of row.names.entries()) {
    const type = types.get(keys[index] ?? "") ?? unknownType;
    const generated = row.made[index] === "g";
    columns.set(name, {
      name,
      description: notes.description?.[numbers[index] ?? ""] ?? null,
      nullable: row.not_null[index] === "f" && !type.not_null,
      type: type.type,
      declaredType: type.declared_type,
      maxLength: type.max_length,
      default: generated ? null : defaultOf(notes, numbers[index] ?? "", type, row.made[index]),
      enumLabels: type.enum_labels,
      generated,
      identity: identities[row.made[index] ?? ""] ?? null,
    });
  }
  return columns;
}

const identities: Readonly<Record<string, Column["identity"]>> = { a: "always", d: "by default" };

function defaultOf(notes: Notes, number: string, type: TypeRow, made: string | undefined): string | null {
  return notes.default?.[number] ?? type.default ?? (made === "d" ? notes.sequence?.[number] : null) ?? null;
}

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
