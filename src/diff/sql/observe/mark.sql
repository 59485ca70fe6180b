-- Of each object: how many rows of the catalogs speak of it, and whether any has been written since transaction $2 (null: not
-- asked). A relation's are those of its columns, indexes, constraints and of whatever else is attached to it.
with said as (
  select 'pg_catalog.pg_class'::pg_catalog.regclass as classid, rel.oid as objid, rel.xmin
  from pg_catalog.pg_class as rel
  where rel.relkind in ('r', 'p', 'f', 'v', 'm', 'c', 'S')
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, owner.oid, rel.xmin
  from pg_catalog.pg_class as rel
  join pg_catalog.pg_class as owner on owner.reltoastrelid = rel.oid
  where rel.relkind = 't'
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, ind.indrelid, rel.xmin
  from pg_catalog.pg_index as ind
  join pg_catalog.pg_class as rel on rel.oid = ind.indexrelid
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, ind.indrelid, ind.xmin
  from pg_catalog.pg_index as ind
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, coalesce(ind.indrelid, att.attrelid), att.xmin
  from pg_catalog.pg_attribute as att
  left join pg_catalog.pg_index as ind on ind.indexrelid = att.attrelid
  where att.attnum > 0
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, coalesce(ind.indrelid, inh.inhrelid), inh.xmin
  from pg_catalog.pg_inherits as inh
  left join pg_catalog.pg_index as ind on ind.indexrelid = inh.inhrelid
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, adrelid, xmin
  from pg_catalog.pg_attrdef
  union all
  select
    case conrelid
      when 0 then 'pg_catalog.pg_type'::pg_catalog.regclass
      else 'pg_catalog.pg_class'::pg_catalog.regclass
    end,
    coalesce(nullif(conrelid, 0), contypid),
    xmin
  from pg_catalog.pg_constraint
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, tgrelid, xmin
  from pg_catalog.pg_trigger
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, ev_class, xmin
  from pg_catalog.pg_rewrite
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, polrelid, xmin
  from pg_catalog.pg_policy
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, stxrelid, xmin
  from pg_catalog.pg_statistic_ext
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, seqrelid, xmin
  from pg_catalog.pg_sequence
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, ftrelid, xmin
  from pg_catalog.pg_foreign_table
  union all
  -- Whom a sequence belongs to is a dependence.
  select 'pg_catalog.pg_class'::pg_catalog.regclass, each.objid, dep.xmin
  from pg_catalog.pg_depend as dep
  cross join lateral (values (dep.objid), (dep.refobjid)) as each(objid)
  where dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and dep.deptype in ('a', 'i')
    and dep.refobjsubid > 0
  union all
  select 'pg_catalog.pg_type'::pg_catalog.regclass, oid, xmin
  from pg_catalog.pg_type
  where oid >= 16384
  union all
  select 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, xmin
  from pg_catalog.pg_proc
  where oid >= 16384
  union all
  select 'pg_catalog.pg_operator'::pg_catalog.regclass, oid, xmin
  from pg_catalog.pg_operator
  where oid >= 16384
  union all
  select 'pg_catalog.pg_opclass'::pg_catalog.regclass, oid, xmin
  from pg_catalog.pg_opclass
  where oid >= 16384
  union all
  select 'pg_catalog.pg_collation'::pg_catalog.regclass, oid, xmin
  from pg_catalog.pg_collation
  where oid >= 16384
  union all
  select 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, oid, xmin
  from pg_catalog.pg_foreign_server
  union all
  select 'pg_catalog.pg_ts_config'::pg_catalog.regclass, oid, xmin
  from pg_catalog.pg_ts_config
  where oid >= 16384
  union all
  -- Their names are part of everybody's.
  select 'pg_catalog.pg_namespace'::pg_catalog.regclass, oid, xmin
  from pg_catalog.pg_namespace
  where oid <> all ($1::oid[])
    and not pg_catalog.starts_with(nspname, 'pg_')
  union all
  select 'pg_catalog.pg_extension'::pg_catalog.regclass, oid, xmin
  from pg_catalog.pg_extension
  -- Labels stand in what depends on their type: defaults, views.
  union all
  select 'pg_catalog.pg_type'::pg_catalog.regclass, enumtypid, xmin
  from pg_catalog.pg_enum
  -- What there is little of, as a whole.
  union all
  select 'pg_catalog.pg_range'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_range
  union all
  select 'pg_catalog.pg_aggregate'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_aggregate
  union all
  select 'pg_catalog.pg_language'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_language
  union all
  select 'pg_catalog.pg_cast'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_cast
  union all
  select 'pg_catalog.pg_transform'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_transform
  union all
  select 'pg_catalog.pg_conversion'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_conversion
  union all
  select 'pg_catalog.pg_am'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_am
  union all
  select 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_event_trigger
  union all
  select 'pg_catalog.pg_opfamily'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_opfamily
  union all
  select 'pg_catalog.pg_amop'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_amop
  union all
  select 'pg_catalog.pg_amproc'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_amproc
  union all
  select 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_ts_parser
  union all
  select 'pg_catalog.pg_ts_template'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_ts_template
  union all
  select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_ts_dict
  union all
  select 'pg_catalog.pg_ts_config_map'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_ts_config_map
  union all
  select 'pg_catalog.pg_default_acl'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_default_acl
  union all
  select 'pg_catalog.pg_db_role_setting'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_db_role_setting
  union all
  select 'pg_catalog.pg_seclabel'::pg_catalog.regclass, 0, xmin
  from pg_catalog.pg_seclabel
)
select
  classid::pg_catalog.regclass::text as class,
  classid::oid::text as catalog,
  objid::text as oid,
  pg_catalog.count(*)::integer as count,
  coalesce(pg_catalog.bool_or(pg_catalog.age(xmin) <= pg_catalog.age($2::xid)), false) as written
from said
group by classid, objid
