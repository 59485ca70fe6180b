import type { Transaction } from "../../src/postgres/index.ts";

/**
 * `table.column type` → a digest of its values, in whatever order the rows are; of a table's own rows, and those of a
 * partitioned table's partitions. Where two of one name agree, the values are the same.
 */
export async function columnDigests(tx: Pick<Transaction, "query" | "execute">): Promise<ReadonlyMap<string, string>> {
  await tx.execute("set local search_path = ''; set local row_security = off");
  const rows = await tx.query<{ name: string; digest: string }>({ text: digests, values: [] });
  return new Map(rows.map(({ name, digest }) => [name, digest]));
}

const digests = `
  select
    concat(att.attrelid::regclass, '.', quote_ident(att.attname), ' ', format_type(att.atttypid, att.atttypmod)) as name,
    md5(query_to_xml(
      format(
        'select count(%1$I) as n, md5(string_agg(%1$I::text, chr(1) order by %1$I::text collate "C")) as digest from %2$s %3$s',
        att.attname, case rel.relkind when 'r' then 'only' end, att.attrelid::regclass
      ),
      false, true, ''
    )::text) as digest
  from pg_attribute as att
  join pg_class as rel on rel.oid = att.attrelid
  join pg_namespace as nsp on nsp.oid = rel.relnamespace
  where rel.relkind in ('r', 'p')
    and nsp.nspname <> 'information_schema'
    and not starts_with(nsp.nspname, 'pg_')
    and att.attnum > 0
    and not att.attisdropped
    -- What is kept elsewhere can't be read here.
    and not exists (
      select from pg_partition_tree(rel.oid) as part join pg_class as leaf on leaf.oid = part.relid where leaf.relkind = 'f'
    )
`;
