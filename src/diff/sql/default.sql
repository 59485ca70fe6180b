-- Defaults of columns of tables, foreign tables and views; generated columns keep their expression themselves.
select
  'default' as kind,
  'pg_catalog.pg_attrdef'::pg_catalog.regclass::pg_catalog.oid as class,
  expression.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  relation.relname as relation,
  attribute.attname as name,
  null as args,
  pg_catalog.concat(
    'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, '/', relation.oid, '/', attribute.attnum
  ) as parent,
  null as owner,
  null as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'expression', pg_catalog.pg_get_expr(expression.adbin, expression.adrelid)
  ) as props
from pg_catalog.pg_attrdef as expression
join pg_catalog.pg_attribute as attribute
  on attribute.attrelid = expression.adrelid
  and attribute.attnum = expression.adnum
  and attribute.attgenerated = ''
join pg_catalog.pg_class as relation on relation.oid = expression.adrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
where relation.relpersistence <> 't'
  and relation.relnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by relation.oid, attribute.attnum
