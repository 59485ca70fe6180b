-- Conversions between encodings.
select
  'conversion' as kind,
  'pg_catalog.pg_conversion'::pg_catalog.regclass::pg_catalog.oid as class,
  conversion.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  null as relation,
  conversion.conname as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(conversion.conowner) as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'from', pg_catalog.pg_encoding_to_char(conversion.conforencoding),
    'to', pg_catalog.pg_encoding_to_char(conversion.contoencoding),
    'function', conversion.conproc::text,
    'default', conversion.condefault
  ) as props
from pg_catalog.pg_conversion as conversion
join pg_catalog.pg_namespace as namespace on namespace.oid = conversion.connamespace
left join pg_catalog.pg_description as description
  on description.objoid = conversion.oid
  and description.classoid = 'pg_catalog.pg_conversion'::pg_catalog.regclass
where conversion.connamespace <> all ($1::oid[])
  and $2::text[] is not null
order by namespace.nspname, conversion.conname
