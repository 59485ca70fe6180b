-- Views and materialized views. Postgres hangs them on what they read through their rule _RETURN.
select
  case relation.relkind when 'v' then 'view' else 'materialized view' end as kind,
  'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as class,
  relation.oid,
  0 as sub,
  array[
    pg_catalog.format('%s/%s/0', 'pg_catalog.pg_rewrite'::pg_catalog.regclass::pg_catalog.oid, rule.oid),
    pg_catalog.format('%s/%s/0', 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, type.oid),
    pg_catalog.format('%s/%s/0', 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, type.typarray)
  ] as also,
  namespace.nspname as schema,
  null as relation,
  relation.relname as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(relation.relowner) as owner,
  description.description as comment,
  coalesce(acl.list, '[]') as acl,
  pg_catalog.jsonb_build_object(
    'definition', pg_catalog.rtrim(pg_catalog.pg_get_viewdef(relation.oid, true), ';'),
    'columns', coalesce(columns.list, '[]'),
    'options', coalesce(options.list, '{}')
  ) || case relation.relkind when 'm' then pg_catalog.jsonb_build_object(
    'accessMethod', method.amname,
    'populated', relation.relispopulated
  ) else '{}' end as props
from pg_catalog.pg_class as relation
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
join pg_catalog.pg_rewrite as rule
  on rule.ev_class = relation.oid
  and rule.rulename = '_RETURN'
join pg_catalog.pg_type as type on type.oid = relation.reltype
left join pg_catalog.pg_am as method on method.oid = relation.relam
left join pg_catalog.pg_class as toast on toast.oid = relation.reltoastrelid
left join pg_catalog.pg_description as description
  on description.objoid = relation.oid
  and description.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and description.objsubid = 0
left join lateral (
  select pg_catalog.jsonb_object_agg(option.prefix || item.option_name, item.option_value) as list
  from (values ('', relation.reloptions), ('toast.', toast.reloptions)) as option(prefix, list)
  cross join lateral pg_catalog.pg_options_to_table(option.list) as item
) as options on true
left join lateral (
  select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
    'name', attribute.attname,
    'type', pg_catalog.format_type(attribute.atttypid, attribute.atttypmod),
    'collation', case when attribute.attcollation <> (
      select base.typcollation
      from pg_catalog.pg_type as base
      where base.oid = attribute.atttypid
    ) then attribute.attcollation::pg_catalog.regcollation::text end
  ) order by attribute.attnum) as list
  from pg_catalog.pg_attribute as attribute
  where attribute.attrelid = relation.oid
    and attribute.attnum > 0
    and not attribute.attisdropped
) as columns on true
cross join lateral (select coalesce(relation.relacl, pg_catalog.acldefault('r', relation.relowner)) as acl) as given
cross join lateral (
  /* privilege-list.sql */
) as acl
where relation.relkind in ('v', 'm')
  and relation.relnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by relation.relkind desc, namespace.nspname, relation.relname
