import { keyOf } from "../../diff/index.ts";
import { sql, type Transaction } from "../../postgres/index.ts";

/** Rows and bytes of the tables, by their key: estimates. */
export type Sizes = ReadonlyMap<string, Size>;

/** How big one table is, with all its partitions. */
export interface Size {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Reads how big each table is: by the length of its files and by how many rows a block had when it was looked at last, or by a
 * guess of 100 bytes a row.
 */
export async function readSizes(tx: Pick<Transaction, "query">): Promise<Sizes> {
  const rows = await tx.query<{ schema: string; name: string } & Size>(sql`
    with recursive storage as (
      select
        oid,
        pg_catalog.pg_relation_size(oid)::float8 as bytes,
        case
          when reltuples > 0 and relpages > 0 then reltuples / (relpages * pg_catalog.current_setting('block_size')::float8)
          else 0.01
        end as density
      from pg_catalog.pg_class
      where relkind in ('r', 'm', 'p')
        and relpersistence <> 't'
        and relnamespace not in ('pg_catalog'::pg_catalog.regnamespace, 'information_schema'::pg_catalog.regnamespace)
    ),
    tree as (
      select oid as root, oid
      from storage
      union all
      select tree.root, inheritance.inhrelid
      from tree
      join pg_catalog.pg_inherits as inheritance on inheritance.inhparent = tree.oid
    )
    select
      namespace.nspname as schema,
      relation.relname as name,
      pg_catalog.round(pg_catalog.sum(storage.bytes * storage.density))::float8 as rows,
      pg_catalog.sum(storage.bytes)::float8 as bytes
    from tree
    join storage on storage.oid = tree.oid
    join pg_catalog.pg_class as relation on relation.oid = tree.root
    join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
    group by namespace.nspname, relation.relname
  `);
  return new Map(
    rows.map(({ schema, name, ...size }) => [keyOf({ kind: "table", schema, relation: null, name, args: null }), size]),
  );
}
