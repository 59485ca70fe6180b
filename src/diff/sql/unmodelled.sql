-- What is there and no kind of fact holds, one line each. $1: namespaces that are left out. Data (large objects) and
-- what belongs to the cluster (tablespaces, privileges on parameters, origins) are no part of a schema. Nor are changed
-- privileges on members of extensions: they can't be told from default privileges when the extension was made.
-- Catalogs that a newer Postgres may have: everything that pg_depend knows belongs to one of these.
select pg_catalog.pg_describe_object(depend.classid, depend.objid, 0) as description
from (
  select distinct classid, objid
  from pg_catalog.pg_depend
  where objid >= 16384
    and classid in (
      select depend.classid
      from (select distinct classid from pg_catalog.pg_depend) as depend
      join pg_catalog.pg_class as catalog on catalog.oid = depend.classid
      where catalog.relname not in (
        'pg_am', 'pg_amop', 'pg_amproc', 'pg_attrdef', 'pg_cast', 'pg_class', 'pg_collation', 'pg_constraint',
        'pg_conversion', 'pg_default_acl', 'pg_event_trigger', 'pg_extension', 'pg_foreign_data_wrapper',
        'pg_foreign_server', 'pg_language', 'pg_largeobject', 'pg_namespace', 'pg_opclass', 'pg_operator',
        'pg_opfamily', 'pg_policy', 'pg_proc', 'pg_publication', 'pg_publication_namespace', 'pg_publication_rel',
        'pg_rewrite', 'pg_statistic_ext', 'pg_subscription', 'pg_transform', 'pg_trigger', 'pg_ts_config',
        'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template', 'pg_type', 'pg_user_mapping'
      )
    )
) as depend
where not exists (
  select
  from pg_catalog.pg_depend as member
  where member.classid = depend.classid
    and member.objid = depend.objid
    and member.deptype = 'e'
)

union all

-- Kinds of relations, types and routines that a newer Postgres may have.
select pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, oid, 0)
from pg_catalog.pg_class
where relkind not in ('r', 'p', 'f', 'v', 'm', 'i', 'I', 'S', 'c', 't')
  and relnamespace <> all ($1::oid[])

union all

select pg_catalog.pg_describe_object('pg_catalog.pg_type'::pg_catalog.regclass, oid, 0)
from pg_catalog.pg_type
where (typtype not in ('b', 'c', 'd', 'e', 'p', 'r', 'm') or typtype = 'p' and typisdefined)
  and typnamespace <> all ($1::oid[])

union all

select pg_catalog.pg_describe_object('pg_catalog.pg_proc'::pg_catalog.regclass, oid, 0)
from pg_catalog.pg_proc
where prokind not in ('f', 'p', 'a', 'w')
  and pronamespace <> all ($1::oid[])

union all

select pg_catalog.format(
  '%s in tablespace %s',
  pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, relation.oid, 0),
  tablespace.spcname
)
from pg_catalog.pg_class as relation
join pg_catalog.pg_tablespace as tablespace on tablespace.oid = relation.reltablespace
where relation.reltablespace <> 0
  and relation.relkind <> 't'
  and relation.relnamespace <> all ($1::oid[])

union all

-- ALTER … DEPENDS ON EXTENSION.
select pg_catalog.format(
  '%s going with %s',
  pg_catalog.pg_describe_object(classid, objid, objsubid),
  pg_catalog.pg_describe_object(refclassid, refobjid, refobjsubid)
)
from pg_catalog.pg_depend
where deptype = 'x'

union all

-- Hidden options: those of other roles' mappings are shown to superusers only.
select pg_catalog.format(
  'options of user mapping for %s on server %s, which only a superuser may read',
  mapping.usename,
  mapping.srvname
)
from pg_catalog.pg_user_mappings as mapping
join pg_catalog.pg_foreign_server as server on server.oid = mapping.srvid
where mapping.umoptions is null
  and not (select rolsuper from pg_catalog.pg_roles where rolname = current_user)
  and coalesce(
    not (
      mapping.umuser <> 0 and mapping.usename = current_user and (
        pg_catalog.pg_has_role(server.srvowner, 'USAGE')
        or pg_catalog.has_server_privilege(server.oid, 'USAGE')
      )
      or mapping.umuser = 0 and pg_catalog.pg_has_role(server.srvowner, 'USAGE')
    ),
    true
  )
order by 1
