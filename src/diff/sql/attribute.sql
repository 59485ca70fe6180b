-- Attributes of composite types.
select
  'attribute' as kind,
  'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as class,
  attribute.attrelid as oid,
  attribute.attnum as sub,
  null as also,
  namespace.nspname as schema,
  relation.relname as relation,
  attribute.attname as name,
  null as args,
  pg_catalog.format('%s/%s/0', 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, relation.reltype) as parent,
  null as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'type', pg_catalog.format_type(attribute.atttypid, attribute.atttypmod),
    'collation', case when attribute.attcollation <> base.typcollation
      then attribute.attcollation::pg_catalog.regcollation::text end
  ) as props
from pg_catalog.pg_class as relation
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
join pg_catalog.pg_attribute as attribute
  on attribute.attrelid = relation.oid
  and attribute.attnum > 0
  and not attribute.attisdropped
join pg_catalog.pg_type as base on base.oid = attribute.atttypid
left join pg_catalog.pg_description as description
  on description.objoid = relation.oid
  and description.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and description.objsubid = attribute.attnum
where relation.relkind = 'c'
  and relation.relnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by attribute.attrelid, attribute.attnum
