-- Schemas. `public` stands in every new database, so it is as much a fact as any other.
select
  'schema' as kind,
  'pg_catalog.pg_namespace'::pg_catalog.regclass::pg_catalog.oid as class,
  namespace.oid,
  0 as sub,
  null as also,
  null as schema,
  null as relation,
  namespace.nspname as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(namespace.nspowner) as owner,
  description.description as comment,
  coalesce(acl.list, '[]') as acl,
  '{}'::pg_catalog.jsonb as props
from pg_catalog.pg_namespace as namespace
left join pg_catalog.pg_description as description
  on description.objoid = namespace.oid
  and description.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
cross join lateral (select coalesce(namespace.nspacl, pg_catalog.acldefault('n', namespace.nspowner)) as acl) as given
cross join lateral (
  /* privilege-list.sql */
) as acl
where namespace.oid <> all ($1::oid[])
  and $2::text[] is not null
order by namespace.nspname
