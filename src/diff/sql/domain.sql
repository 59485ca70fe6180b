-- Domains and their constraints. From 17 on NOT NULL is a constraint as well, of which there is one.
select
  'domain' as kind,
  'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid as class,
  type.oid,
  0 as sub,
  array[
    pg_catalog.concat('pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, '/', type.typarray, '/0')
  ] as also,
  namespace.nspname as schema,
  null as relation,
  type.typname as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(type.typowner) as owner,
  description.description as comment,
  acl.list as acl,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'type', pg_catalog.format_type(type.typbasetype, type.typtypmod),
    'collation', case when type.typcollation <> base.typcollation
      then pg_catalog.format('%I.%I', collation_namespace.nspname, own_collation.collname) end,
    'default', case when type.typdefaultbin is not null
      then pg_catalog.pg_get_expr(type.typdefaultbin, 0, true) else pg_catalog.quote_literal(type.typdefault) end,
    'notNull', case when type.typnotnull then true end,
    -- They are facts as well: here they tell whether values have to be looked at, which Postgres can't do everywhere.
    'checks', (
      select pg_catalog.jsonb_agg(pg_catalog.pg_get_constraintdef(domain_check.oid, true) order by domain_check.conname)
      from pg_catalog.pg_constraint as domain_check
      where domain_check.contypid = type.oid
        and domain_check.contype = 'c'
    )
  )) as props
from pg_catalog.pg_type as type
join pg_catalog.pg_namespace as namespace on namespace.oid = type.typnamespace
join pg_catalog.pg_type as base on base.oid = type.typbasetype
left join pg_catalog.pg_collation as own_collation on own_collation.oid = type.typcollation
left join pg_catalog.pg_namespace as collation_namespace on collation_namespace.oid = own_collation.collnamespace
left join pg_catalog.pg_description as description
  on description.objoid = type.oid
  and description.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass
cross join lateral (select coalesce(type.typacl, pg_catalog.acldefault('T', type.typowner)) as acl) as given
cross join lateral (
  /* privilege-list.sql */
) as acl
where type.typtype = 'd'
  and type.typnamespace <> all ($1::oid[])
  and $2::text[] is not null
union all
select
  'domain constraint',
  'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid,
  item.oid,
  0,
  null,
  namespace.nspname,
  type.typname,
  case item.contype when 'n' then 'not null' else item.conname end,
  null,
  pg_catalog.concat('pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, '/', type.oid, '/0'),
  null,
  description.description,
  null,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'type', case item.contype when 'n' then 'not null' else 'check' end,
    'name', case item.contype when 'n' then item.conname end,
    'definition', case when item.contype = 'c' then pg_catalog.regexp_replace(
      pg_catalog.pg_get_constraintdef(item.oid, true), case when item.convalidated then '' else ' NOT VALID$' end, ''
    ) end,
    'expression', pg_catalog.pg_get_expr(item.conbin, 0, true),
    'notValid', case when not item.convalidated then true end
  ))
from pg_catalog.pg_constraint as item
join pg_catalog.pg_type as type on type.oid = item.contypid
join pg_catalog.pg_namespace as namespace on namespace.oid = type.typnamespace
left join pg_catalog.pg_description as description
  on description.objoid = item.oid
  and description.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
where item.contypid <> 0
  and item.contype in ('c', 'n')
  and type.typnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by schema, relation nulls first, name
