-- Schemas, extensions, default privileges, settings of roles in this database, security labels.
select
  'schema ' || pg_catalog.quote_ident(nsp.nspname) as object,
  pg_catalog.jsonb_build_object(
    'owner', pg_catalog.pg_get_userbyid(nsp.nspowner),
    'acl', coalesce(nsp.nspacl, pg_catalog.acldefault('n', nsp.nspowner))::text[]
  )::text as value
from pg_catalog.pg_namespace as nsp
where nsp.oid <> all ($1::oid[])
  and not exists (
    select
    from pg_catalog.pg_depend as dep
    where dep.classid = nsp.tableoid
      and dep.objid = nsp.oid
      and dep.deptype = 'e'
  )
union all
select
  'extension ' || pg_catalog.quote_ident(ext.extname),
  pg_catalog.jsonb_build_object('version', ext.extversion, 'schema', ext.extnamespace::pg_catalog.regnamespace::text)::text
from pg_catalog.pg_extension as ext
where ext.extnamespace <> all (
  select unnested
  from pg_catalog.unnest($1::oid[]) as unnested
  -- plpgsql and others that insist on it stand there.
  where unnested <> 'pg_catalog'::pg_catalog.regnamespace
)
union all
select
  pg_catalog.format(
    'default privileges of %I in %s on %s',
    pg_catalog.pg_get_userbyid(acl.defaclrole),
    case acl.defaclnamespace when 0 then 'all' else acl.defaclnamespace::pg_catalog.regnamespace::text end,
    acl.defaclobjtype
  ),
  pg_catalog.jsonb_build_object(
    'acl', acl.defaclacl::text[]
  )::text
from pg_catalog.pg_default_acl as acl
where acl.defaclnamespace <> all ($1::oid[])
union all
select
  pg_catalog.format(
    'settings of %s', case conf.setrole when 0 then 'the database' else pg_catalog.pg_get_userbyid(conf.setrole)::text end
  ),
  pg_catalog.jsonb_build_object(
    'settings', (select pg_catalog.jsonb_agg(item order by item) from pg_catalog.unnest(conf.setconfig) as item)
  )::text
from pg_catalog.pg_db_role_setting as conf
where conf.setdatabase = (
  select db.oid from pg_catalog.pg_database as db where db.datname = pg_catalog.current_database()
)
union all
select
  pg_catalog.format('security label of %s %s by %s', label.objtype, label.objname, label.provider),
  pg_catalog.jsonb_build_object('label', label.label)::text
from pg_catalog.pg_seclabels as label
where label.classoid not in (
    'pg_catalog.pg_authid'::pg_catalog.regclass,
    'pg_catalog.pg_database'::pg_catalog.regclass,
    'pg_catalog.pg_tablespace'::pg_catalog.regclass
  )
  and coalesce(label.objnamespace, 0) <> all ($1::oid[])
