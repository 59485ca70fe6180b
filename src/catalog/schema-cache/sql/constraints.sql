-- Keys of every schema, since views show tables of schemas that are not exposed.
select
  constraint_.contype as kind,
  constraint_.conname as name,
  constraint_.conrelid::text as relation_oid,
  namespace.nspname as schema,
  class.relname as relation,
  constraint_.confrelid::text as referenced_oid,
  referenced_namespace.nspname as referenced_schema,
  referenced.relname as referenced_relation,
  -- A partition's copy of its parent's key.
  constraint_.conparentid <> 0 as inherited,
  pg_catalog.json_agg(key.number order by key.position) as numbers,
  pg_catalog.json_agg(attribute.attname order by key.position) as columns,
  pg_catalog.json_agg(key.referenced_number order by key.position) as referenced_numbers,
  pg_catalog.json_agg(referenced_attribute.attname order by key.position) as referenced_columns
from pg_catalog.pg_constraint as constraint_
join pg_catalog.pg_class as class on class.oid = constraint_.conrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
cross join lateral unnest(constraint_.conkey, constraint_.confkey)
  with ordinality as key (number, referenced_number, position)
join pg_catalog.pg_attribute as attribute
  on attribute.attrelid = constraint_.conrelid
  and attribute.attnum = key.number
left join pg_catalog.pg_class as referenced on referenced.oid = constraint_.confrelid
left join pg_catalog.pg_namespace as referenced_namespace on referenced_namespace.oid = referenced.relnamespace
left join pg_catalog.pg_attribute as referenced_attribute
  on referenced_attribute.attrelid = constraint_.confrelid
  and referenced_attribute.attnum = key.referenced_number
where constraint_.contype in ('p', 'u', 'f')
  and namespace.nspname not in ('pg_catalog', 'information_schema')
group by
  constraint_.oid,
  constraint_.contype,
  constraint_.conname,
  constraint_.conrelid,
  constraint_.confrelid,
  constraint_.conparentid,
  namespace.nspname,
  class.relname,
  referenced_namespace.nspname,
  referenced.relname
order by constraint_.conrelid, constraint_.conname
