-- Names that a migration alters or drops → their addresses.
-- $1 is jsonb: [{"kind": "relation", "schema": null, "name": "entry", "column": null}, …]; without a schema, any of the users'.
with named as (
  select given.kind, given.schema, given.name, given."column"
  from pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb)
    as given(kind text, schema text, name text, "column" text)
),
space as (
  select namespace.oid, namespace.nspname
  from pg_catalog.pg_namespace as namespace
  where namespace.nspname !~ '^pg_'
    and namespace.nspname <> 'information_schema'
)
select
  'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid::text as class,
  relation.oid::text as oid,
  coalesce(attribute.attnum, 0)::integer as "column"
from named
join pg_catalog.pg_class as relation on relation.relname = named.name
join space on space.oid = relation.relnamespace
left join pg_catalog.pg_attribute as attribute
  on attribute.attrelid = relation.oid
  and attribute.attname = named."column"
  and not attribute.attisdropped
where named.kind in ('relation', 'any')
  and (named.schema is null or named.schema = space.nspname)
  and (named."column" is null or attribute.attnum is not null)

union all

select
  'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid::text,
  type.oid::text,
  0
from named
join pg_catalog.pg_type as type on type.typname = named.name
join space on space.oid = type.typnamespace
where named.kind in ('type', 'any')
  and (named.schema is null or named.schema = space.nspname)

union all

select
  'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid::text,
  routine.oid::text,
  0
from named
join pg_catalog.pg_proc as routine on routine.proname = named.name
join space on space.oid = routine.pronamespace
where named.kind in ('routine', 'any')
  and (named.schema is null or named.schema = space.nspname)

union all

select
  'pg_catalog.pg_namespace'::pg_catalog.regclass::pg_catalog.oid::text,
  space.oid::text,
  0
from named
join space on space.nspname = named.name
where named.kind = 'schema'
