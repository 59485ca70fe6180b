-- Routines, without those that Postgres makes along with a range. A function that its type can't be without, and that
-- can't be without its type (input, output), is a part of the type.
with type_routine as (
  select distinct on (routine.oid) routine.oid, used.type
  from (
    select type.oid as type, pg_catalog.unnest(array[
      type.typinput, type.typoutput, type.typreceive, type.typsend,
      type.typmodin, type.typmodout, type.typanalyze, type.typsubscript
    ])::pg_catalog.oid as routine
    from pg_catalog.pg_type as type
    where type.typtype = 'b'
      and type.typinput >= 16384
    union all
    select rngtypid, rngcanonical
    from pg_catalog.pg_range
    where rngcanonical >= 16384
  ) as used
  join pg_catalog.pg_proc as routine on routine.oid = used.routine
  where routine.prorettype = used.type
    or used.type = any (routine.proargtypes)
  order by routine.oid, used.type
)
select
  case routine.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end as kind,
  'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid as class,
  routine.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  null as relation,
  routine.proname as name,
  signature.types as args,
  case when type_routine.oid is not null then
    pg_catalog.format('%s/%s/0', 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, type_routine.type)
  end as parent,
  pg_catalog.pg_get_userbyid(routine.proowner) as owner,
  description.description as comment,
  coalesce(acl.list, '[]') as acl,
  pg_catalog.jsonb_build_object(
    'kind', routine.prokind,
    'returns', pg_catalog.format_type(routine.prorettype, null),
    'returnsSet', routine.proretset,
    'record', case when routine.prorettype = 'pg_catalog.record'::pg_catalog.regtype
      then signature.outputs end,
    'inputs', coalesce(signature.inputs, '[]'),
    'polymorphic', case when signature.polymorphic and routine.pronargdefaults > 0
      then pg_catalog.pg_get_function_arguments(routine.oid) end,
    'defaults', routine.pronargdefaults
  ) || case when aggregate.aggfnoid is null
    then pg_catalog.jsonb_build_object('definition', pg_catalog.rtrim(pg_catalog.pg_get_functiondef(
      -- Called for every row of the join otherwise, aggregates among them, which it refuses.
      case when routine.prokind <> 'a' then routine.oid end
    ), E' \n'))
    else pg_catalog.jsonb_build_object(
      'arguments', pg_catalog.pg_get_function_arguments(routine.oid),
      'aggregate', aggregate.aggkind,
      'directArguments', aggregate.aggnumdirectargs,
      'parallel', routine.proparallel,
      'transition', aggregate.aggtransfn::text,
      'state', pg_catalog.format_type(aggregate.aggtranstype, null),
      'stateSize', aggregate.aggtransspace,
      'final', nullif(aggregate.aggfinalfn::text, '-'),
      'finalExtra', aggregate.aggfinalextra,
      'finalModify', aggregate.aggfinalmodify,
      'combine', nullif(aggregate.aggcombinefn::text, '-'),
      'serialize', nullif(aggregate.aggserialfn::text, '-'),
      'deserialize', nullif(aggregate.aggdeserialfn::text, '-'),
      'initial', aggregate.agginitval,
      'movingTransition', nullif(aggregate.aggmtransfn::text, '-'),
      'movingInverse', nullif(aggregate.aggminvtransfn::text, '-'),
      'movingState', case when aggregate.aggmtranstype <> 0
        then pg_catalog.format_type(aggregate.aggmtranstype, null) end,
      'movingStateSize', aggregate.aggmtransspace,
      'movingFinal', nullif(aggregate.aggmfinalfn::text, '-'),
      'movingFinalExtra', aggregate.aggmfinalextra,
      'movingFinalModify', aggregate.aggmfinalmodify,
      'movingInitial', aggregate.aggminitval,
      'sort', case when sort.oid is not null
        then pg_catalog.format('operator(%I.%s)', sort_namespace.nspname, sort.oprname) end
    )
  end as props
from pg_catalog.pg_proc as routine
join pg_catalog.pg_namespace as namespace on namespace.oid = routine.pronamespace
left join type_routine on type_routine.oid = routine.oid
left join pg_catalog.pg_aggregate as aggregate on aggregate.aggfnoid = routine.oid
left join pg_catalog.pg_operator as sort on sort.oid = aggregate.aggsortop
left join pg_catalog.pg_namespace as sort_namespace on sort_namespace.oid = sort.oprnamespace
left join pg_catalog.pg_depend as internal
  on internal.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  and internal.objid = routine.oid
  and internal.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
  and internal.deptype = 'i'
cross join lateral (
  select
    coalesce((
      select pg_catalog.string_agg(pg_catalog.format_type(type, null), ', ' order by ordinal)
      from pg_catalog.unnest(routine.proargtypes) with ordinality as argument(type, ordinal)
    ), '') as types,
    exists (
      select
      from pg_catalog.unnest(routine.proargtypes) as argument(type)
      where (select typtype from pg_catalog.pg_type where oid = argument.type) = 'p'
    ) as polymorphic,
    arguments.inputs,
    arguments.outputs
  from (
    select
      pg_catalog.jsonb_agg(coalesce(name, '') order by ordinal)
        filter (where mode in ('i', 'b', 'v')) as inputs,
      pg_catalog.jsonb_agg(
        pg_catalog.jsonb_build_array(name, pg_catalog.format_type(type, null)) order by ordinal
      ) filter (where mode in ('o', 'b', 't')) as outputs
    from (
      select
        argument.ordinal,
        argument.type,
        routine.proargnames[argument.ordinal] as name,
        coalesce(routine.proargmodes[argument.ordinal], 'i') as mode
      from pg_catalog.unnest(coalesce(routine.proallargtypes, routine.proargtypes::pg_catalog.oid[]))
        with ordinality as argument(type, ordinal)
      where routine.proargnames is not null
    ) as argument
  ) as arguments
) as signature
left join pg_catalog.pg_description as description
  on description.objoid = routine.oid
  and description.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass
cross join lateral (select coalesce(routine.proacl, pg_catalog.acldefault('f', routine.proowner)) as acl) as given
cross join lateral (
  /* privilege-list.sql */
) as acl
where routine.pronamespace <> all ($1::oid[])
  and $2::text[] is not null
  and internal.objid is null
order by namespace.nspname, routine.proname, signature.types
