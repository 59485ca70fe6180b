-- Types but for domains, arrays and row types of relations. What Postgres makes along with a type (its array, a range's
-- multirange and constructors) stands for it.
with ranges as materialized (
  select
    range.rngtypid,
    array[
      pg_catalog.format('%s/%s/0', 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, multirange.oid),
      pg_catalog.format('%s/%s/0', 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, multirange.typarray)
    ] || constructor.addresses as also,
    pg_catalog.jsonb_build_object(
      'subtype', pg_catalog.format_type(range.rngsubtype, null),
      'operatorClass', pg_catalog.format('%I.%I', class_namespace.nspname, class.opcname),
      'collation', case when range.rngcollation <> subtype.typcollation
        then range.rngcollation::pg_catalog.regcollation::text end,
      'canonical', nullif(range.rngcanonical::text, '-'),
      'difference', nullif(range.rngsubdiff::text, '-'),
      'multirange', pg_catalog.jsonb_build_object(
        'schema', multirange_namespace.nspname,
        'name', multirange.typname
      ),
      'constructor', constructor.range,
      'multirangeConstructor', constructor.multirange
    ) as props
  from pg_catalog.pg_range as range
  join pg_catalog.pg_type as subtype on subtype.oid = range.rngsubtype
  join pg_catalog.pg_opclass as class on class.oid = range.rngsubopc
  join pg_catalog.pg_namespace as class_namespace on class_namespace.oid = class.opcnamespace
  join pg_catalog.pg_type as multirange on multirange.oid = range.rngmultitypid
  join pg_catalog.pg_namespace as multirange_namespace on multirange_namespace.oid = multirange.typnamespace
  cross join lateral (
    select
      pg_catalog.array_agg(pg_catalog.format(
        '%s/%s/0', 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid, routine.oid
      )) as addresses,
      pg_catalog.min(routine.proname::text) filter (where depend.refobjid = range.rngtypid) as range,
      pg_catalog.min(routine.proname::text) filter (where depend.refobjid = multirange.oid) as multirange
    from pg_catalog.pg_depend as depend
    join pg_catalog.pg_proc as routine on routine.oid = depend.objid
    where depend.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
      and depend.refobjid in (range.rngtypid, multirange.oid)
      and depend.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      and depend.deptype = 'i'
  ) as constructor
  where range.rngtypid >= 16384
)
select
  case
    when not type.typisdefined then 'shell type'
    when type.typtype = 'e' then 'enum'
    when type.typtype = 'c' then 'composite type'
    when type.typtype = 'r' then 'range'
    else 'base type'
  end as kind,
  'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid as class,
  type.oid,
  0 as sub,
  pg_catalog.array_remove(array[
    pg_catalog.format('%s/%s/0', 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid, type.typarray),
    case when type.typrelid <> 0 then
      pg_catalog.format('%s/%s/0', 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, type.typrelid)
    end
  ], null) || ranges.also as also,
  namespace.nspname as schema,
  null as relation,
  type.typname as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(type.typowner) as owner,
  description.description as comment,
  coalesce(acl.list, '[]') as acl,
  case
    when not type.typisdefined then '{}'
    when type.typtype = 'e' then pg_catalog.jsonb_build_object('labels', coalesce(enum.labels, '[]'))
    when type.typtype = 'c' then pg_catalog.jsonb_build_object('order', (
      select coalesce(pg_catalog.jsonb_agg(attribute.attname order by attribute.attnum), '[]')
      from pg_catalog.pg_attribute as attribute
      where attribute.attrelid = type.typrelid
        and attribute.attnum > 0
        and not attribute.attisdropped
    ))
    when type.typtype = 'r' then ranges.props
    else pg_catalog.jsonb_build_object(
      'input', type.typinput::text,
      'output', type.typoutput::text,
      'receive', nullif(type.typreceive::text, '-'),
      'send', nullif(type.typsend::text, '-'),
      'typmodIn', nullif(type.typmodin::text, '-'),
      'typmodOut', nullif(type.typmodout::text, '-'),
      'analyze', nullif(type.typanalyze::text, '-'),
      'subscript', nullif(type.typsubscript::text, '-'),
      'length', type.typlen,
      'passedByValue', type.typbyval,
      'alignment', type.typalign,
      'storage', type.typstorage,
      'category', type.typcategory,
      'preferred', type.typispreferred,
      'default', type.typdefault,
      'element', case when type.typelem <> 0 then pg_catalog.format_type(type.typelem, null) end,
      'delimiter', type.typdelim,
      'collatable', type.typcollation <> 0
    )
  end as props
from pg_catalog.pg_type as type
join pg_catalog.pg_namespace as namespace on namespace.oid = type.typnamespace
left join pg_catalog.pg_class as relation on relation.oid = type.typrelid
left join pg_catalog.pg_type as element on element.typarray = type.oid
left join (
  select enumtypid, pg_catalog.jsonb_agg(enumlabel order by enumsortorder) as labels
  from pg_catalog.pg_enum
  group by enumtypid
) as enum on enum.enumtypid = type.oid
left join ranges on ranges.rngtypid = type.oid
left join pg_catalog.pg_description as description
  on description.objoid = type.oid
  and description.classoid = 'pg_catalog.pg_type'::pg_catalog.regclass
cross join lateral (select coalesce(type.typacl, pg_catalog.acldefault('T', type.typowner)) as acl) as given
cross join lateral (
  /* privilege-list.sql */
) as acl
where type.typnamespace <> all ($1::oid[])
  and $2::text[] is not null
  and element.oid is null
  and type.typtype not in ('d', 'm')
  and (type.typrelid = 0 or relation.relkind = 'c')
order by namespace.nspname, type.typname
