-- Indexes of tables and materialized views, but for those that a constraint stands on. Attached ones come first: where
-- two would do for the partitioned one, Postgres takes the older.
select
  'index' as kind,
  'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as class,
  item.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  relation.relname as relation,
  item.relname as name,
  null as args,
  pg_catalog.concat('pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, '/', relation.oid, '/0') as parent,
  null as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'unique', case when index.indisunique then true end,
    'partitioned', case when item.relkind = 'I' then true end,
    'attached', case when item.relispartition then true end,
    'method', method.amname,
    -- From the keys to NULLS NOT DISTINCT: `(a, b DESC) INCLUDE (c)`.
    'definition', case when item.reloptions is null then head.text
      else pg_catalog.regexp_replace(head.text, ' WITH \([^()]*\)$', '') end,
    'predicate', predicate.text,
    'keys', case when index.indisunique then pg_catalog.to_jsonb(array(
      select pg_catalog.pg_get_indexdef(item.oid, place, true)
      from pg_catalog.generate_series(1, index.indnkeyatts) as place
    )) end,
    'nullsNotDistinct', case when index.indnullsnotdistinct then true end,
    'options', item.reloptions,
    'tablespace', tablespace.spcname,
    -- Of expressions alone: columns have their own.
    'statistics', case when index.indexprs is not null then (
      select pg_catalog.jsonb_object_agg(attnum, attstattarget)
      from pg_catalog.pg_attribute
      where attrelid = item.oid
        and attnum > 0
        and attstattarget >= 0
    ) end,
    'clustered', case when index.indisclustered then true end,
    'replicaIdentity', case when index.indisreplident then true end,
    'invalid', case when not index.indisvalid then true end
  )) as props
from pg_catalog.pg_index as index
join pg_catalog.pg_class as item on item.oid = index.indexrelid
join pg_catalog.pg_class as relation on relation.oid = index.indrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
join pg_catalog.pg_am as method on method.oid = item.relam
left join pg_catalog.pg_tablespace as tablespace on tablespace.oid = item.reltablespace
left join pg_catalog.pg_description as description
  on description.objoid = item.oid
  and description.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and description.objsubid = 0
cross join lateral (select pg_catalog.pg_get_expr(index.indpred, index.indrelid, true) as text offset 0) as predicate
cross join lateral (
  select pg_catalog.substr(
    pg_catalog.pg_get_indexdef(item.oid, 0, true),
    1 + pg_catalog.length(pg_catalog.format(
      'CREATE %sINDEX %I ON %s%I.%I USING %I ',
      case when index.indisunique then 'UNIQUE ' end,
      item.relname,
      case when item.relkind = 'I' then 'ONLY ' end,
      namespace.nspname,
      relation.relname,
      method.amname
    ))
  ) as text
  offset 0
) as definition
cross join lateral (
  select case when predicate.text is null then definition.text else pg_catalog.left(
    definition.text,
    pg_catalog.length(definition.text) - pg_catalog.length(' WHERE ' || predicate.text)
  ) end as text
) as head
where not exists (
    select
    from pg_catalog.pg_constraint as owner
    where owner.conindid = item.oid
      and owner.contype in ('p', 'u', 'x')
  )
  and relation.relkind in ('r', 'p', 'm')
  and relation.relpersistence <> 't'
  and relation.relnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by namespace.nspname, relation.relname, item.relispartition desc, item.relname
