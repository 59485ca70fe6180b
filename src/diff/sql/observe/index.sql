-- Indexes, those of constraints too: their columns, state, and the index of the partitioned table that they are part of.
with tuned as (
  select
    att.attrelid,
    pg_catalog.jsonb_object_agg(att.attnum, att.attstattarget) as targets
  from pg_catalog.pg_attribute as att
  join pg_catalog.pg_index as ind on ind.indexrelid = att.attrelid
  where att.attstattarget >= 0
  group by att.attrelid
)
select
  'index ' || ind.indexrelid::pg_catalog.regclass::text as object,
  ind.indrelid::text as relation,
  pg_catalog.pg_get_indexdef(ind.indexrelid, 0, true) as definition,
  ind.indisvalid as valid,
  ind.indisready as ready,
  ind.indimmediate as immediate,
  nullif(ind.indisclustered, false) as clustered,
  nullif(ind.indisreplident, false) as "replica identity",
  inh.inhparent::pg_catalog.regclass::text as "attached to",
  space.spcname as tablespace,
  tuned.targets as statistics,
  pg_catalog.quote_ident(con.conname) as "of constraint"
from pg_catalog.pg_index as ind
join pg_catalog.pg_class as rel on rel.oid = ind.indexrelid
left join pg_catalog.pg_inherits as inh on inh.inhrelid = ind.indexrelid
left join pg_catalog.pg_tablespace as space on space.oid = rel.reltablespace
left join tuned on tuned.attrelid = ind.indexrelid
left join pg_catalog.pg_constraint as con on con.conindid = ind.indexrelid and con.contype in ('p', 'u', 'x')
where rel.relnamespace <> all ($1::oid[])
  and ($2::oid[] is null or ind.indrelid = any ($2::oid[]))
  and not exists (
    select
    from pg_catalog.pg_depend as dep
    where dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and dep.objid = ind.indrelid
      and dep.deptype = 'e'
  )
