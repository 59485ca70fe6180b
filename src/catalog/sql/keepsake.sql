-- What drop and create would lose of objects: privileges, comments, whether a trigger fires.
-- $1 is jsonb: [{"class": oid, "oid": oid}, …]
with target as (
  select given.class, given.oid
  from pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb)
    as given(class pg_catalog.oid, oid pg_catalog.oid)
),
acl as (
  select target.class, target.oid, routine.proacl as items, routine.proowner as owner, null::text as "column"
  from target
  join pg_catalog.pg_proc as routine on routine.oid = target.oid
  where target.class = 'pg_catalog.pg_proc'::pg_catalog.regclass
  union all
  select target.class, target.oid, relation.relacl, relation.relowner, null
  from target
  join pg_catalog.pg_class as relation on relation.oid = target.oid
  where target.class = 'pg_catalog.pg_class'::pg_catalog.regclass
    and relation.relkind <> 'i'
  union all
  select target.class, target.oid, attribute.attacl, relation.relowner, attribute.attname
  from target
  join pg_catalog.pg_class as relation on relation.oid = target.oid
  join pg_catalog.pg_attribute as attribute on attribute.attrelid = relation.oid
  where target.class = 'pg_catalog.pg_class'::pg_catalog.regclass
    and attribute.attacl is not null
)
select
  target.class::text as class,
  target.oid::text as oid,
  -- Null means the default privileges: nobody has changed them.
  (
    select acl.items is not null
    from acl
    where acl.class = target.class
      and acl.oid = target.oid
      and acl."column" is null
  ) as has_acl,
  coalesce((
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'column', acl."column",
      'grantee', case when entry.grantee = 0 then null else pg_catalog.pg_get_userbyid(entry.grantee) end,
      'privilege', entry.privilege_type,
      'grantable', entry.is_grantable
    ))
    from acl
    cross join lateral pg_catalog.aclexplode(acl.items) as entry
    where acl.class = target.class
      and acl.oid = target.oid
      and entry.grantee <> acl.owner
  ), '[]') as privileges,
  coalesce((
    select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
      'column', attribute.attname,
      'text', description.description
    ))
    from pg_catalog.pg_description as description
    left join pg_catalog.pg_attribute as attribute
      on target.class = 'pg_catalog.pg_class'::pg_catalog.regclass
      and attribute.attrelid = target.oid
      and attribute.attnum = description.objsubid
      and description.objsubid > 0
    where description.classoid = target.class
      and description.objoid = target.oid
  ), '[]') as comments,
  (
    select pg_catalog.jsonb_build_object(
      'state', trigger.tgenabled,
      'name', pg_catalog.quote_ident(trigger.tgname),
      'relation', trigger.tgrelid::pg_catalog.regclass
    )
    from pg_catalog.pg_trigger as trigger
    where target.class = 'pg_catalog.pg_trigger'::pg_catalog.regclass
      and trigger.oid = target.oid
  ) as trigger
from target
