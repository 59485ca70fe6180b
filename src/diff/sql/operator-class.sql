-- Operator families and classes with their members.
with member as (
  -- By the class (hard members) or the family (loose ones) that they depend on.
  select
    depend.refclassid,
    depend.refobjid,
    depend.classid as class,
    member.oid,
    member.props
  from (
    select
      'pg_catalog.pg_amop'::pg_catalog.regclass as classid,
      amop.oid,
      pg_catalog.jsonb_build_object(
        'what', 'operator',
        'number', amop.amopstrategy,
        'left', pg_catalog.format_type(amop.amoplefttype, null),
        'right', pg_catalog.format_type(amop.amoprighttype, null),
        'name', pg_catalog.format('%I.%s', namespace.nspname, operator.oprname),
        'order', case when sort.oid is not null
          then pg_catalog.format('%I.%I', sort_namespace.nspname, sort.opfname) end
      ) as props
    from pg_catalog.pg_amop as amop
    join pg_catalog.pg_operator as operator on operator.oid = amop.amopopr
    join pg_catalog.pg_namespace as namespace on namespace.oid = operator.oprnamespace
    left join pg_catalog.pg_opfamily as sort on sort.oid = amop.amopsortfamily
    left join pg_catalog.pg_namespace as sort_namespace on sort_namespace.oid = sort.opfnamespace
    where amop.oid >= 16384
    union all
    select
      'pg_catalog.pg_amproc'::pg_catalog.regclass,
      amproc.oid,
      pg_catalog.jsonb_build_object(
        'what', 'function',
        'number', amproc.amprocnum,
        'left', pg_catalog.format_type(amproc.amproclefttype, null),
        'right', pg_catalog.format_type(amproc.amprocrighttype, null),
        'name', amproc.amproc::pg_catalog.regprocedure::text
      )
    from pg_catalog.pg_amproc as amproc
    where amproc.oid >= 16384
  ) as member
  join pg_catalog.pg_depend as depend
    on depend.classid = member.classid
    and depend.objid = member.oid
    and depend.refclassid in (
      'pg_catalog.pg_opclass'::pg_catalog.regclass,
      'pg_catalog.pg_opfamily'::pg_catalog.regclass
    )
    and depend.deptype in ('i', 'a')
),
members as (
  select
    refclassid,
    refobjid,
    pg_catalog.array_agg(pg_catalog.format('%s/%s/0', class, oid)) as addresses,
    pg_catalog.jsonb_agg(
      props order by props ->> 'what' desc, (props -> 'number')::integer, props ->> 'left', props ->> 'right'
    ) as list
  from member
  group by refclassid, refobjid
)
select
  'operator family' as kind,
  'pg_catalog.pg_opfamily'::pg_catalog.regclass::pg_catalog.oid as class,
  family.oid,
  0 as sub,
  members.addresses as also,
  namespace.nspname as schema,
  null as relation,
  family.opfname as name,
  method.amname as args,
  null as parent,
  pg_catalog.pg_get_userbyid(family.opfowner) as owner,
  description.description as comment,
  null::pg_catalog.jsonb as acl,
  pg_catalog.jsonb_build_object('members', coalesce(members.list, '[]')) as props
from pg_catalog.pg_opfamily as family
join pg_catalog.pg_namespace as namespace on namespace.oid = family.opfnamespace
join pg_catalog.pg_am as method on method.oid = family.opfmethod
left join members
  on members.refclassid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass
  and members.refobjid = family.oid
left join pg_catalog.pg_description as description
  on description.objoid = family.oid
  and description.classoid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass
where family.opfnamespace <> all ($1::oid[])
  and $2::text[] is not null

union all

select
  'operator class' as kind,
  'pg_catalog.pg_opclass'::pg_catalog.regclass::pg_catalog.oid as class,
  class.oid,
  0 as sub,
  members.addresses as also,
  namespace.nspname as schema,
  null as relation,
  class.opcname as name,
  method.amname as args,
  null as parent,
  pg_catalog.pg_get_userbyid(class.opcowner) as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'type', pg_catalog.format_type(class.opcintype, null),
    'default', class.opcdefault,
    'family', pg_catalog.jsonb_build_object('schema', family_namespace.nspname, 'name', family.opfname),
    'storage', case when class.opckeytype <> 0 then pg_catalog.format_type(class.opckeytype, null) end,
    'members', coalesce(members.list, '[]')
  )
from pg_catalog.pg_opclass as class
join pg_catalog.pg_namespace as namespace on namespace.oid = class.opcnamespace
join pg_catalog.pg_am as method on method.oid = class.opcmethod
join pg_catalog.pg_opfamily as family on family.oid = class.opcfamily
join pg_catalog.pg_namespace as family_namespace on family_namespace.oid = family.opfnamespace
left join members
  on members.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
  and members.refobjid = class.oid
left join pg_catalog.pg_description as description
  on description.objoid = class.oid
  and description.classoid = 'pg_catalog.pg_opclass'::pg_catalog.regclass
where class.opcnamespace <> all ($1::oid[])
order by 1 desc, 6, 8, 9
