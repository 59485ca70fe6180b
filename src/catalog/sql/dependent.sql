-- Everything that hangs on the given roots, step by step: one row for each dependence found, the roots themselves left out.
-- $1 is jsonb: [{"class": oid, "oid": oid, "column": attnum or 0}, …]; a column of 0 means the whole object.
with recursive root as (
  select given.class, given.oid, given."column"
  from pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb)
    as given(class pg_catalog.oid, oid pg_catalog.oid, "column" integer)
),
edge as not materialized (
  -- Postgres hangs a view on its tables through the view's rule, and a default through pg_attrdef.
  select
    depend.refclassid as on_class,
    depend.refobjid as on_oid,
    depend.refobjsubid as on_column,
    case when rule.oid is null then depend.classid
      else 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid end as class,
    coalesce(rule.ev_class, depend.objid) as oid,
    -- Parts go with their whole and are nobody's loss: row types, the rule that is the view, toast.
    depend.deptype in ('i', 'P', 'S') as part
  from pg_catalog.pg_depend as depend
  left join pg_catalog.pg_rewrite as rule
    on depend.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
    and rule.oid = depend.objid
    and rule.rulename = '_RETURN'
  where depend.deptype in ('n', 'a', 'i', 'P', 'S')
    and not (depend.classid = depend.refclassid and depend.objid = depend.refobjid)
),
dependent as (
  select edge.on_class, edge.on_oid, edge.class, edge.oid, edge.part
  from root
  join edge on edge.on_class = root.class
    and edge.on_oid = root.oid
    and (root."column" = 0 or edge.on_column = root."column")
  union
  select edge.on_class, edge.on_oid, edge.class, edge.oid, edge.part
  from dependent
  join edge on edge.on_class = dependent.class
    and edge.on_oid = dependent.oid
  where not (edge.class = dependent.on_class and edge.oid = dependent.on_oid)
),
user_schema as (
  /* user-schema.sql */
),
object as (
  /* object.sql */
)
select
  dependent.on_class::text as on_class,
  dependent.on_oid::text as on_oid,
  dependent.class::text as class,
  dependent.oid::text as oid,
  dependent.part,
  object.kind,
  object.identity,
  pg_catalog.pg_describe_object(dependent.class, dependent.oid, 0) as description
from dependent
left join object on object.class = dependent.class
  and object.oid = dependent.oid
where not (dependent.class = dependent.on_class and dependent.oid = dependent.on_oid)
