-- Where each table keeps its rows, and under which numbers its columns; $2 says whose rows are counted, null: all.
select
  rel.oid::text as oid,
  rel.oid::pg_catalog.regclass::text as name,
  pg_catalog.pg_relation_filenode(rel.oid)::text as filenode,
  (
    select pg_catalog.jsonb_object_agg(pg_catalog.quote_ident(att.attname), att.attnum)
    from pg_catalog.pg_attribute as att
    where att.attrelid = rel.oid and att.attnum > 0 and not att.attisdropped
  ) as columns,
  case
    when $2::text[] is null or rel.oid::pg_catalog.regclass::text = any ($2::text[])
      then pg_catalog.substring(
        pg_catalog.query_to_xml(
          pg_catalog.format('select count(*) as rows from only %s', rel.oid::pg_catalog.regclass), false, true, ''
        )::text,
        '<rows>([0-9]+)</rows>'
      )
  end as rows
from pg_catalog.pg_class as rel
where rel.relkind = 'r'
  and rel.relnamespace <> all ($1::oid[])
