-- What ALTER ROLE … SET gave the roles that a login may become, as far as the login may set it.
select distinct role.rolname as role, setting.name, setting.value
from pg_catalog.pg_auth_members as membership
join pg_catalog.pg_roles as login on login.oid = membership.member
join pg_catalog.pg_roles as role on role.oid = membership.roleid
cross join lateral (
  select
    pg_catalog.lower(pg_catalog.split_part(entry, '=', 1)) as name,
    pg_catalog.substr(entry, pg_catalog.strpos(entry, '=') + 1) as value
  from pg_catalog.unnest(role.rolconfig) as entry
) as setting
join pg_catalog.pg_settings as known on pg_catalog.lower(known.name) = setting.name
where login.rolname = $1
  and (known.context = 'user' or pg_catalog.has_parameter_privilege($1, known.name, 'set'))
