-- The columns of relations: $1 is an array of their oids.
select
  attribute.attrelid::text as oid,
  pg_catalog.array_agg(attribute.attname::text order by attribute.attnum) as columns
from pg_catalog.pg_attribute as attribute
where attribute.attrelid = any ($1::pg_catalog.oid[])
  and attribute.attnum > 0
  and not attribute.attisdropped
group by attribute.attrelid
