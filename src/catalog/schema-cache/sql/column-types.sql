-- Every type, with its modifiers, that a column of the exposed schemas has: a domain down to what is below it.
with recursive
used as (
  select distinct
    attribute.atttypid as oid,
    attribute.atttypmod as modifier
  from pg_catalog.pg_class as class
  join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
  join pg_catalog.pg_attribute as attribute on attribute.attrelid = class.oid
  where namespace.nspname = any ($1)
    and class.relkind in ('r', 'v', 'm', 'f', 'p')
    and not class.relispartition
    and attribute.attnum > 0
    and not attribute.attisdropped
),
base (oid, base) as (
  select type.oid, type.oid
  from pg_catalog.pg_type as type
  where type.oid in (select used.oid from used)
  union all
  select base.oid, type.typbasetype
  from base
  join pg_catalog.pg_type as type on type.oid = base.base
  where type.typtype = 'd'
)
select
  used.oid::text || ':' || used.modifier as key,
  case
    when type.typtype = 'd' and below.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
      then pg_catalog.format_type(below.oid, null)
    when type.typtype <> 'd' and type.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
      then pg_catalog.format_type(used.oid, null)
    else pg_catalog.format_type(used.oid, used.modifier)
  end as type,
  pg_catalog.format_type(used.oid, used.modifier) as declared_type,
  -- As information_schema.columns: by the type that the domain, or the column itself, names.
  case
    when length.modifier < 0 then null
    when length.oid in (1042, 1043) then length.modifier - 4
    when length.oid in (1560, 1562) then length.modifier
  end as max_length,
  type.typtype = 'd' and type.typnotnull as not_null,
  pg_catalog.pg_get_expr(type.typdefaultbin, 0) as "default",
  coalesce(
    (
      select pg_catalog.json_agg(enum.enumlabel order by enum.enumsortorder)
      from pg_catalog.pg_enum as enum
      where enum.enumtypid = below.oid
    ),
    '[]'
  ) as enum_labels
from used
join pg_catalog.pg_type as type on type.oid = used.oid
join base on base.oid = used.oid
join pg_catalog.pg_type as below on below.oid = base.base and below.typtype <> 'd'
cross join lateral (
  select
    case when type.typtype = 'd' then type.typbasetype else used.oid end as oid,
    case when type.typtype = 'd' then type.typtypmod else used.modifier end as modifier
) as length
