-- Implicit casts by function between a domain and json or text.
select
  pg_catalog.format_type(cast_.castsource, null) as source,
  pg_catalog.format_type(cast_.casttarget, null) as target,
  namespace.nspname as schema,
  proc.proname as name
from pg_catalog.pg_cast as cast_
join pg_catalog.pg_type as source on source.oid = cast_.castsource
join pg_catalog.pg_type as target on target.oid = cast_.casttarget
join pg_catalog.pg_proc as proc on proc.oid = cast_.castfunc
join pg_catalog.pg_namespace as namespace on namespace.oid = proc.pronamespace
where cast_.castcontext = 'i'
  and cast_.castmethod = 'f'
  and pg_catalog.has_function_privilege(cast_.castfunc, 'execute')
  and (
    (
      source.typtype = 'd'
      and cast_.casttarget in ('pg_catalog.json'::pg_catalog.regtype, 'pg_catalog.text'::pg_catalog.regtype)
    )
    or (
      target.typtype = 'd'
      and cast_.castsource in ('pg_catalog.json'::pg_catalog.regtype, 'pg_catalog.text'::pg_catalog.regtype)
    )
  )
