-- Functions of the exposed schemas that named arguments, or one unnamed one that a body can be, reach.
with recursive
base (oid, base) as (
  select type.oid, type.oid
  from pg_catalog.pg_type as type
  union all
  select base.oid, type.typbasetype
  from base
  join pg_catalog.pg_type as type on type.oid = base.base
  where type.typtype = 'd'
)
select
  namespace.nspname as schema,
  proc.proname as name,
  description.description,
  coalesce(argument.parameters, '[]') as parameters,
  proc.proretset as is_set,
  case
    when type.typtype = 'c' or coalesce(proc.proargmodes && array['t', 'b', 'o']::"char"[], false) then 'composite'
    when type.oid = 'pg_catalog.void'::pg_catalog.regtype then 'void'
    else 'scalar'
  end as result_kind,
  type_namespace.nspname as type_schema,
  coalesce(class.relname, type.typname) as type_name,
  proc.prorettype <> type.oid as is_domain,
  case proc.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end as volatility,
  proc.provariadic <> 0 as is_variadic,
  language.lanname as language,
  (
    select pg_catalog.lower(pg_catalog.split_part(setting, '=', 2))
    from pg_catalog.unnest(proc.proconfig) as setting
    where setting like 'default\_transaction\_isolation=%'
  ) as isolation_level,
  (
    select pg_catalog.json_agg(
      pg_catalog.json_build_array(
        pg_catalog.split_part(setting, '=', 1),
        pg_catalog.substr(setting, pg_catalog.strpos(setting, '=') + 1)
      )
      order by position
    )
    from pg_catalog.unnest(proc.proconfig) with ordinality as _ (setting, position)
    where pg_catalog.split_part(setting, '=', 1) = any ($2)
  ) as settings
from pg_catalog.pg_proc as proc
join pg_catalog.pg_namespace as namespace on namespace.oid = proc.pronamespace
join pg_catalog.pg_language as language on language.oid = proc.prolang
join base on base.oid = proc.prorettype
join pg_catalog.pg_type as type on type.oid = base.base and type.typtype <> 'd'
join pg_catalog.pg_namespace as type_namespace on type_namespace.oid = type.typnamespace
left join pg_catalog.pg_class as class on class.oid = type.typrelid
left join pg_catalog.pg_description as description
  on description.objoid = proc.oid
  and description.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass
left join lateral (
  select
    pg_catalog.json_agg(
      pg_catalog.json_build_object(
        'name', coalesce(input.name, ''),
        'type', pg_catalog.format_type(input.type, null),
        'unboundedType', case input.type
          when 'pg_catalog.bit'::pg_catalog.regtype then 'bit varying'
          when 'pg_catalog.bit[]'::pg_catalog.regtype then 'bit varying[]'
          when 'pg_catalog.bpchar'::pg_catalog.regtype then 'character varying'
          when 'pg_catalog.bpchar[]'::pg_catalog.regtype then 'character varying[]'
          else pg_catalog.format_type(input.type, null)
        end,
        'required', input.position <= proc.pronargs - proc.pronargdefaults,
        'variadic', input.mode = 'v'
      )
      order by input.position
    ) as parameters,
    pg_catalog.count(*) filter (where input.name is null) as unnamed,
    pg_catalog.bool_or(
      input.name is null
      and input.type in (
        'pg_catalog.bytea'::pg_catalog.regtype,
        'pg_catalog.json'::pg_catalog.regtype,
        'pg_catalog.jsonb'::pg_catalog.regtype,
        'pg_catalog.text'::pg_catalog.regtype,
        'pg_catalog.xml'::pg_catalog.regtype
      )
    ) as body
  from (
    -- Types are of those that go in, names and modes of all.
    select
      coalesce(mode, 'i') as mode,
      nullif(name, '') as name,
      row_number() over (order by ordinal) as position,
      proc.proargtypes[row_number() over (order by ordinal) - 1] as type
    from unnest(
      coalesce(proc.proargmodes, pg_catalog.array_fill('i'::"char", array[proc.pronargs::integer])),
      proc.proargnames
    ) with ordinality as _ (mode, name, ordinal)
    where coalesce(mode, 'i') in ('i', 'b', 'v')
  ) as input
) as argument on true
where namespace.nspname = any ($1)
  and proc.prokind = 'f'
  and type.oid <> 'pg_catalog.trigger'::pg_catalog.regtype
  and (coalesce(argument.unnamed, 0) = 0 or (argument.unnamed = 1 and argument.body))
order by namespace.nspname, proc.proname, proc.pronargs, proc.oid
