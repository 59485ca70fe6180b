-- Publications with what they publish, and subscriptions.
select
  'publication ' || pg_catalog.quote_ident(pub.pubname) as object,
  (
    pg_catalog.to_jsonb(pub) - 'oid' - 'pubowner' || pg_catalog.jsonb_build_object(
      'owner', pg_catalog.pg_get_userbyid(pub.pubowner),
      'schemas', (
        select pg_catalog.jsonb_agg(pns.pnnspid::pg_catalog.regnamespace::text order by pns.pnnspid::pg_catalog.regnamespace::text)
        from pg_catalog.pg_publication_namespace as pns
        where pns.pnpubid = pub.oid
      ),
      'tables', (
        select pg_catalog.jsonb_object_agg(
          rel.prrelid::pg_catalog.regclass,
          pg_catalog.jsonb_build_object(
            'where', pg_catalog.pg_get_expr(rel.prqual, rel.prrelid),
            'columns', (
              select pg_catalog.jsonb_agg(att.attname order by att.attname)
              from pg_catalog.pg_attribute as att
              where att.attrelid = rel.prrelid and att.attnum = any (rel.prattrs)
            )
          )
        )
        from pg_catalog.pg_publication_rel as rel
        where rel.prpubid = pub.oid
      )
    )
  )::text as value
from pg_catalog.pg_publication as pub
union all
select
  'subscription ' || pg_catalog.quote_ident(sub.subname),
  (pg_catalog.to_jsonb(sub) - 'oid' - 'subname')::text
-- Not every column may be read by everybody, nor does each exist on every major: a missing one is that of `older`.
from (
  select
    null::text as suborigin,
    null::boolean as subpasswordrequired,
    null::boolean as subrunasowner,
    null::boolean as subfailover
) as older
cross join lateral (
  select
    oid,
    subname,
    pg_catalog.pg_get_userbyid(subowner) as owner,
    subenabled,
    subbinary,
    substream,
    subtwophasestate,
    subdisableonerr,
    subslotname,
    subsynccommit,
    subpublications,
    suborigin,
    subpasswordrequired,
    subrunasowner,
    subfailover
  from pg_catalog.pg_subscription
  where subdbid = (select db.oid from pg_catalog.pg_database as db where db.datname = pg_catalog.current_database())
    and $1::oid[] is not null
) as sub
