import { ident, qualified } from "../diff/index.ts";
import { AppError } from "../errors/index.ts";
import { quoteLiteral, sql, type Transaction } from "../postgres/index.ts";
import { withAllRows } from "./row-security.ts";

/** A dropped table or column whose rows are still kept. */
export interface Trash {
  readonly id: string;
  readonly kind: "table" | "column";
  /** `public.account`, `public.account.email`. */
  readonly name: string;
  readonly rows: number;
  readonly droppedAt: Date;
  readonly keptUntil: Date;
}

/** What is kept, newest first. */
export async function readTrash(tx: Pick<Transaction, "query">): Promise<readonly Trash[]> {
  const rows = await tx.query<Kept & { rows: string; droppedAt: Date; keptUntil: Date }>(sql`
    select
      id::text as id, kind, schema_name as schema, table_name as table, column_name as column, key_columns as keys,
      dropped_at as "droppedAt", kept_until as "keptUntil",
      (select pg_catalog.count(*) from howdah.trash_row where trash_id = trash.id)::text as rows
    from howdah.trash
    order by trash.id desc
  `);
  return rows.map(({ id, kind, rows: count, droppedAt, keptUntil, ...kept }) => ({
    ...{ id, kind, name: nameOf(kept), rows: Number(count), droppedAt, keptUntil },
  }));
}

interface Kept {
  readonly id: string;
  readonly kind: "table" | "column";
  readonly schema: string;
  readonly table: string;
  readonly column: string | null;
  readonly keys: readonly string[];
}

/**
 * Puts rows back into the table of that name, values into the column of that name; how many. What is put back is kept no longer.
 *
 * Throws WD472 where nothing of that number is kept, where the table or the column is not there, its rows can't be told apart, or
 * none of them takes a value.
 */
export async function restoreTrash(tx: Transaction, id: string): Promise<number> {
  const [kept] = await tx.query<Kept>(sql`
    select
      id::text as id, kind, schema_name as schema, table_name as table, column_name as column, key_columns as keys
    from howdah.trash
    where id::text = ${id}
    for update
  `);
  if (kept === undefined) throw new AppError("WD472", `nothing is kept under ${id}`, { hint: "howdah schema trash" });
  const columns = await columnsOf(tx, kept);
  const missing = [...(kept.column === null ? [] : [kept.column]), ...kept.keys].find(
    (name) => !columns.includes(name),
  );
  if (columns.length === 0 || missing !== undefined) throw notThere(kept, missing ?? null);
  const names = await keptNames(tx, kept);
  // A table that had no rows.
  const rows =
    names.size === 0
      ? []
      : await putBack(
          tx,
          kept,
          columns.filter((name) => names.has(name)),
        );
  if (rows.length === 0 && names.size > 0) throw noPlace(kept);
  await tx.query(sql`delete from howdah.trash where id::text = ${id}`);
  return rows.length;
}

async function putBack(tx: Transaction, kept: Kept, columns: readonly string[]): Promise<readonly object[]> {
  const target = qualified(kept.schema, kept.table);
  return await withAllRows(tx, target, async () => {
    const text = kept.column === null ? rowsBack(kept, columns) : valuesBack(kept);
    const rows = await tx.query<object>({ text, values: [kept.id] });
    if (kept.column === null) await raiseSequences(tx, kept);
    return rows;
  });
}

/** What the kept rows have: a column that has come since gets its default. */
async function keptNames(tx: Transaction, { id }: Kept): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ name: string }>(sql`
    select distinct pg_catalog.jsonb_object_keys(content) as name
    from howdah.trash_row
    where trash_id::text = ${id}
  `);
  return new Set(rows.map(({ name }) => name));
}

/** The next number of an identity, or of a serial column, comes behind those that are back. */
async function raiseSequences(tx: Transaction, { schema, table }: Kept): Promise<void> {
  const target = qualified(schema, table);
  const owned = await tx.query<{ schema: string; name: string; column: string }>(sql`
    select namespace.nspname as schema, relation.relname as name, attribute.attname as column
    from pg_catalog.pg_depend as depend
    join pg_catalog.pg_sequence as sequence on sequence.seqrelid = depend.objid
    join pg_catalog.pg_class as relation on relation.oid = depend.objid
    join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
    join pg_catalog.pg_attribute as attribute
      on attribute.attrelid = depend.refobjid and attribute.attnum = depend.refobjsubid
    where depend.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and depend.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and depend.refobjid = ${target}::pg_catalog.regclass
      and depend.deptype in ('a', 'i')
      and sequence.seqincrement > 0
  `);
  const statements = owned.map((sequence) => {
    const [name, newest] = [qualified(sequence.schema, sequence.name), `pg_catalog.max(${ident(sequence.column)})`];
    return [
      `select pg_catalog.setval(${quoteLiteral(name)}::pg_catalog.regclass, ${newest}::bigint)`,
      `from ${target}`,
      `having ${newest} >= (select last_value from ${name})`,
    ].join("\n");
  });
  if (statements.length > 0) await tx.execute(statements.join(";\n"));
}

function notThere(kept: Kept, column: string | null): AppError {
  return new AppError("WD472", `${nameOf({ ...kept, column })} is not there`, {
    hint: "declare it again in schema/, run howdah migrate, then put its rows back",
  });
}

function noPlace(kept: Kept): AppError {
  return new AppError("WD472", `no value of ${nameOf(kept)} could be put back`, {
    detail: "the rows that they were in are gone, or have a value already; all of them are kept on",
    hint: "declare the column without not null and without a default, put them back, then declare both",
  });
}

/** Names of the columns that values can be written to. */
async function columnsOf(tx: Transaction, { schema, table }: Kept): Promise<readonly string[]> {
  const rows = await tx.query<{ name: string }>(sql`
    select attribute.attname as name
    from pg_catalog.pg_attribute as attribute
    join pg_catalog.pg_class as relation on relation.oid = attribute.attrelid
    join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
    where namespace.nspname = ${schema}
      and relation.relname = ${table}
      and relation.relkind in ('r', 'p')
      and attribute.attnum > 0
      and attribute.attgenerated = ''
      and not attribute.attisdropped
    order by attribute.attnum
  `);
  return rows.map(({ name }) => name);
}

function rowsBack(kept: Kept, columns: readonly string[]): string {
  const target = qualified(kept.schema, kept.table);
  return [
    `insert into ${target} (${columns.map(ident).join(", ")})`,
    `overriding system value`,
    `select ${columns.map((column) => `back.${ident(column)}`).join(", ")}`,
    `from howdah.trash_row as kept, pg_catalog.jsonb_populate_record(null::${target}, kept.content) as back`,
    `where kept.trash_id = $1`,
    `returning 1`,
  ].join("\n");
}

/** Values that have been written since are newer. */
function valuesBack(kept: Kept): string {
  const { schema, table, column, keys } = kept;
  if (keys.length === 0)
    throw new AppError("WD472", `${nameOf(kept)} had no primary key beside it: its values can't find their rows`, {
      hint: `the rows as they were stand in howdah.trash_row, trash_id ${kept.id}`,
    });
  const target = qualified(schema, table);
  const name = ident(column ?? "");
  return [
    `update ${target} as target`,
    `set ${name} = back.${name}`,
    `from howdah.trash_row as kept, pg_catalog.jsonb_populate_record(null::${target}, kept.content) as back`,
    `where kept.trash_id = $1`,
    `  and target.${name} is null`,
    ...keys.map((key) => `  and target.${ident(key)} = back.${ident(key)}`),
    `returning 1`,
  ].join("\n");
}

function nameOf({ schema, table, column }: Pick<Kept, "schema" | "table" | "column">): string {
  return `${qualified(schema, table)}${column === null ? "" : `.${ident(column)}`}`;
}
