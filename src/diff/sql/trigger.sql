-- Triggers. What a partition has from its parent's is a fact of its own, since it can be switched on and off by itself;
-- `parent` names the relation that it comes from.
select
  'trigger' as kind,
  'pg_catalog.pg_trigger'::pg_catalog.regclass::pg_catalog.oid as class,
  trigger.oid,
  0 as sub,
  case when trigger.tgconstraint <> 0 then array[
    pg_catalog.format('%s/%s/0', 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid, trigger.tgconstraint)
  ] end as also,
  namespace.nspname as schema,
  relation.relname as relation,
  trigger.tgname as name,
  null as args,
  pg_catalog.format('%s/%s/0', 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, relation.oid) as parent,
  null as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'definition', case when trigger.tgparentid = 0 then pg_catalog.pg_get_triggerdef(trigger.oid, true) end,
    'enabled', trigger.tgenabled,
    'constraint', trigger.tgconstraint <> 0,
    'parent', case when trigger.tgparentid <> 0 then pg_catalog.jsonb_build_object(
      'schema', parent_namespace.nspname,
      'relation', parent_relation.relname,
      'name', parent.tgname
    ) end
  ) as props
from pg_catalog.pg_trigger as trigger
join pg_catalog.pg_class as relation on relation.oid = trigger.tgrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
left join pg_catalog.pg_trigger as parent on parent.oid = trigger.tgparentid
left join pg_catalog.pg_class as parent_relation on parent_relation.oid = parent.tgrelid
left join pg_catalog.pg_namespace as parent_namespace on parent_namespace.oid = parent_relation.relnamespace
left join pg_catalog.pg_description as description
  on description.objoid = trigger.oid
  and description.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
where not trigger.tgisinternal
  and relation.relnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by trigger.tgparentid <> 0, namespace.nspname, relation.relname, trigger.tgname
