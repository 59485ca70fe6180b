-- Functions, procedures, window functions and aggregates.
with member as (
  select dep.objid
  from pg_catalog.pg_depend as dep
  where dep.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    and dep.deptype = 'e'
)
select
  case pro.prokind when 'a' then 'aggregate ' when 'p' then 'procedure ' else 'function ' end
    || pro.oid::pg_catalog.regprocedure::text as object,
  pg_catalog.pg_get_userbyid(pro.proowner) as owner,
  coalesce(pro.proacl, pg_catalog.acldefault('f', pro.proowner))::text[] as acl,
  case when pro.prokind <> 'a' then pg_catalog.pg_get_functiondef(pro.oid) end as definition,
  pg_catalog.pg_get_function_result(pro.oid) as result,
  case when pro.prokind <> 'a' and pro.prosqlbody is null then pro.prosrc end as body,
  pg_catalog.pg_get_function_arguments(pro.oid) as arguments,
  pro.proparallel as parallel,
  case
    when agg.aggfnoid is not null then pg_catalog.to_jsonb(agg) - 'aggfnoid' || pg_catalog.jsonb_build_object(
      'aggtranstype', pg_catalog.format_type(agg.aggtranstype, null),
      'aggmtranstype', pg_catalog.format_type(nullif(agg.aggmtranstype, 0), null),
      'aggsortop', agg.aggsortop::pg_catalog.regoperator::text
    )
  end as aggregate
from pg_catalog.pg_proc as pro
left join pg_catalog.pg_aggregate as agg on agg.aggfnoid = pro.oid
where pro.pronamespace <> all ($1::oid[])
  and pro.oid not in (select objid from member)
