-- Foreign-data wrappers, servers and user mappings (their options only for who may see them).
with member as (
  select dep.classid, dep.objid
  from pg_catalog.pg_depend as dep
  where dep.deptype = 'e'
)
select
  'foreign-data wrapper ' || pg_catalog.quote_ident(fdw.fdwname) as object,
  pg_catalog.jsonb_build_object(
    'owner', pg_catalog.pg_get_userbyid(fdw.fdwowner),
    'handler', nullif(fdw.fdwhandler, 0)::pg_catalog.regproc::text,
    'validator', nullif(fdw.fdwvalidator, 0)::pg_catalog.regproc::text,
    'options', fdw.fdwoptions,
    'acl', coalesce(fdw.fdwacl, pg_catalog.acldefault('F', fdw.fdwowner))::text[]
  )::text as value
from pg_catalog.pg_foreign_data_wrapper as fdw
where $1::oid[] is not null
  and not exists (select from member where member.classid = fdw.tableoid and member.objid = fdw.oid)
union all
select
  'server ' || pg_catalog.quote_ident(srv.srvname),
  pg_catalog.jsonb_build_object(
    'owner', pg_catalog.pg_get_userbyid(srv.srvowner),
    'wrapper', fdw.fdwname,
    'type', srv.srvtype,
    'version', srv.srvversion,
    'options', srv.srvoptions,
    'acl', coalesce(srv.srvacl, pg_catalog.acldefault('S', srv.srvowner))::text[]
  )::text
from pg_catalog.pg_foreign_server as srv
join pg_catalog.pg_foreign_data_wrapper as fdw on fdw.oid = srv.srvfdw
where not exists (select from member where member.classid = srv.tableoid and member.objid = srv.oid)
union all
select
  pg_catalog.format('user mapping for %s server %I', mapping.usename, mapping.srvname),
  pg_catalog.jsonb_build_object(
    'options', mapping.umoptions
  )::text
from pg_catalog.pg_user_mappings as mapping
