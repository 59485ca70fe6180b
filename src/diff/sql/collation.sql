-- Collations that this database can use; the version of their provider is no part of them.
select
  'collation' as kind,
  'pg_catalog.pg_collation'::pg_catalog.regclass::pg_catalog.oid as class,
  ordering.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  null as relation,
  ordering.collname as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(ordering.collowner) as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'provider', ordering.collprovider,
    'deterministic', ordering.collisdeterministic,
    'collate', ordering.collcollate,
    'ctype', ordering.collctype,
    'locale', coalesce(newer.row ->> 'colllocale', newer.row ->> 'colliculocale'),
    'rules', newer.row ->> 'collicurules'
  ) as props
from pg_catalog.pg_collation as ordering
cross join lateral (
  select pg_catalog.to_jsonb(ordering) as row
) as newer
join pg_catalog.pg_namespace as namespace on namespace.oid = ordering.collnamespace
join pg_catalog.pg_database as database on database.datname = pg_catalog.current_database()
left join pg_catalog.pg_description as description
  on description.objoid = ordering.oid
  and description.classoid = 'pg_catalog.pg_collation'::pg_catalog.regclass
where ordering.collnamespace <> all ($1::oid[])
  and $2::text[] is not null
  and ordering.collencoding in (-1, database.encoding)
order by namespace.nspname, ordering.collname
