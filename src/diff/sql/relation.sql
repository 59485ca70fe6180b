-- Tables (partitioned ones and partitions as well) and foreign tables; what is in them are facts of their own.
with privileges as materialized (
  -- Thousands of tables have few different ones.
  select
    written.owner,
    written.acl,
    pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'grantee', case written.grantee when 0 then '' else pg_catalog.pg_get_userbyid(written.grantee)::text end,
      'privilege', written.privilege_type,
      'grantable', written.grantable
    )) as list
  from (
    select own.owner, own.acl, item.grantee, item.privilege_type, pg_catalog.bool_or(item.is_grantable) as grantable
    from (
      select distinct relowner as owner, coalesce(relacl::text, '') as acl
      from pg_catalog.pg_class
      where relkind in ('r', 'p', 'f')
        -- Made of text, an empty list has no dimension, which aclexplode() refuses.
        and relacl::text is distinct from '{}'
    ) as own
    cross join lateral pg_catalog.aclexplode(
      coalesce(nullif(own.acl, '')::pg_catalog.aclitem[], pg_catalog.acldefault('r', own.owner))
    ) as item
    group by own.owner, own.acl, item.grantee, item.privilege_type
  ) as written
  group by written.owner, written.acl
)
select
  case relation.relkind when 'f' then 'foreign table' else 'table' end as kind,
  'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as class,
  relation.oid,
  0 as sub,
  array[
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
  coalesce(privileges.list, '[]') as acl,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'unlogged', case relation.relpersistence when 'u' then true end,
    'partition', case when relation.relispartition then true end,
    'partitionKey', key.definition,
    'ofType', case when relation.reloftype <> 0 then pg_catalog.format_type(relation.reloftype, null) end,
    'accessMethod', method.amname,
    'tablespace', tablespace.spcname,
    'rowSecurity', case when relation.relrowsecurity then true end,
    'forceRowSecurity', case when relation.relforcerowsecurity then true end,
    -- By an index: the index says so, see index.sql.
    'replicaIdentity', case when relation.relkind = 'f' then null else case relation.relreplident when 'f' then 'full' when 'n' then 'nothing' end end,
    'server', server.srvname
  )) || pg_catalog.jsonb_build_object(
    'options', coalesce(options.list, '{}'),
    'foreignOptions', coalesce(foreign_options.list, '{}')
  ) as props
from pg_catalog.pg_class as relation
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
join pg_catalog.pg_type as type on type.oid = relation.reltype
left join pg_catalog.pg_am as method
  on method.oid = relation.relam
  and method.amname <> 'heap'
left join pg_catalog.pg_tablespace as tablespace on tablespace.oid = relation.reltablespace
left join pg_catalog.pg_class as toast on toast.oid = relation.reltoastrelid
left join pg_catalog.pg_foreign_table as foreign_table on foreign_table.ftrelid = relation.oid
left join pg_catalog.pg_foreign_server as server on server.oid = foreign_table.ftserver
left join pg_catalog.pg_description as description
  on description.objoid = relation.oid
  and description.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and description.objsubid = 0
left join lateral (
  -- Its columns' types and collations are part of it: Postgres changes them no more than the key itself.
  select pg_catalog.jsonb_build_object(
    'definition', pg_catalog.pg_get_partkeydef(relation.oid),
    'columns', pg_catalog.jsonb_object_agg(
      attribute.attname,
      pg_catalog.format_type(attribute.atttypid, attribute.atttypmod)
    )
  ) as definition
  from pg_catalog.pg_partitioned_table as partitioned
  left join pg_catalog.pg_attribute as attribute
    on attribute.attrelid = relation.oid
    and attribute.attnum > 0
    and (
      attribute.attnum = any (partitioned.partattrs::smallint[])
      -- What an expression reads hangs on the table by pg_depend.
      or exists (
        select
        from pg_catalog.pg_depend as depend
        where depend.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          and depend.objid = relation.oid
          and depend.objsubid = attribute.attnum
          and depend.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          and depend.refobjid = relation.oid
          and depend.refobjsubid = 0
      )
    )
  where partitioned.partrelid = relation.oid
    and relation.relkind = 'p'
  having pg_catalog.count(attribute.attname) > 0
) as key on relation.relkind = 'p'
left join lateral (
  select pg_catalog.jsonb_object_agg(option.prefix || item.option_name, item.option_value) as list
  from (values ('', relation.reloptions), ('toast.', toast.reloptions)) as option(prefix, list)
  cross join lateral pg_catalog.pg_options_to_table(option.list) as item
) as options on relation.reloptions is not null or toast.reloptions is not null
left join lateral (
  select pg_catalog.jsonb_object_agg(item.option_name, item.option_value) as list
  from pg_catalog.pg_options_to_table(foreign_table.ftoptions) as item
) as foreign_options on foreign_table.ftoptions is not null
left join privileges
  on privileges.owner = relation.relowner
  and privileges.acl = coalesce(relation.relacl::text, '')
where relation.relkind in ('r', 'p', 'f')
  and relation.relpersistence <> 't'
  and relation.relnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by namespace.nspname, relation.relname
