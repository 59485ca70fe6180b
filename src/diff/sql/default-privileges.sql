-- What ALTER DEFAULT PRIVILEGES has set. In one schema they are added to those for all schemas; those for all schemas
-- take the place of the built-in ones.
select
  'default privileges' as kind,
  'pg_catalog.pg_default_acl'::pg_catalog.regclass::pg_catalog.oid as class,
  entry.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  null as relation,
  pg_catalog.pg_get_userbyid(entry.defaclrole) as name,
  case entry.defaclobjtype
    when 'r' then 'tables'
    when 'S' then 'sequences'
    when 'f' then 'functions'
    when 'T' then 'types'
    when 'n' then 'schemas'
    when 'L' then 'large objects'
    else entry.defaclobjtype::text
  end as args,
  case when namespace.oid is not null then
    pg_catalog.format('%s/%s/0', 'pg_catalog.pg_namespace'::pg_catalog.regclass::pg_catalog.oid, namespace.oid)
  end as parent,
  null as owner,
  null as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'objectType', entry.defaclobjtype,
    'acl', coalesce(acl.list, '[]')
  ) as props
from pg_catalog.pg_default_acl as entry
left join pg_catalog.pg_namespace as namespace on namespace.oid = entry.defaclnamespace
left join lateral (
  select pg_catalog.jsonb_agg(
    pg_catalog.jsonb_build_object(
      'grantee', item.grantee,
      'privilege', item.privilege,
      'grantable', item.grantable
    ) order by item.grantee collate "C", item.privilege collate "C"
  ) as list
  from (
    select
      case grantee when 0 then '' else pg_catalog.pg_get_userbyid(grantee)::text end as grantee,
      privilege_type as privilege,
      pg_catalog.bool_or(is_grantable) as grantable
    from pg_catalog.aclexplode(entry.defaclacl)
    group by 1, 2
  ) as item
) as acl on true
where entry.defaclnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by 8, namespace.nspname, 9
