select
  n.nspname as schema,
  p.proname as name,
  pg_catalog.pg_get_function_result(p.oid) as result,
  pg_catalog.pg_get_function_arguments(p.oid) as arguments
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where n.nspname !~ '^pg_'
  and n.nspname <> 'information_schema'
order by n.nspname, p.proname, arguments;
