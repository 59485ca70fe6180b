-- Every routine, view, materialized view, index of one, trigger and policy of the users' schemas, by the name that
-- howdah's ledger knows it by: types of pg_catalog and public without their schema, names in quotes only where they
-- are not plain. Postgres's own quote_ident would not do: its list of keywords changes with each major.
select
  'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid as class,
  routine.oid,
  case routine.prokind
    when 'p' then 'procedure'
    when 'a' then 'aggregate'
    else 'function'
  end as kind,
  schema.plain || '.' || name.plain || '(' || coalesce(argument.list, '') || ')' as identity,
  pg_catalog.md5(routine.prosrc) as body_hash,
  routine.proowner as owner,
  'routine ' || routine.oid::pg_catalog.regprocedure as sql_name
from pg_catalog.pg_proc as routine
join user_schema as schema on schema.oid = routine.pronamespace
cross join lateral (
  select case when routine.proname ~ '^[a-z_][a-z0-9_$]*$' then routine.proname::text
    else '"' || pg_catalog.replace(routine.proname, '"', '""') || '"' end as plain
) as name
left join lateral (
  select pg_catalog.string_agg(
    case
      when space.nspname in ('pg_catalog', 'public') then ''
      when space.nspname ~ '^[a-z_][a-z0-9_$]*$' then space.nspname || '.'
      else '"' || pg_catalog.replace(space.nspname, '"', '""') || '".'
    end
    || case when base.typname ~ '^[a-z_][a-z0-9_$]*$' then base.typname::text
      else '"' || pg_catalog.replace(base.typname, '"', '""') || '"' end
    || case when base.oid = given.oid then '' else '[]' end,
    ',' order by input.ordinality
  ) as list
  from pg_catalog.unnest(routine.proargtypes) with ordinality as input(type, ordinality)
  join pg_catalog.pg_type as given on given.oid = input.type
  left join pg_catalog.pg_type as element on element.oid = given.typelem and element.typarray = given.oid
  join pg_catalog.pg_type as base on base.oid = coalesce(element.oid, given.oid)
  join pg_catalog.pg_namespace as space on space.oid = base.typnamespace
) as argument on true

union all

select
  'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid,
  relation.oid,
  case relation.relkind
    when 'v' then 'view'
    when 'm' then 'materialized view'
    else 'index'
  end,
  schema.plain || '.' || name.plain,
  null,
  relation.relowner,
  case relation.relkind
    when 'v' then 'view '
    when 'm' then 'materialized view '
    else 'index '
  end || relation.oid::pg_catalog.regclass
from pg_catalog.pg_class as relation
join user_schema as schema on schema.oid = relation.relnamespace
cross join lateral (
  select case when relation.relname ~ '^[a-z_][a-z0-9_$]*$' then relation.relname::text
    else '"' || pg_catalog.replace(relation.relname, '"', '""') || '"' end as plain
) as name
where relation.relkind in ('v', 'm')
  or relation.relkind = 'i' and exists (
    select
    from pg_catalog.pg_index as index
    join pg_catalog.pg_class as indexed on indexed.oid = index.indrelid
    where index.indexrelid = relation.oid
      and indexed.relkind = 'm'
  )

union all

select
  part.class,
  part.oid,
  part.kind,
  name.plain || ' on ' || schema.plain || '.' || relation_name.plain,
  null,
  relation.relowner,
  pg_catalog.format('%s %I on %s', part.kind, part.name, relation.oid::pg_catalog.regclass)
from (
  select
    'pg_catalog.pg_trigger'::pg_catalog.regclass::pg_catalog.oid as class,
    trigger.oid,
    'trigger' as kind,
    trigger.tgname as name,
    trigger.tgrelid as relation
  from pg_catalog.pg_trigger as trigger
  where not trigger.tgisinternal
    and trigger.tgparentid = 0
  union all
  select
    'pg_catalog.pg_policy'::pg_catalog.regclass::pg_catalog.oid,
    policy.oid,
    'policy',
    policy.polname,
    policy.polrelid
  from pg_catalog.pg_policy as policy
) as part
join pg_catalog.pg_class as relation on relation.oid = part.relation
join user_schema as schema on schema.oid = relation.relnamespace
cross join lateral (
  select case when part.name ~ '^[a-z_][a-z0-9_$]*$' then part.name::text
    else '"' || pg_catalog.replace(part.name, '"', '""') || '"' end as plain
) as name
cross join lateral (
  select case when relation.relname ~ '^[a-z_][a-z0-9_$]*$' then relation.relname::text
    else '"' || pg_catalog.replace(relation.relname, '"', '""') || '"' end as plain
) as relation_name
