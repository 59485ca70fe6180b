-- Comments of the exposed schemas.
select
  namespace.nspname as name,
  pg_catalog.obj_description(namespace.oid, 'pg_namespace') as description
from pg_catalog.pg_namespace as namespace
where namespace.nspname = any ($1)
