-- What TypeScript types are made of, a row for each relation, routine and type; $1 are the schemas to describe. Types of
-- all other schemas come as well, without their own descriptions: columns may have them.
with described as (
  select oid, nspname
  from pg_catalog.pg_namespace
  where nspname = any ($1::text[])
),
member as (
  select classid, objid
  from pg_catalog.pg_depend
  where deptype = 'e'
),
relation as (
  select class.oid, class.relname, class.relkind, described.nspname,
    case when class.relkind = 'v' then pg_catalog.pg_relation_is_updatable(class.oid, false) else 0 end as updatable
  from pg_catalog.pg_class as class
  join described on described.oid = class.relnamespace
  where class.relkind in ('r', 'p', 'f', 'v', 'm')
    and not class.relispartition
    and not exists (
      select from member
      where member.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and member.objid = class.oid
    )
),
foreign_key as (
  select
    con.conrelid,
    pg_catalog.jsonb_agg(
      pg_catalog.jsonb_build_object(
        'name', con.conname,
        'columns', own.names,
        'one_to_one', exists (
          select
          from pg_catalog.pg_index as index
          where index.indrelid = con.conrelid
            and index.indisunique
            and index.indpred is null
            and index.indnkeyatts = pg_catalog.cardinality(con.conkey)
            and (index.indkey::int2[])[0:index.indnkeyatts - 1] @> con.conkey
        ),
        'schema', target.nspname,
        'relation', referenced.relname,
        'referenced', other.names
      )
      order by con.conname
    ) as facts
  from pg_catalog.pg_constraint as con
  join relation on relation.oid = con.conrelid
  join pg_catalog.pg_class as referenced on referenced.oid = con.confrelid
  join pg_catalog.pg_namespace as target on target.oid = referenced.relnamespace
  cross join lateral (
    select pg_catalog.jsonb_agg(att.attname order by key.position) as names
    from pg_catalog.unnest(con.conkey) with ordinality as key(attnum, position)
    join pg_catalog.pg_attribute as att on att.attrelid = con.conrelid and att.attnum = key.attnum
  ) as own
  cross join lateral (
    select pg_catalog.jsonb_agg(att.attname order by key.position) as names
    from pg_catalog.unnest(con.confkey) with ordinality as key(attnum, position)
    join pg_catalog.pg_attribute as att on att.attrelid = con.confrelid and att.attnum = key.attnum
  ) as other
  where con.contype = 'f'
    and con.conparentid = 0
  group by con.conrelid
),
attribute as (
  select
    att.attrelid,
    pg_catalog.jsonb_agg(
      pg_catalog.jsonb_build_object(
        'name', att.attname,
        'type', att.atttypid::text,
        'not_null', att.attnotnull,
        'default', att.atthasdef and att.attgenerated = '',
        -- Nothing may be written: identity "always", generated columns, columns of views that Postgres can't update.
        'fixed', att.attidentity = 'a' or att.attgenerated <> ''
          or class.relkind = 'v' and not pg_catalog.pg_column_is_updatable(class.oid, att.attnum, false),
        'identity', att.attidentity <> '',
        'comment', pg_catalog.col_description(att.attrelid, att.attnum)
      )
      order by att.attnum
    ) as facts
  from pg_catalog.pg_attribute as att
  join pg_catalog.pg_class as class on class.oid = att.attrelid
  join described on described.oid = class.relnamespace
  where att.attnum > 0
    and not att.attisdropped
    and class.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
  group by att.attrelid
)
select
  'relation' as kind,
  relation.nspname::text as schema,
  relation.relname::text as name,
  pg_catalog.obj_description(relation.oid, 'pg_class') as comment,
  pg_catalog.jsonb_build_object(
    'view', relation.relkind in ('v', 'm'),
    'insertable', relation.relkind in ('r', 'p', 'f') or relation.updatable & 8 > 0,
    'updatable', relation.relkind in ('r', 'p', 'f') or relation.updatable & 4 > 0,
    'columns', coalesce(attribute.facts, '[]'),
    'foreign_keys', coalesce(foreign_key.facts, '[]')
  ) as props
from relation
left join attribute on attribute.attrelid = relation.oid
left join foreign_key on foreign_key.conrelid = relation.oid
union all
select
  'routine',
  described.nspname::text,
  routine.proname::text,
  pg_catalog.obj_description(routine.oid, 'pg_proc'),
  pg_catalog.jsonb_build_object(
    'names', pg_catalog.to_jsonb(routine.proargnames),
    'modes', pg_catalog.to_jsonb(routine.proargmodes),
    'types', pg_catalog.to_jsonb(coalesce(routine.proallargtypes, routine.proargtypes::oid[])::text[]),
    'defaults', routine.pronargdefaults,
    'returns', routine.prorettype::text,
    'set', routine.proretset
  )
from pg_catalog.pg_proc as routine
join described on described.oid = routine.pronamespace
where routine.prokind = 'f'
  and routine.prorettype not in ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
  and not exists (
    select from member
    where member.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and member.objid = routine.oid
  )
union all
select
  'type',
  namespace.nspname::text,
  type.typname::text,
  coalesce(
    pg_catalog.obj_description(type.oid, 'pg_type'),
    case when class.relkind = 'c' then pg_catalog.obj_description(class.oid, 'pg_class') end
  ),
  pg_catalog.jsonb_build_object(
    'oid', type.oid::text,
    'kind', type.typtype,
    'category', type.typcategory,
    'element', case when type.typcategory = 'A' and type.typelem <> 0 then type.typelem::text end,
    'base', nullif(type.typbasetype, 0)::text,
    'not_null', type.typnotnull,
    'default', type.typdefault is not null,
    'relkind', class.relkind,
    'columns', case when class.relkind = 'c' then attribute.facts end,
    'labels', (
      select pg_catalog.jsonb_agg(enum.enumlabel order by enum.enumsortorder)
      from pg_catalog.pg_enum as enum
      where enum.enumtypid = type.oid
    )
  )
from pg_catalog.pg_type as type
join pg_catalog.pg_namespace as namespace on namespace.oid = type.typnamespace
left join pg_catalog.pg_class as class on class.oid = type.typrelid
left join attribute on attribute.attrelid = class.oid
where namespace.nspname !~ '^pg_toast'
  and (class.relkind is null or class.relkind in ('r', 'p', 'f', 'v', 'm', 'c'))
order by kind, schema, name, props
