import { ident, relationOf, type Fact } from "../../../diff/index.ts";
import { quoteLiteral } from "../../../postgres/index.ts";
import type { OnlineStep } from "../step.ts";

/** Blocks that one batch looks at: half a megabyte, some thousand rows, locked for some ten milliseconds. */
const batchBlocks = 64;

/**
 * Gives the rows that have no value, or of which something else is true, one, batch after batch through the table's blocks.
 *
 * Where it is in the table is kept by the session: an interrupted one begins anew, and passes over what is filled.
 */
export function filling(column: Fact, value: string, rows?: string): OnlineStep {
  const [table, name] = [relationOf(column), ident(column.name)];
  const regclass = quoteLiteral(table).trim();
  const place = (blocks: number): string =>
    `(select pg_catalog.format('(%s,0)', first + ${blocks})::pg_catalog.tid from howdah_place)`;
  return {
    object: column.key,
    cleanup: "select pg_catalog.set_config('howdah.block', '0', false)",
    repeat: true,
    statement: `with howdah_place as materialized (
  select coalesce(nullif(pg_catalog.current_setting('howdah.block', true), ''), '0')::pg_catalog.int8 as first
), howdah_filled as (
  update ${table}
  set ${name} = ${value}
  where ${table}.ctid >= ${place(0)}
    and ${table}.ctid < ${place(batchBlocks)}
    and ${rows ?? `${table}.${name} is null`}
)
select
  (first + ${batchBlocks}) * pg_catalog.current_setting('block_size')::pg_catalog.int8 < greatest(
    pg_catalog.pg_relation_size(${regclass}::pg_catalog.regclass),
    (
      select pg_catalog.max(pg_catalog.pg_relation_size(relid))
      from pg_catalog.pg_partition_tree(${regclass}::pg_catalog.regclass)
    )
  ) as "left",
  pg_catalog.set_config('howdah.block', (first + ${batchBlocks})::pg_catalog.text, false)
from howdah_place`,
  };
}
