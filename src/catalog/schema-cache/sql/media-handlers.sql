-- Functions and aggregates of the exposed schemas whose result is a domain that is named like a media type.
select
  case proc.prokind when 'a' then 'aggregate' else 'function' end as kind,
  namespace.nspname as schema,
  proc.proname as name,
  pg_catalog.lower(domain.typname) as media_type,
  domain.typbasetype = 'pg_catalog.bytea'::pg_catalog.regtype as is_binary,
  argument_namespace.nspname as argument_schema,
  argument.typname as argument_name
from pg_catalog.pg_proc as proc
join pg_catalog.pg_namespace as namespace on namespace.oid = proc.pronamespace
join pg_catalog.pg_type as domain on domain.oid = proc.prorettype
left join pg_catalog.pg_type as argument on argument.oid = proc.proargtypes[0]
left join pg_catalog.pg_namespace as argument_namespace on argument_namespace.oid = argument.typnamespace
where namespace.nspname = any ($1)
  and domain.typtype = 'd'
  and (domain.typname ~* '^[A-Za-z0-9.-]+/[A-Za-z0-9.\+-]+$' or domain.typname = '*/*')
  and (
    (proc.prokind = 'f' and not proc.proretset)
    or (
      proc.prokind = 'a'
      and proc.pronargs = 1
      and (argument.typname = 'anyelement' or argument.typrelid <> 0)
    )
  )
order by proc.oid
