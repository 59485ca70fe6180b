import type { Fact, Model, Privilege } from "../../diff/index.ts";
import type { Position } from "../../errors/index.ts";
import { sql, type Transaction } from "../../postgres/index.ts";
import { declaredSince, readCoreVersion } from "../core.ts";

/** What files own in this database. */
export interface DeclaredLedger {
  readonly owned: ReadonlyMap<string, readonly Privilege[] | null>;
  /** Hints that were followed here; see `hintKey`. */
  readonly followed: ReadonlySet<string>;
}

type Query = Pick<Transaction, "query">;

/** A database whose files have declared nothing yet. */
export const emptyLedger: DeclaredLedger = { owned: new Map(), followed: new Set() };

/** Reads howdah.declared and howdah.hint. */
export async function readDeclaredLedger(tx: Query): Promise<DeclaredLedger> {
  const [row] = await tx.query<OwnedRow>(sql`
    select
      coalesce(pg_catalog.json_agg(key) filter (where privileges is null), '[]') as plain,
      coalesce(pg_catalog.json_object_agg(key, privileges) filter (where privileges is not null), '{}') as privileged
    from howdah.declared
  `);
  const hints = await tx.query<{ key: string }>(sql`select key from howdah.hint`);
  return {
    owned: new Map([
      ...(row?.plain ?? []).map((key) => [key, null] as const),
      ...Object.entries(row?.privileged ?? {}),
    ]),
    followed: new Set(hints.map((row) => row.key)),
  };
}

/** In one row: a hundred thousand of them take five times as long and as much memory. */
interface OwnedRow {
  readonly plain: readonly string[];
  readonly privileged: Readonly<Record<string, readonly Privilege[]>>;
}

/** Files of schema/ that are all gone leave what they declared: that is a change as well. */
export async function hasDeclared(tx: Query): Promise<boolean> {
  if ((await readCoreVersion(tx)) < declaredSince) return false;
  const [row] = await tx.query<{ some: boolean }>(sql`select exists (select from howdah.declared) as some`);
  return row?.some === true;
}

/** One row of howdah.declared. */
interface DeclaredRow {
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly column_number: number;
  readonly privileges: readonly Privilege[] | null;
}

/** Writes what the files own from now on, and forgets what they own no more; only what differs is touched. */
export async function writeDeclaredLedger(
  tx: Query,
  wanted: Model,
  { isOwned, origin }: { isOwned: (fact: Fact) => boolean; origin: (fact: Fact) => Position | undefined },
): Promise<void> {
  const rows = [...wanted.facts.values()].filter(isOwned).map((fact): DeclaredRow => {
    const position = origin(fact);
    const { key, acl: privileges } = fact;
    return {
      key,
      file: position?.file ?? "",
      line: position?.line ?? 0,
      column_number: position?.column ?? 0,
      privileges,
    };
  });
  await tx.query(sql`
    with entry as materialized (
      select *
      from pg_catalog.jsonb_to_recordset(${JSON.stringify(rows)}::pg_catalog.jsonb) as entry(
        key text, file text, line integer, column_number integer, privileges pg_catalog.jsonb
      )
    ), forgotten as (
      delete from howdah.declared
      where not exists (select from entry where entry.key = declared.key)
    )
    insert into howdah.declared (key, file, line, column_number, privileges)
    select key, file, line, column_number, privileges
    from entry
    on conflict (key) do update set
      file = excluded.file,
      line = excluded.line,
      column_number = excluded.column_number,
      privileges = excluded.privileges
    where (declared.file, declared.line, declared.column_number, declared.privileges)
      is distinct from (excluded.file, excluded.line, excluded.column_number, excluded.privileges)
  `);
}

/** Remembers the hints that stand in the files: each has now done its work here. */
export async function writeHints(tx: Query, keys: readonly string[]): Promise<void> {
  await tx.query(sql`
    with entry as materialized (
      select distinct key
      from pg_catalog.unnest(${[...keys]}::text[]) as key
    ), forgotten as (
      delete from howdah.hint
      where not exists (select from entry where entry.key = hint.key)
    )
    insert into howdah.hint (key)
    select key
    from entry
    on conflict (key) do nothing
  `);
}
