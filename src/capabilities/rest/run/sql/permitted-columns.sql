-- Columns of the exposed relations that a role may read, where it may not read them all: of each role that a login may
-- become, and only of relations that have grants on columns.
select
  role.rolname as role,
  namespace.nspname as schema,
  class.relname as relation,
  pg_catalog.json_agg(attribute.attname order by attribute.attnum) as columns
from pg_catalog.pg_class as class
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
join pg_catalog.pg_attribute as attribute
  on attribute.attrelid = class.oid
  and attribute.attnum > 0
  and not attribute.attisdropped
cross join pg_catalog.pg_roles as role
where namespace.nspname = any ($2)
  and class.relkind in ('r', 'v', 'm', 'f', 'p')
  and exists (
    select
    from pg_catalog.pg_attribute as granted
    where granted.attrelid = class.oid
      and granted.attacl is not null
  )
  and pg_catalog.pg_has_role($1, role.oid, 'member')
  and not pg_catalog.has_table_privilege(role.oid, class.oid, 'select')
  and pg_catalog.has_column_privilege(role.oid, class.oid, attribute.attnum, 'select')
group by role.rolname, namespace.nspname, class.relname
