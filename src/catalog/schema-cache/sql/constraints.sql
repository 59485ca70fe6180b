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
  pg_catalog.array_to_string(constraint_.conkey, ' ') as numbers,
  pg_catalog.array_to_string(constraint_.confkey, ' ') as referenced_numbers
from pg_catalog.pg_constraint as constraint_
join pg_catalog.pg_class as class on class.oid = constraint_.conrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
left join pg_catalog.pg_class as referenced on referenced.oid = constraint_.confrelid
left join pg_catalog.pg_namespace as referenced_namespace on referenced_namespace.oid = referenced.relnamespace
where constraint_.contype in ('p', 'u', 'f')
  and namespace.nspname not in ('pg_catalog', 'information_schema')
order by constraint_.conrelid, constraint_.conname
