-- Operators, operator families with their members, operator classes.
with member as (
  select dep.classid, dep.objid
  from pg_catalog.pg_depend as dep
  where dep.deptype = 'e'
)
select
  'operator ' || opr.oid::pg_catalog.regoperator::text as object,
  pg_catalog.jsonb_build_object(
    'owner', pg_catalog.pg_get_userbyid(opr.oprowner),
    'result', pg_catalog.format_type(nullif(opr.oprresult, 0), null),
    'function', opr.oprcode::text,
    'commutator', nullif(opr.oprcom, 0)::pg_catalog.regoperator::text,
    'negator', nullif(opr.oprnegate, 0)::pg_catalog.regoperator::text,
    'restriction', opr.oprrest::text,
    'join', opr.oprjoin::text,
    'hashes', opr.oprcanhash,
    'merges', opr.oprcanmerge
  )::text as value
from pg_catalog.pg_operator as opr
where opr.oprnamespace <> all ($1::oid[])
  and not exists (
    select from member where classid = 'pg_catalog.pg_operator'::pg_catalog.regclass and objid = opr.oid
  )
union all
select
  pg_catalog.format('operator family %I.%I using %s', nsp.nspname, fam.opfname, am.amname),
  pg_catalog.jsonb_build_object(
    'owner', pg_catalog.pg_get_userbyid(fam.opfowner),
    'operators', (
      select pg_catalog.jsonb_agg(item order by item)
      from (
        select pg_catalog.concat_ws(
          ' ', amop.amopstrategy, amop.amopopr::pg_catalog.regoperator,
          pg_catalog.format_type(amop.amoplefttype, null), pg_catalog.format_type(amop.amoprighttype, null),
          amop.amoppurpose, sort.opfname
        ) as item
        from pg_catalog.pg_amop as amop
        left join pg_catalog.pg_opfamily as sort on sort.oid = amop.amopsortfamily
        where amop.amopfamily = fam.oid
      ) as items
    ),
    'functions', (
      select pg_catalog.jsonb_agg(item order by item)
      from (
        select pg_catalog.concat_ws(
          ' ', amproc.amprocnum, amproc.amproc::pg_catalog.regprocedure,
          pg_catalog.format_type(amproc.amproclefttype, null), pg_catalog.format_type(amproc.amprocrighttype, null)
        ) as item
        from pg_catalog.pg_amproc as amproc
        where amproc.amprocfamily = fam.oid
      ) as items
    )
  )::text
from pg_catalog.pg_opfamily as fam
join pg_catalog.pg_namespace as nsp on nsp.oid = fam.opfnamespace
join pg_catalog.pg_am as am on am.oid = fam.opfmethod
where fam.opfnamespace <> all ($1::oid[])
  and not exists (
    select from member where classid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass and objid = fam.oid
  )
union all
select
  pg_catalog.format('operator class %I.%I using %s', nsp.nspname, opc.opcname, am.amname),
  pg_catalog.jsonb_build_object(
    'owner', pg_catalog.pg_get_userbyid(opc.opcowner),
    'family', pg_catalog.format('%I.%I', famnsp.nspname, fam.opfname),
    'type', pg_catalog.format_type(opc.opcintype, null),
    'default', opc.opcdefault,
    'storage', pg_catalog.format_type(nullif(opc.opckeytype, 0), null)
  )::text
from pg_catalog.pg_opclass as opc
join pg_catalog.pg_namespace as nsp on nsp.oid = opc.opcnamespace
join pg_catalog.pg_am as am on am.oid = opc.opcmethod
join pg_catalog.pg_opfamily as fam on fam.oid = opc.opcfamily
join pg_catalog.pg_namespace as famnsp on famnsp.oid = fam.opfnamespace
where opc.opcnamespace <> all ($1::oid[])
  and not exists (
    select from member where classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass and objid = opc.oid
  )
