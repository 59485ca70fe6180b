-- Defaults, comments, identity and generation: of each relation and kind an object by the column's name.
-- A default names no column, so that its relation need not be opened to read it: half a second for 10,000 of them.
with exposed as (
  select class.oid
  from pg_catalog.pg_class as class
  join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
  where namespace.nspname = any ($1)
    and class.relkind in ('r', 'v', 'm', 'f', 'p')
    and not class.relispartition
)
select
  attribute.attrelid::text as relation,
  case when attribute.attgenerated = '' then 'default' else 'generated' end as kind,
  pg_catalog.json_object_agg(
    attribute.attname,
    case when attribute.attgenerated = '' then pg_catalog.pg_get_expr(defaults.adbin, 0) end
  ) as notes
from pg_catalog.pg_attrdef as defaults
join exposed on exposed.oid = defaults.adrelid
join pg_catalog.pg_attribute as attribute
  on attribute.attrelid = defaults.adrelid
  and attribute.attnum = defaults.adnum
group by attribute.attrelid, attribute.attgenerated = ''
union all
select
  attribute.attrelid::text,
  case attribute.attidentity when 'a' then 'always' else 'by default' end,
  pg_catalog.json_object_agg(
    attribute.attname,
    pg_catalog.format('nextval(%L)', sequence.objid::pg_catalog.regclass)
  )
from pg_catalog.pg_depend as sequence
join exposed on exposed.oid = sequence.refobjid
join pg_catalog.pg_attribute as attribute
  on attribute.attrelid = sequence.refobjid
  and attribute.attnum = sequence.refobjsubid
where sequence.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and sequence.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and sequence.deptype = 'i'
  and attribute.attidentity <> ''
group by attribute.attrelid, attribute.attidentity
union all
select
  attribute.attrelid::text,
  'description',
  pg_catalog.json_object_agg(attribute.attname, description.description)
from pg_catalog.pg_description as description
join exposed on exposed.oid = description.objoid
join pg_catalog.pg_attribute as attribute
  on attribute.attrelid = description.objoid
  and attribute.attnum = description.objsubid
where description.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
group by attribute.attrelid
