import { ident, qualified } from "../diff/index.ts";
import { AppError } from "../errors/index.ts";
import { sql, type Transaction } from "../postgres/index.ts";

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
 * Throws WD472 where nothing of that number is kept, where the table or the column is not there, or its rows can't be told apart.
 */
export async function restoreTrash(tx: Transaction, id: string): Promise<number> {
  const [kept] = await tx.query<Kept>(sql`
    select
      id::text as id, kind, schema_name as schema, table_name as table, column_name as column, key_columns as keys
    from howdah.trash
    where id = ${id}
    for update
  `);
  if (kept === undefined) throw new AppError("WD472", `nothing is kept under ${id}`, { hint: "howdah schema trash" });
  const columns = await columnsOf(tx, kept);
  if (columns.length === 0 || (kept.column !== null && !columns.includes(kept.column)))
    throw new AppError("WD472", `${nameOf(kept)} is not there`, {
      hint: "declare it again in schema/, run howdah migrate, then put its rows back",
    });
  const rows = await tx.query({
    text: kept.column === null ? rowsBack(kept, columns) : valuesBack(kept),
    values: [id],
  });
  await tx.query(sql`delete from howdah.trash where id = ${id}`);
  return rows.length;
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
