-- What each sequence gives next, and whose it is: nextval() never gives a value twice where that only goes on.
select
  seq.seqrelid::text as oid,
  seq.seqrelid::pg_catalog.regclass::text as name,
  (
    select pg_catalog.concat(dep.refobjid::pg_catalog.regclass, '.', pg_catalog.quote_ident(att.attname))
    from pg_catalog.pg_depend as dep
    join pg_catalog.pg_attribute as att on att.attrelid = dep.refobjid and att.attnum = dep.refobjsubid
    where dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and dep.objid = seq.seqrelid
      and dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and dep.deptype in ('a', 'i')
  ) as "column",
  seq.seqincrement::text as increment,
  pg_catalog.substring(state.text, '<last_value>(-?[0-9]+)</last_value>') as last,
  state.text like '%<is_called>true</is_called>%' as called
from pg_catalog.pg_sequence as seq
join pg_catalog.pg_class as rel on rel.oid = seq.seqrelid
cross join lateral (
  select
    pg_catalog.query_to_xml(
      pg_catalog.format('select last_value, is_called from %s', seq.seqrelid::pg_catalog.regclass), false, true, ''
    )::text as text
) as state
where rel.relnamespace <> all ($1::oid[])
