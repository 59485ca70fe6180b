-- Columns of tables and foreign tables; of views those alone that carry something of their own.
select
  'column' as kind,
  'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as class,
  relation.oid,
  attribute.attnum as sub,
  case when attribute.attgenerated <> '' then array[
    pg_catalog.concat('pg_catalog.pg_attrdef'::pg_catalog.regclass::pg_catalog.oid, '/', expression.oid, '/0')
  ] end as also,
  namespace.nspname as schema,
  relation.relname as relation,
  attribute.attname as name,
  null as args,
  pg_catalog.concat('pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, '/', relation.oid, '/0') as parent,
  null as owner,
  description.description as comment,
  case when attribute.attacl is null then '[]' else (
    select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'grantee', case item.grantee when 0 then '' else pg_catalog.pg_get_userbyid(item.grantee)::text end,
      'privilege', item.privilege_type,
      'grantable', item.grantable
    )), '[]')
    from (
      select grantee, privilege_type, pg_catalog.bool_or(is_grantable) as grantable
      from pg_catalog.aclexplode(attribute.attacl)
      group by grantee, privilege_type
    ) as item
  ) end as acl,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'of', case relation.relkind
      when 'f' then 'foreign table' when 'v' then 'view' when 'm' then 'materialized view' end,
    -- What a view says of it (type, collation) is the view's own.
    'type', case when relation.relkind in ('r', 'p', 'f')
      then pg_catalog.format_type(attribute.atttypid, attribute.atttypmod) end,
    'collation', case when attribute.attcollation <> type.typcollation and relation.relkind in ('r', 'p', 'f')
      then attribute.attcollation::pg_catalog.regcollation::text end,
    'notNull', case when attribute.attnotnull then true end,
    'generated', case when attribute.attgenerated <> '' then pg_catalog.jsonb_build_object(
      'expression', pg_catalog.pg_get_expr(expression.adbin, expression.adrelid),
      'kind', case attribute.attgenerated when 'v' then 'virtual' else 'stored' end
    ) end,
    'storage', case when attribute.attstorage <> type.typstorage then case attribute.attstorage
      when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end end,
    'usualStorage', case when attribute.attstorage <> type.typstorage then case type.typstorage
      when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end end,
    'compression', case attribute.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
    -- Up to 16 the default is -1, from 17 on null.
    'statistics', nullif(attribute.attstattarget, -1),
    -- Debian's 17.12 keeps a number of its own there, in every column: pg_attver.
    'options', case when attribute.attoptions is not null then (
      select pg_catalog.jsonb_object_agg(item.option_name, item.option_value)
      from pg_catalog.pg_options_to_table(attribute.attoptions) as item
      where item.option_name <> 'pg_attver'
    ) end,
    'foreignOptions', case when attribute.attfdwoptions is not null then (
      select pg_catalog.jsonb_object_agg(item.option_name, item.option_value)
      from pg_catalog.pg_options_to_table(attribute.attfdwoptions) as item
    ) end,
    'inherited', case when attribute.attinhcount > 0 then true end,
    'local', case when attribute.attinhcount > 0 then attribute.attislocal end
  )) as props
from pg_catalog.pg_attribute as attribute
join pg_catalog.pg_class as relation on relation.oid = attribute.attrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
join pg_catalog.pg_type as type on type.oid = attribute.atttypid
left join pg_catalog.pg_attrdef as expression
  on expression.adrelid = attribute.attrelid
  and expression.adnum = attribute.attnum
left join pg_catalog.pg_description as description
  on description.objoid = relation.oid
  and description.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and description.objsubid = attribute.attnum
where attribute.attnum > 0
  and not attribute.attisdropped
  and relation.relpersistence <> 't'
  and relation.relnamespace <> all ($1::oid[])
  and $2::text[] is not null
  and (
    relation.relkind in ('r', 'p', 'f')
    or relation.relkind in ('v', 'm') and (
      attribute.attacl is not null
      or description.description is not null
      or expression.oid is not null
      or attribute.attoptions is not null and attribute.attoptions::text !~ '^\{pg_attver=[0-9]+\}$'
      or relation.relkind = 'm' and (
        attribute.attstorage <> type.typstorage
        or attribute.attcompression <> ''
        or nullif(attribute.attstattarget, -1) is not null
      )
    )
  )
order by relation.oid, attribute.attnum
