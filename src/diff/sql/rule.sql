-- Rules, without those that are views.
select
  'rule' as kind,
  'pg_catalog.pg_rewrite'::pg_catalog.regclass::pg_catalog.oid as class,
  rule.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  relation.relname as relation,
  rule.rulename as name,
  null as args,
  pg_catalog.format('%s/%s/0', 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, relation.oid) as parent,
  null as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'definition', pg_catalog.rtrim(pg_catalog.pg_get_ruledef(rule.oid, true), ';'),
    'enabled', rule.ev_enabled
  ) as props
from pg_catalog.pg_rewrite as rule
join pg_catalog.pg_class as relation on relation.oid = rule.ev_class
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
left join pg_catalog.pg_description as description
  on description.objoid = rule.oid
  and description.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
where rule.rulename <> '_RETURN'
  and relation.relnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by namespace.nspname, relation.relname, rule.rulename
