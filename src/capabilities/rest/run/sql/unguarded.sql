-- Tables of the exposed schemas that a role may read or write, without row security to say which rows.
select
  namespace.nspname || '.' || class.relname as name,
  pg_catalog.has_table_privilege($1, class.oid, 'insert, update, delete, truncate') as writable
from pg_catalog.pg_class as class
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
where namespace.nspname = any ($2::text[])
  and class.relkind in ('r', 'p', 'f')
  and not class.relrowsecurity
  and pg_catalog.has_schema_privilege($1, namespace.oid, 'usage')
  and (
    pg_catalog.has_table_privilege($1, class.oid, 'insert, update, delete, truncate')
    or pg_catalog.has_any_column_privilege($1, class.oid, 'select, insert, update')
  )
order by name
