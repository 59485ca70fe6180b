-- Schemas of the users', by plain or quoted name: Postgres's own and howdah's core are left out.
select
  namespace.oid,
  case when namespace.nspname ~ '^[a-z_][a-z0-9_$]*$' then namespace.nspname::text
    else '"' || pg_catalog.replace(namespace.nspname, '"', '""') || '"' end as plain
from pg_catalog.pg_namespace as namespace
where namespace.nspname !~ '^pg_'
  and namespace.nspname not in ('information_schema', 'howdah', 'howdah_worker')
