-- pgrst.… settings of the login role: those for this database are stronger than those for all.
select distinct on (setting.name) setting.name, setting.value
from pg_catalog.pg_db_role_setting as stored
cross join lateral pg_catalog.unnest(stored.setconfig) as entry(assignment)
cross join lateral (
  select
    pg_catalog.substr(pg_catalog.split_part(entry.assignment, '=', 1), 7) as name,
    pg_catalog.substr(entry.assignment, pg_catalog.strpos(entry.assignment, '=') + 1) as value
) as setting
where stored.setrole = pg_catalog.to_regrole(pg_catalog.quote_ident(current_user))
  and stored.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
  and entry.assignment like 'pgrst.%'
  and setting.name = any ($1::text[])
order by setting.name, stored.setdatabase desc
