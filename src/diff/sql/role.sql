-- The roles of $2: attributes and settings, what they are members of, and the settings of this database. pg_roles,
-- because pg_authid may be read by superusers alone; passwords are never looked at.
select
  'role' as kind,
  'pg_catalog.pg_authid'::pg_catalog.regclass::pg_catalog.oid as class,
  role.oid::text as oid,
  0 as sub,
  null as also,
  null as schema,
  null as relation,
  role.rolname::text as name,
  null as args,
  null as parent,
  null as owner,
  pg_catalog.shobj_description(role.oid, 'pg_authid') as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'superuser', role.rolsuper,
    'createdb', role.rolcreatedb,
    'createrole', role.rolcreaterole,
    'inherit', role.rolinherit,
    'login', role.rolcanlogin,
    'replication', role.rolreplication,
    'bypassrls', role.rolbypassrls,
    'connectionLimit', role.rolconnlimit,
    'validUntil', nullif(role.rolvaliduntil::text, 'infinity'),
    'settings', coalesce((
      select pg_catalog.jsonb_object_agg(
        pg_catalog.split_part(item, '=', 1),
        pg_catalog.substr(item, pg_catalog.strpos(item, '=') + 1)
      )
      from pg_catalog.unnest(role.rolconfig) as item
    ), '{}')
  ) as props
from pg_catalog.pg_roles as role
where role.rolname = any ($2::text[])

union all

-- From 16 on the same role may be granted by several: what they give together counts.
select
  'membership',
  'pg_catalog.pg_auth_members'::pg_catalog.regclass::pg_catalog.oid,
  pg_catalog.concat(membership.roleid, '-', membership.member),
  0,
  null,
  null,
  null,
  pg_catalog.pg_get_userbyid(membership.roleid),
  pg_catalog.pg_get_userbyid(membership.member),
  pg_catalog.format('%s/%s/0', 'pg_catalog.pg_authid'::pg_catalog.regclass::pg_catalog.oid, membership.member),
  null,
  null,
  null,
  pg_catalog.jsonb_build_object(
    'admin', pg_catalog.bool_or(membership.admin_option),
    'inherit', pg_catalog.bool_or((pg_catalog.to_jsonb(membership) ->> 'inherit_option')::boolean),
    'set', pg_catalog.bool_or((pg_catalog.to_jsonb(membership) ->> 'set_option')::boolean)
  )
from pg_catalog.pg_auth_members as membership
join pg_catalog.pg_roles as member on member.oid = membership.member
where member.rolname = any ($2::text[])
group by membership.roleid, membership.member

union all

select
  case setting.setrole when 0 then 'database setting' else 'role setting' end,
  'pg_catalog.pg_db_role_setting'::pg_catalog.regclass::pg_catalog.oid,
  pg_catalog.concat(setting.setrole, '-', pg_catalog.split_part(item, '=', 1)),
  0,
  null,
  null,
  null,
  case setting.setrole when 0 then pg_catalog.split_part(item, '=', 1) else role.rolname::text end,
  case setting.setrole when 0 then null else pg_catalog.split_part(item, '=', 1) end,
  case when role.oid is not null then
    pg_catalog.format('%s/%s/0', 'pg_catalog.pg_authid'::pg_catalog.regclass::pg_catalog.oid, role.oid)
  end,
  null,
  null,
  null,
  pg_catalog.jsonb_build_object('value', pg_catalog.substr(item, pg_catalog.strpos(item, '=') + 1))
from pg_catalog.pg_db_role_setting as setting
join pg_catalog.pg_database as database on database.oid = setting.setdatabase
cross join lateral pg_catalog.unnest(setting.setconfig) as item
left join pg_catalog.pg_roles as role on role.oid = setting.setrole
where database.datname = pg_catalog.current_database()
  and (setting.setrole = 0 or role.rolname = any ($2::text[]))
  and $1::oid[] is not null
order by 1, 8, 9
