-- Who inherits from whom: children of tables, partitions with their bounds.
select
  'inheritance' as kind,
  'pg_catalog.pg_inherits'::pg_catalog.regclass::pg_catalog.oid as class,
  child.oid,
  inheritance.inhseqno as sub,
  null as also,
  namespace.nspname as schema,
  child.relname as relation,
  pg_catalog.format('%I.%I', parent_namespace.nspname, parent.relname) as name,
  null as args,
  pg_catalog.concat('pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, '/', child.oid, '/0') as parent,
  null as owner,
  null as comment,
  null as acl,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'kind', case parent.relkind when 'f' then 'foreign table' else 'table' end,
    'schema', parent_namespace.nspname,
    'name', parent.relname,
    'bound', case when child.relispartition then pg_catalog.pg_get_expr(child.relpartbound, child.oid) end,
    -- What the bound says of the rows; by oid for hashes, so good for nothing elsewhere.
    'constraint', case when child.relispartition and partitioned.partstrat <> 'h'
      then pg_catalog.pg_get_partition_constraintdef(child.oid) end,
    -- DETACH CONCURRENTLY was interrupted: nothing but its end can follow.
    'pending', nullif(inheritance.inhdetachpending, false)
  )) as props
from pg_catalog.pg_inherits as inheritance
join pg_catalog.pg_class as child
  on child.oid = inheritance.inhrelid
  and child.relkind in ('r', 'p', 'f')
join pg_catalog.pg_namespace as namespace on namespace.oid = child.relnamespace
join pg_catalog.pg_class as parent on parent.oid = inheritance.inhparent
join pg_catalog.pg_namespace as parent_namespace on parent_namespace.oid = parent.relnamespace
left join pg_catalog.pg_partitioned_table as partitioned on partitioned.partrelid = parent.oid
where child.relpersistence <> 't'
  and child.relnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by child.oid, inheritance.inhseqno
