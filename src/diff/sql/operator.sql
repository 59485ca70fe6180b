-- Operators, without those that are only announced (as another's commutator).
select
  'operator' as kind,
  'pg_catalog.pg_operator'::pg_catalog.regclass::pg_catalog.oid as class,
  operator.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  null as relation,
  operator.oprname as name,
  pg_catalog.concat(
    case when operator.oprleft = 0 then 'NONE' else pg_catalog.format_type(operator.oprleft, null) end,
    ', ',
    pg_catalog.format_type(operator.oprright, null)
  ) as args,
  null as parent,
  pg_catalog.pg_get_userbyid(operator.oprowner) as owner,
  description.description as comment,
  null::pg_catalog.jsonb as acl,
  pg_catalog.jsonb_build_object(
    'function', operator.oprcode::text,
    'left', case when operator.oprleft <> 0 then pg_catalog.format_type(operator.oprleft, null) end,
    'right', pg_catalog.format_type(operator.oprright, null),
    'commutator', case when commutator.oid is not null
      then pg_catalog.format('operator(%I.%s)', commutator_namespace.nspname, commutator.oprname) end,
    'negator', case when negator.oid is not null
      then pg_catalog.format('operator(%I.%s)', negator_namespace.nspname, negator.oprname) end,
    'restrict', nullif(operator.oprrest::text, '-'),
    'join', nullif(operator.oprjoin::text, '-'),
    'hashes', operator.oprcanhash,
    'merges', operator.oprcanmerge
  ) as props
from pg_catalog.pg_operator as operator
join pg_catalog.pg_namespace as namespace on namespace.oid = operator.oprnamespace
left join pg_catalog.pg_operator as commutator on commutator.oid = operator.oprcom
left join pg_catalog.pg_namespace as commutator_namespace on commutator_namespace.oid = commutator.oprnamespace
left join pg_catalog.pg_operator as negator on negator.oid = operator.oprnegate
left join pg_catalog.pg_namespace as negator_namespace on negator_namespace.oid = negator.oprnamespace
left join pg_catalog.pg_description as description
  on description.objoid = operator.oid
  and description.classoid = 'pg_catalog.pg_operator'::pg_catalog.regclass
where operator.oprnamespace <> all ($1::oid[])
  and $2::text[] is not null
  and operator.oprcode <> 0
order by namespace.nspname, operator.oprname, 9
