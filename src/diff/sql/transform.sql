-- Transforms of types for languages; they live in no schema.
select
  'transform' as kind,
  'pg_catalog.pg_transform'::pg_catalog.regclass::pg_catalog.oid as class,
  transform.oid,
  0 as sub,
  null as also,
  null as schema,
  null as relation,
  language.lanname as name,
  pg_catalog.format_type(transform.trftype, null) as args,
  null as parent,
  null as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'from', case when transform.trffromsql <> 0
      then transform.trffromsql::pg_catalog.regprocedure::text end,
    'to', case when transform.trftosql <> 0
      then transform.trftosql::pg_catalog.regprocedure::text end
  ) as props
from pg_catalog.pg_transform as transform
join pg_catalog.pg_language as language on language.oid = transform.trflang
join pg_catalog.pg_type as type on type.oid = transform.trftype
left join pg_catalog.pg_description as description
  on description.objoid = transform.oid
  and description.classoid = 'pg_catalog.pg_transform'::pg_catalog.regclass
where not (type.typnamespace = any ($1::oid[]) and type.oid >= 16384)
  and $2::text[] is not null
order by language.lanname, 9
