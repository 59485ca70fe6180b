-- Publications, and what is in them.
select
  'publication' as kind,
  'pg_catalog.pg_publication'::pg_catalog.regclass::pg_catalog.oid as class,
  publication.oid,
  0 as sub,
  null as also,
  null as schema,
  null as relation,
  publication.pubname::text as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(publication.pubowner)::text as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'allTables', publication.puballtables,
    'insert', publication.pubinsert,
    'update', publication.pubupdate,
    'delete', publication.pubdelete,
    'truncate', publication.pubtruncate,
    'viaRoot', publication.pubviaroot,
    -- 18: n none, s stored; none before.
    'generated', coalesce(pg_catalog.to_jsonb(publication) ->> 'pubgencols', 'n')
  ) as props
from pg_catalog.pg_publication as publication
left join pg_catalog.pg_description as description
  on description.objoid = publication.oid
  and description.classoid = 'pg_catalog.pg_publication'::pg_catalog.regclass

union all

select
  'publication table',
  'pg_catalog.pg_publication_rel'::pg_catalog.regclass::pg_catalog.oid,
  entry.oid,
  0,
  null,
  namespace.nspname::text,
  relation.relname::text,
  publication.pubname::text,
  null,
  pg_catalog.format('%s/%s/0', 'pg_catalog.pg_publication'::pg_catalog.regclass::pg_catalog.oid, publication.oid),
  null,
  null,
  null,
  pg_catalog.jsonb_build_object(
    -- Null: all columns, those that come later as well.
    'columns', (
      select pg_catalog.jsonb_agg(attribute.attname order by attribute.attname)
      from pg_catalog.pg_attribute as attribute
      where attribute.attrelid = entry.prrelid
        and attribute.attnum = any (entry.prattrs)
    ),
    'where', pg_catalog.pg_get_expr(entry.prqual, entry.prrelid, true)
  )
from pg_catalog.pg_publication_rel as entry
join pg_catalog.pg_publication as publication on publication.oid = entry.prpubid
join pg_catalog.pg_class as relation on relation.oid = entry.prrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
where relation.relnamespace <> all ($1::oid[])

union all

select
  'publication schema',
  'pg_catalog.pg_publication_namespace'::pg_catalog.regclass::pg_catalog.oid,
  entry.oid,
  0,
  null,
  namespace.nspname::text,
  null,
  publication.pubname::text,
  null,
  pg_catalog.format('%s/%s/0', 'pg_catalog.pg_publication'::pg_catalog.regclass::pg_catalog.oid, publication.oid),
  null,
  null,
  null,
  '{}'
from pg_catalog.pg_publication_namespace as entry
join pg_catalog.pg_publication as publication on publication.oid = entry.pnpubid
join pg_catalog.pg_namespace as namespace on namespace.oid = entry.pnnspid
where namespace.oid <> all ($1::oid[])
  and $2::text[] is not null
order by 1, 8, 6, 7
