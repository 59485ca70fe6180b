-- Sequences; how far they have come is data.
with owned as (
  select
    dep.objid,
    pg_catalog.concat(dep.deptype, ' ', att.attrelid::pg_catalog.regclass, '.', pg_catalog.quote_ident(att.attname)) as by
  from pg_catalog.pg_depend as dep
  join pg_catalog.pg_sequence as seq on seq.seqrelid = dep.objid
  join pg_catalog.pg_attribute as att on att.attrelid = dep.refobjid and att.attnum = dep.refobjsubid
  where dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and dep.deptype in ('a', 'i')
)
select
  'sequence ' || seq.seqrelid::pg_catalog.regclass::text as object,
  rel.oid::text as relation,
  seq.seqtypid::pg_catalog.regtype::text as type,
  seq.seqstart as start,
  seq.seqincrement as increment,
  seq.seqmin as minimum,
  seq.seqmax as maximum,
  seq.seqcache as cache,
  seq.seqcycle as cycle,
  rel.relpersistence as persistence,
  pg_catalog.pg_get_userbyid(rel.relowner) as owner,
  coalesce(rel.relacl, pg_catalog.acldefault('s', rel.relowner))::text[] as acl,
  owned.by as "owned by"
from pg_catalog.pg_sequence as seq
join pg_catalog.pg_class as rel on rel.oid = seq.seqrelid
left join owned on owned.objid = seq.seqrelid
where rel.relnamespace <> all ($1::oid[])
  and ($2::oid[] is null or rel.oid = any ($2::oid[]))
  and not exists (
    select
    from pg_catalog.pg_depend as dep
    where dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and dep.objid = rel.oid
      and dep.deptype = 'e'
  )
