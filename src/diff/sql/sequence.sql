-- Sequences that are objects of their own, whom they are owned by, and the identities of columns, which are sequences as
-- well. Numbers are texts: JSON's would lose digits.
with privileges as materialized (
  -- Thousands of sequences have few different ones.
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
      where relkind = 'S'
        -- Made of text, an empty list has no dimension, which aclexplode() refuses.
        and relacl::text is distinct from '{}'
    ) as own
    cross join lateral pg_catalog.aclexplode(
      coalesce(nullif(own.acl, '')::pg_catalog.aclitem[], pg_catalog.acldefault('s', own.owner))
    ) as item
    group by own.owner, own.acl, item.grantee, item.privilege_type
  ) as written
  group by written.owner, written.acl
),
sequence as (
  select
    relation.oid,
    relation.relname as name,
    namespace.nspname as schema,
    relation.relowner as owner,
    relation.relacl as acl,
    depend.deptype,
    owning.oid as table_oid,
    owning.relname as table_name,
    owning_namespace.nspname as table_schema,
    attribute.attnum as column_number,
    attribute.attname as column_name,
    attribute.attidentity,
    pg_catalog.format_type(attribute.atttypid, attribute.atttypmod) as column_type,
    pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
      'type', pg_catalog.format_type(definition.seqtypid, null),
      'increment', nullif(definition.seqincrement, 1)::text,
      'min', nullif(definition.seqmin, bound.least)::text,
      'max', nullif(definition.seqmax, bound.greatest)::text,
      'start', nullif(
        definition.seqstart,
        case when definition.seqincrement > 0 then definition.seqmin else definition.seqmax end
      )::text,
      'cache', nullif(definition.seqcache, 1)::text,
      'cycle', nullif(definition.seqcycle, false)
    )) as options,
    relation.relpersistence
  from pg_catalog.pg_sequence as definition
  join pg_catalog.pg_class as relation on relation.oid = definition.seqrelid
  join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
  -- The bounds that a sequence of that type and direction has when nobody says any.
  cross join lateral (
    select
      case
        when definition.seqincrement > 0 then 1
        when definition.seqtypid = 'smallint'::pg_catalog.regtype then -32768
        when definition.seqtypid = 'integer'::pg_catalog.regtype then -2147483648
        else -9223372036854775808
      end as least,
      case
        when definition.seqincrement < 0 then -1
        when definition.seqtypid = 'smallint'::pg_catalog.regtype then 32767
        when definition.seqtypid = 'integer'::pg_catalog.regtype then 2147483647
        else 9223372036854775807
      end as greatest
  ) as bound
  left join pg_catalog.pg_depend as depend
    on depend.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and depend.objid = relation.oid
    and depend.objsubid = 0
    and depend.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and depend.refobjsubid > 0
    and depend.deptype in ('a', 'i')
  left join pg_catalog.pg_class as owning on owning.oid = depend.refobjid
  left join pg_catalog.pg_namespace as owning_namespace on owning_namespace.oid = owning.relnamespace
  left join pg_catalog.pg_attribute as attribute
    on attribute.attrelid = depend.refobjid
    and attribute.attnum = depend.refobjsubid
  where relation.relpersistence <> 't'
    and relation.relnamespace <> all ($1::oid[])
    and $2::text[] is not null
),
described as (
  select
    sequence.*,
    case when table_oid is not null then pg_catalog.concat(
      'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, '/', table_oid, '/', column_number
    ) end as owning_column,
    description.description as comment,
    privileges.list as privileges
  from sequence
  left join pg_catalog.pg_description as description
    on description.objoid = sequence.oid
    and description.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and description.objsubid = 0
  left join privileges
    on privileges.owner = sequence.owner
    and privileges.acl = coalesce(sequence.acl::text, '')
)
select
  'sequence' as kind,
  'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as class,
  oid,
  0 as sub,
  null as also,
  schema,
  null as relation,
  name,
  null as args,
  owning_column as parent,
  pg_catalog.pg_get_userbyid(owner) as owner,
  comment,
  coalesce(privileges, '[]') as acl,
  options || case relpersistence when 'u' then '{"unlogged": true}' else '{}' end::jsonb as props
from described
where deptype is distinct from 'i'
union all
select
  'ownership' as kind,
  'pg_catalog.pg_sequence'::pg_catalog.regclass::pg_catalog.oid as class,
  oid,
  0 as sub,
  null as also,
  schema,
  null as relation,
  name,
  null as args,
  pg_catalog.concat('pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, '/', oid, '/0') as parent,
  null as owner,
  null as comment,
  null as acl,
  pg_catalog.jsonb_build_object('schema', table_schema, 'table', table_name, 'column', column_name) as props
from described
where deptype = 'a'
union all
select
  'identity' as kind,
  'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as class,
  oid,
  0 as sub,
  null as also,
  table_schema as schema,
  table_name as relation,
  column_name as name,
  null as args,
  owning_column as parent,
  null as owner,
  comment,
  coalesce(privileges, '[]') as acl,
  -- Its type follows that of the column.
  case options ->> 'type' when column_type then options - 'type' else options end || pg_catalog.jsonb_build_object(
    'sequence', name,
    'generated', case attidentity when 'a' then 'always' else 'by default' end
  ) as props
from described
where deptype = 'i'
order by schema, relation nulls first, name
