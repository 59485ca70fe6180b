-- Operators that tell how far two values are apart: those that an index sorts by, and those that are named like one and
-- return a number. By the type on their left, and by those that are taken for it as they are.
with distance as (
  select
    operator.oprname as name,
    operator.oprnamespace as namespace,
    operator.oprleft as left_type,
    operator.oprright as right_type
  from pg_catalog.pg_operator as operator
  where operator.oprkind = 'b'
    and (
      operator.oid in (
        select entry.amopopr
        from pg_catalog.pg_amop as entry
        where entry.amoppurpose = 'o'
      )
      or (
        operator.oprname ~ '^<[^a-z]+>$'
        and operator.oprresult in (
          'pg_catalog.float4'::pg_catalog.regtype,
          'pg_catalog.float8'::pg_catalog.regtype,
          'pg_catalog.numeric'::pg_catalog.regtype,
          'pg_catalog.int4'::pg_catalog.regtype,
          'pg_catalog.int8'::pg_catalog.regtype
        )
      )
    )
),
taken (source, target) as (
  select distance.left_type, distance.left_type
  from distance
  union
  select cast_.castsource, cast_.casttarget
  from pg_catalog.pg_cast as cast_
  where cast_.castmethod = 'b'
    and cast_.castcontext = 'i'
)
select distinct
  pg_catalog.format_type(taken.source, null) as type,
  namespace.nspname as schema,
  distance.name,
  pg_catalog.format_type(distance.right_type, null) as operand,
  distance.left_type = distance.right_type as is_same
from distance
join taken on taken.target = distance.left_type
join pg_catalog.pg_namespace as namespace on namespace.oid = distance.namespace
order by 1, 3, 5 desc, 4, 2
