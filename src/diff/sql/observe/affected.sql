-- The relations that are these objects ($1: classes, $2: oids), or that name one of them in what is seen of them: by what
-- depends on it, and, since names have two parts, by what depends on that.
with given as (
  select classid, objid
  from rows from (pg_catalog.unnest($1::oid[]), pg_catalog.unnest($2::oid[])) as given(classid, objid)
),
part as (
  select classid, objid
  from given
  union
  select 'pg_catalog.pg_class'::pg_catalog.regclass, ind.indexrelid
  from pg_catalog.pg_index as ind
  join given on given.objid = ind.indrelid and given.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  union
  select 'pg_catalog.pg_constraint'::pg_catalog.regclass, con.oid
  from pg_catalog.pg_constraint as con
  join given on given.objid = con.conrelid and given.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  union
  select 'pg_catalog.pg_type'::pg_catalog.regclass, rel.reltype
  from pg_catalog.pg_class as rel
  join given on given.objid = rel.oid and given.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  union
  -- Columns show the names of their sequences.
  select dep.refclassid, dep.refobjid
  from pg_catalog.pg_depend as dep
  join given on given.classid = dep.classid and given.objid = dep.objid
  where dep.deptype in ('a', 'i')
    and dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
),
near as (
  select dep.classid, dep.objid
  from pg_catalog.pg_depend as dep
  join part on part.classid = dep.refclassid and part.objid = dep.refobjid
),
far as (
  select dep.classid, dep.objid
  from pg_catalog.pg_depend as dep
  join near on near.classid = dep.refclassid and near.objid = dep.refobjid
),
affected as (
  select classid, objid
  from part
  union
  select classid, objid
  from near
  union
  select classid, objid
  from far
)
select distinct coalesce(ind.indrelid, relation.objid)::text as oid
from (
  select objid
  from affected
  where classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  union
  select con.conrelid
  from pg_catalog.pg_constraint as con
  join affected on affected.objid = con.oid and affected.classid = con.tableoid
  union
  select def.adrelid
  from pg_catalog.pg_attrdef as def
  join affected on affected.objid = def.oid and affected.classid = def.tableoid
  union
  select rul.ev_class
  from pg_catalog.pg_rewrite as rul
  join affected on affected.objid = rul.oid and affected.classid = rul.tableoid
  union
  select tg.tgrelid
  from pg_catalog.pg_trigger as tg
  join affected on affected.objid = tg.oid and affected.classid = tg.tableoid
  union
  select pol.polrelid
  from pg_catalog.pg_policy as pol
  join affected on affected.objid = pol.oid and affected.classid = pol.tableoid
  union
  select ext.stxrelid
  from pg_catalog.pg_statistic_ext as ext
  join affected on affected.objid = ext.oid and affected.classid = ext.tableoid
) as relation(objid)
left join pg_catalog.pg_index as ind on ind.indexrelid = relation.objid
where relation.objid <> 0
