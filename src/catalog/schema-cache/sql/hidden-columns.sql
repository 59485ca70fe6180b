-- Names of the columns of relations that have keys and are not exposed, partitions among them.
select
  attribute.attrelid::text as relation,
  pg_catalog.json_object_agg(attribute.attnum, attribute.attname) as names
from pg_catalog.pg_attribute as attribute
join pg_catalog.pg_class as class on class.oid = attribute.attrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
where attribute.attnum > 0
  and class.relkind in ('r', 'p', 'f')
  and namespace.nspname not in ('pg_catalog', 'information_schema')
  and (namespace.nspname <> all ($1) or class.relispartition)
  and class.oid in (
    select constraint_.conrelid
    from pg_catalog.pg_constraint as constraint_
    where constraint_.contype in ('p', 'u', 'f')
    union
    select constraint_.confrelid
    from pg_catalog.pg_constraint as constraint_
    where constraint_.contype = 'f'
  )
group by attribute.attrelid
