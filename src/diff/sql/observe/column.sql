-- Columns of relations and attributes of composite types. Neither their position is part of it nor whether an inherited one is
-- local too: Postgres can't change that.
with identity as (
  select
    dep.refobjid,
    dep.refobjsubid,
    pg_catalog.min(dep.objid::pg_catalog.regclass::text) as sequence
  from pg_catalog.pg_depend as dep
  where dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and dep.deptype = 'i'
    and dep.refobjsubid > 0
    and ($2::oid[] is null or dep.refobjid = any ($2::oid[]))
  group by dep.refobjid, dep.refobjsubid
)
select
  pg_catalog.concat('column ', rel.oid::pg_catalog.regclass, '.', pg_catalog.quote_ident(att.attname)) as object,
  rel.oid::text as relation,
  pg_catalog.format_type(att.atttypid, att.atttypmod) as type,
  case
    when att.attcollation <> typ.typcollation then att.attcollation::pg_catalog.regcollation::text
  end as collation,
  nullif(att.attnotnull, false) as "not null",
  nullif(att.attidentity, '') as identity,
  identity.sequence as "identity sequence",
  nullif(att.attgenerated, '') as generated,
  pg_catalog.pg_get_expr(def.adbin, def.adrelid) as default,
  case when rel.relkind in ('r', 'p', 'm', 'f') then att.attstorage end as storage,
  nullif(att.attcompression, '') as compression,
  nullif(att.attstattarget, -1) as statistics,
  -- Without what the server keeps there for itself.
  nullif(array(select item from pg_catalog.unnest(att.attoptions) as item where item not like 'pg\_attver=%'), '{}') as options,
  att.attfdwoptions as "server options",
  att.attacl::text[] as acl,
  nullif(att.attinhcount, 0) as inherited
from pg_catalog.pg_attribute as att
join pg_catalog.pg_class as rel on rel.oid = att.attrelid
join pg_catalog.pg_type as typ on typ.oid = att.atttypid
left join pg_catalog.pg_attrdef as def on def.adrelid = att.attrelid and def.adnum = att.attnum
left join identity on identity.refobjid = att.attrelid and identity.refobjsubid = att.attnum
where rel.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
  and rel.relnamespace <> all ($1::oid[])
  and ($2::oid[] is null or rel.oid = any ($2::oid[]))
  and att.attnum > 0
  and not att.attisdropped
  and not exists (
    select
    from pg_catalog.pg_depend as dep
    where dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and dep.objid = rel.oid
      and dep.deptype = 'e'
  )
