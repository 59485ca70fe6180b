-- Columns of the relations of relations.sql, one row a relation: arrays that run side by side are far cheaper to make
-- and to read than a row a column. What hangs on the type alone stands in column-types.sql, found by `types`.
select
  attribute.attrelid::text as relation,
  pg_catalog.json_agg(attribute.attname order by attribute.attnum) as names,
  pg_catalog.json_agg(attribute.atttypid::text || ':' || attribute.atttypmod order by attribute.attnum) as types,
  pg_catalog.string_agg(case when attribute.attnotnull then 't' else 'f' end, '' order by attribute.attnum) as not_null,
  pg_catalog.json_object_agg(attribute.attname, pg_catalog.pg_get_expr(defaults.adbin, defaults.adrelid))
    filter (where defaults.adbin is not null and attribute.attgenerated = '') as defaults,
  pg_catalog.json_object_agg(attribute.attname, pg_catalog.format('nextval(%L)', sequence.objid::pg_catalog.regclass))
    filter (where attribute.attidentity = 'd' and sequence.objid is not null) as sequences,
  pg_catalog.json_object_agg(attribute.attname, attribute.attidentity)
    filter (where attribute.attidentity <> '') as identities,
  pg_catalog.json_agg(attribute.attname) filter (where attribute.attgenerated <> '') as generated,
  pg_catalog.json_object_agg(attribute.attname, description.description)
    filter (where description.description is not null) as descriptions
from pg_catalog.pg_class as class
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
join pg_catalog.pg_attribute as attribute on attribute.attrelid = class.oid
left join pg_catalog.pg_attrdef as defaults
  on defaults.adrelid = attribute.attrelid
  and defaults.adnum = attribute.attnum
left join pg_catalog.pg_depend as sequence
  on sequence.refobjid = attribute.attrelid
  and sequence.refobjsubid = attribute.attnum
  and sequence.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and sequence.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and sequence.deptype = 'i'
  and attribute.attidentity <> ''
left join pg_catalog.pg_description as description
  on description.objoid = attribute.attrelid
  and description.objsubid = attribute.attnum
  and description.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
where namespace.nspname = any ($1)
  and class.relkind in ('r', 'v', 'm', 'f', 'p')
  and not class.relispartition
  and attribute.attnum > 0
  and not attribute.attisdropped
group by attribute.attrelid
