select
  r.rolname as name,
  concat_ws(
    ', ',
    case when r.rolsuper then 'superuser' end,
    case when r.rolcreaterole then 'create role' end,
    case when r.rolcreatedb then 'create database' end,
    case when r.rolbypassrls then 'bypass row security' end,
    case when not r.rolcanlogin then 'no login' end
  ) as attributes
from pg_catalog.pg_roles as r
where r.rolname !~ '^pg_'
order by r.rolname;
