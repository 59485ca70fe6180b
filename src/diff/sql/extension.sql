-- Extensions. Who owns one can't be changed, so it is not compared.
select
  'extension' as kind,
  'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid as class,
  extension.oid,
  0 as sub,
  null as also,
  null as schema,
  null as relation,
  extension.extname as name,
  null as args,
  null as parent,
  null as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'schema', namespace.nspname,
    'version', extension.extversion
  ) as props
from pg_catalog.pg_extension as extension
join pg_catalog.pg_namespace as namespace on namespace.oid = extension.extnamespace
left join pg_catalog.pg_description as description
  on description.objoid = extension.oid
  and description.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass
where $1::oid[] is not null
  and $2::text[] is not null
order by extension.extname
