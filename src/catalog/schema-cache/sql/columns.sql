-- Columns of the relations of relations.sql, one row a relation: lists that run side by side are far cheaper to make and
-- to read than a row a column. What hangs on the type alone stands in column-types.sql, found by `types`; what few
-- columns have in column-notes.sql.
select
  attribute.attrelid::text as relation,
  pg_catalog.json_agg(attribute.attname order by attribute.attnum) as names,
  pg_catalog.string_agg(attribute.attnum::text, ' ' order by attribute.attnum) as numbers,
  pg_catalog.string_agg(attribute.atttypid::text || ':' || attribute.atttypmod, ' ' order by attribute.attnum) as types,
  pg_catalog.string_agg(case when attribute.attnotnull then 't' else 'f' end, '' order by attribute.attnum) as not_null,
  -- g: generated; a, d: identity, always or by default.
  pg_catalog.string_agg(
    case
      when attribute.attgenerated <> '' then 'g'
      when attribute.attidentity <> '' then attribute.attidentity::text
      else '-'
    end,
    ''
    order by attribute.attnum
  ) as made
from pg_catalog.pg_class as class
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
join pg_catalog.pg_attribute as attribute on attribute.attrelid = class.oid
where namespace.nspname = any ($1)
  and class.relkind in ('r', 'v', 'm', 'f', 'p')
  and not class.relispartition
  and attribute.attnum > 0
  and not attribute.attisdropped
group by attribute.attrelid
