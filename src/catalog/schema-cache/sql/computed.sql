-- Functions that take a row of one relation and return rows of another.
select
  namespace.nspname as schema,
  proc.proname as name,
  from_namespace.nspname as from_schema,
  from_class.relname as from_name,
  to_namespace.nspname as to_schema,
  to_class.relname as to_name,
  not proc.proretset or proc.prorows = 1 as to_one
from pg_catalog.pg_proc as proc
join pg_catalog.pg_namespace as namespace on namespace.oid = proc.pronamespace
join pg_catalog.pg_class as from_class on from_class.reltype = proc.proargtypes[0]
join pg_catalog.pg_namespace as from_namespace on from_namespace.oid = from_class.relnamespace
join pg_catalog.pg_class as to_class on to_class.reltype = proc.prorettype
join pg_catalog.pg_namespace as to_namespace on to_namespace.oid = to_class.relnamespace
where proc.pronargs = 1
  and proc.prokind = 'f'
  and from_class.relkind in ('r', 'v', 'm', 'f', 'p')
  and to_class.relkind in ('r', 'v', 'm', 'f', 'p')
order by proc.oid
