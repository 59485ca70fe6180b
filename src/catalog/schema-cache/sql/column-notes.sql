-- Defaults, sequences of identity columns and comments: of each relation and kind an object by attnum.
-- A default names no column, so that its relation need not be opened to read it: half a second for 10,000 of them.
with exposed as materialized (
  select class.oid
  from pg_catalog.pg_class as class
  join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
  where namespace.nspname = any ($1)
    and class.relkind in ('r', 'v', 'm', 'f', 'p')
    and not class.relispartition
)
select
  defaults.adrelid::text as relation,
  'default' as kind,
  pg_catalog.json_object_agg(defaults.adnum, pg_catalog.pg_get_expr(defaults.adbin, 0)) as notes
from pg_catalog.pg_attrdef as defaults
join pg_catalog.pg_attribute as attribute
  on attribute.attrelid = defaults.adrelid
  and attribute.attnum = defaults.adnum
  and attribute.attgenerated = ''
where defaults.adrelid in (select exposed.oid from exposed)
group by defaults.adrelid
union all
select
  sequence.refobjid::text,
  'sequence',
  pg_catalog.json_object_agg(
    sequence.refobjsubid,
    pg_catalog.format('nextval(%L)', sequence.objid::pg_catalog.regclass)
  )
from pg_catalog.pg_depend as sequence
where sequence.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and sequence.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and sequence.deptype = 'i'
  and sequence.refobjsubid > 0
  and sequence.refobjid in (select exposed.oid from exposed)
group by sequence.refobjid
union all
select
  description.objoid::text,
  'description',
  pg_catalog.json_object_agg(description.objsubid, description.description)
from pg_catalog.pg_description as description
where description.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and description.objsubid > 0
  and description.objoid in (select exposed.oid from exposed)
group by description.objoid
