-- Policies; role 0 is PUBLIC.
select
  'policy' as kind,
  'pg_catalog.pg_policy'::pg_catalog.regclass::pg_catalog.oid as class,
  policy.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  relation.relname as relation,
  policy.polname as name,
  null as args,
  pg_catalog.format('%s/%s/0', 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, relation.oid) as parent,
  null as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'permissive', policy.polpermissive,
    'command', policy.polcmd,
    'roles', roles.list,
    'using', pg_catalog.pg_get_expr(policy.polqual, policy.polrelid, true),
    'check', pg_catalog.pg_get_expr(policy.polwithcheck, policy.polrelid, true)
  ) as props
from pg_catalog.pg_policy as policy
join pg_catalog.pg_class as relation on relation.oid = policy.polrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
left join pg_catalog.pg_description as description
  on description.objoid = policy.oid
  and description.classoid = 'pg_catalog.pg_policy'::pg_catalog.regclass
cross join lateral (
  select pg_catalog.jsonb_agg(role.name order by role.name) as list
  from (
    select case role when 0 then '' else pg_catalog.pg_get_userbyid(role)::text end as name
    from pg_catalog.unnest(policy.polroles) as role
  ) as role
) as roles
where relation.relnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by namespace.nspname, relation.relname, policy.polname
