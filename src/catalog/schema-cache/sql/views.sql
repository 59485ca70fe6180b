-- The parsed queries of views in the schemas of $1 (exposed) and $2 (the rest of the search_path).
select
  class.oid::text as oid,
  namespace.nspname as schema,
  class.relname as name,
  namespace.nspname = any ($1) as exposed,
  rule.ev_action::text as query,
  (
    select pg_catalog.json_object_agg(attribute.attnum, attribute.attname)
    from pg_catalog.pg_attribute as attribute
    where attribute.attrelid = class.oid
      and attribute.attnum > 0
      and not attribute.attisdropped
  ) as columns
from pg_catalog.pg_class as class
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
join pg_catalog.pg_rewrite as rule on rule.ev_class = class.oid and rule.ev_type = '1'
where class.relkind in ('v', 'm')
  and (namespace.nspname = any ($1) or namespace.nspname = any ($2))
order by namespace.nspname, class.relname
