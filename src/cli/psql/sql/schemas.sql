select
  n.nspname as name,
  pg_catalog.pg_get_userbyid(n.nspowner) as owner,
  pg_catalog.obj_description(n.oid, 'pg_namespace') as comment
from pg_catalog.pg_namespace as n
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
order by n.nspname;
