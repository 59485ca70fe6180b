-- Every object of the database that a user made, with its definition: kind, identity, the schema it lies in (null
-- outside of all), the table that an index or sequence is a part of, definition. Roles are left out: they belong to the cluster, not to the database. Members of
-- extensions are left out as well: the extension stands for them. Needs search_path = '', so that names are qualified.

with object (classid, objid, objsubid, definition) as (
  select 'pg_catalog.pg_namespace'::pg_catalog.regclass, n.oid, 0,
    pg_catalog.concat_ws(' ', n.nspowner::pg_catalog.regrole, n.nspacl)
  from pg_catalog.pg_namespace as n
  where n.nspname !~ '^pg_'
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0,
    pg_catalog.concat_ws(
      ' ', c.relkind, c.relpersistence, c.relowner::pg_catalog.regrole, c.relacl, c.reloptions, c.relrowsecurity,
      c.relforcerowsecurity, c.relreplident, c.reloftype::pg_catalog.regtype,
      case when c.relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(c.oid) end,
      case when c.relkind in ('i', 'I') then pg_catalog.pg_get_indexdef(c.oid) end,
      case when c.relispartition then pg_catalog.pg_get_expr(c.relpartbound, c.oid) end,
      case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end,
      (
        select pg_catalog.concat_ws(
          ' ', s.seqtypid::pg_catalog.regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle)
        from pg_catalog.pg_sequence as s
        where s.seqrelid = c.oid
      )
    )
  from pg_catalog.pg_class as c
  where c.relkind <> 't'
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, a.attrelid, a.attnum,
    pg_catalog.concat_ws(
      ' ', pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attacl,
      a.attcollation::pg_catalog.regcollation, a.attstorage, a.attoptions,
      (
        select pg_catalog.pg_get_expr(d.adbin, d.adrelid)
        from pg_catalog.pg_attrdef as d
        where d.adrelid = a.attrelid and d.adnum = a.attnum
      )
    )
  from pg_catalog.pg_attribute as a
  join pg_catalog.pg_class as c on c.oid = a.attrelid
  where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
  union all
  select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0,
    pg_catalog.concat_ws(
      ' ', p.proowner::pg_catalog.regrole, p.proacl,
      case when p.prokind in ('f', 'p', 'w') then pg_catalog.pg_get_functiondef(p.oid) end,
      (
        select pg_catalog.concat_ws(' ', g.aggtransfn, g.aggfinalfn, g.agginitval)
        from pg_catalog.pg_aggregate as g
        where g.aggfnoid = p.oid
      )
    )
  from pg_catalog.pg_proc as p
  union all
  select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, 0,
    pg_catalog.concat_ws(
      ' ', t.typtype, t.typowner::pg_catalog.regrole, t.typacl, t.typnotnull, t.typdefault,
      case when t.typbasetype <> 0 then pg_catalog.format_type(t.typbasetype, t.typtypmod) end,
      (
        select pg_catalog.string_agg(e.enumlabel, ',' order by e.enumsortorder)
        from pg_catalog.pg_enum as e
        where e.enumtypid = t.oid
      ),
      (
        select pg_catalog.string_agg(pg_catalog.pg_get_constraintdef(k.oid), ',' order by k.conname)
        from pg_catalog.pg_constraint as k
        where k.contypid = t.oid
      )
    )
  from pg_catalog.pg_type as t
  where t.typelem = 0
    and not exists (select from pg_catalog.pg_class as c where c.oid = t.typrelid and c.relkind <> 'c')
  union all
  select 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, 0,
    pg_catalog.concat_ws(' ', pg_catalog.pg_get_constraintdef(k.oid), k.convalidated)
  from pg_catalog.pg_constraint as k
  where k.conrelid <> 0 and k.contype <> 't'
  union all
  select 'pg_catalog.pg_trigger'::pg_catalog.regclass, g.oid, 0,
    pg_catalog.concat_ws(' ', pg_catalog.pg_get_triggerdef(g.oid), g.tgenabled)
  from pg_catalog.pg_trigger as g
  where not g.tgisinternal
  union all
  select 'pg_catalog.pg_policy'::pg_catalog.regclass, y.oid, 0,
    pg_catalog.concat_ws(
      ' ', y.polcmd, y.polpermissive, y.polroles::pg_catalog.regrole[],
      pg_catalog.pg_get_expr(y.polqual, y.polrelid), pg_catalog.pg_get_expr(y.polwithcheck, y.polrelid))
  from pg_catalog.pg_policy as y
  union all
  select 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid, 0, pg_catalog.pg_get_ruledef(r.oid)
  from pg_catalog.pg_rewrite as r
  where r.rulename <> '_RETURN'
  union all
  select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, x.oid, 0, pg_catalog.pg_get_statisticsobjdef(x.oid)
  from pg_catalog.pg_statistic_ext as x
  union all
  select 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid, 0,
    pg_catalog.concat_ws(' ', e.evtevent, e.evtfoid::pg_catalog.regprocedure, e.evtenabled, e.evttags)
  from pg_catalog.pg_event_trigger as e
  union all
  select 'pg_catalog.pg_publication'::pg_catalog.regclass, b.oid, 0,
    pg_catalog.concat_ws(
      ' ', b.puballtables, b.pubinsert, b.pubupdate, b.pubdelete, b.pubtruncate,
      (
        select pg_catalog.string_agg(l.prrelid::pg_catalog.regclass::text, ',' order by l.prrelid::pg_catalog.regclass::text)
        from pg_catalog.pg_publication_rel as l
        where l.prpubid = b.oid
      )
    )
  from pg_catalog.pg_publication as b
  union all
  select 'pg_catalog.pg_extension'::pg_catalog.regclass, x.oid, 0, x.extversion from pg_catalog.pg_extension as x
  union all
  select 'pg_catalog.pg_cast'::pg_catalog.regclass, s.oid, 0,
    pg_catalog.concat_ws(' ', s.castfunc::pg_catalog.regprocedure, s.castcontext, s.castmethod)
  from pg_catalog.pg_cast as s
  union all
  select 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, 0, o.oprcode::text from pg_catalog.pg_operator as o
  union all
  select 'pg_catalog.pg_opclass'::pg_catalog.regclass, o.oid, 0, o.opcdefault::text from pg_catalog.pg_opclass as o
  union all
  select 'pg_catalog.pg_opfamily'::pg_catalog.regclass, o.oid, 0, '' from pg_catalog.pg_opfamily as o
  union all
  select 'pg_catalog.pg_collation'::pg_catalog.regclass, o.oid, 0, o.collcollate from pg_catalog.pg_collation as o
  union all
  select 'pg_catalog.pg_ts_config'::pg_catalog.regclass, o.oid, 0, '' from pg_catalog.pg_ts_config as o
  union all
  select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, o.oid, 0, o.dictinitoption from pg_catalog.pg_ts_dict as o
  union all
  select 'pg_catalog.pg_language'::pg_catalog.regclass, o.oid, 0, o.lanacl::text from pg_catalog.pg_language as o
  union all
  select 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, o.oid, 0, o.fdwacl::text
  from pg_catalog.pg_foreign_data_wrapper as o
  union all
  select 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, o.oid, 0, o.srvacl::text
  from pg_catalog.pg_foreign_server as o
  union all
  select 'pg_catalog.pg_default_acl'::pg_catalog.regclass, o.oid, 0, o.defaclacl::text
  from pg_catalog.pg_default_acl as o
)
select
  i.type as kind,
  i.identity,
  case
    when i.type = 'schema' then i.name
    when i.schema is not null then i.schema
    when i.type in ('table constraint', 'trigger', 'policy', 'rule') then a.object_names[1]
    else null
  end as schema,
  (
    select t.identity
    from pg_catalog.pg_depend as d
    cross join lateral pg_catalog.pg_identify_object(d.refclassid, d.refobjid, 0) as t
    where i.type in ('index', 'sequence')
      and d.classid = object.classid and d.objid = object.objid and d.deptype in ('a', 'i')
      and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    union all
    select t.identity
    from pg_catalog.pg_index as x
    cross join lateral pg_catalog.pg_identify_object('pg_catalog.pg_class'::pg_catalog.regclass, x.indrelid, 0) as t
    where x.indexrelid = object.objid and i.type = 'index'
    limit 1
  ) as "partOf",
  pg_catalog.concat_ws(
    ' -- ', object.definition,
    case
      when object.objsubid <> 0 then pg_catalog.col_description(object.objid, object.objsubid)
      else pg_catalog.obj_description(object.objid, object.classid::text)
    end
  ) as definition
from object
cross join lateral pg_catalog.pg_identify_object(object.classid, object.objid, object.objsubid) as i
cross join lateral
  pg_catalog.pg_identify_object_as_address(object.classid, object.objid, object.objsubid) as a
where object.objid >= 16384
  and not exists (
    select
    from pg_catalog.pg_depend as d
    where d.classid = object.classid and d.objid = object.objid and d.deptype = 'e'
  )
  and (i.schema is null or i.schema !~ '^pg_')
order by 1, 2;
