-- Subscriptions, by the columns that everybody may read: subconninfo, which holds passwords, is not among them, and a
-- whole row (to_jsonb) would need it. Columns of newer majors are found by name, or else in `absent`.
select
  'subscription' as kind,
  'pg_catalog.pg_subscription'::pg_catalog.regclass::pg_catalog.oid as class,
  subscription.oid,
  0 as sub,
  null as also,
  null as schema,
  null as relation,
  subscription.subname as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(subscription.subowner) as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'enabled', subscription.subenabled,
    'binary', subscription.subbinary,
    'streaming', case subscription.substream::text when 'true' then 't' when 'false' then 'f'
      else subscription.substream::text end,
    'twoPhase', subscription.subtwophasestate <> 'd',
    'disableOnError', subscription.subdisableonerr,
    'slot', subscription.subslotname,
    'synchronousCommit', subscription.subsynccommit,
    'publications', (
      select pg_catalog.jsonb_agg(publication order by publication)
      from pg_catalog.unnest(subscription.subpublications) as publication
    ),
    'origin', newer.suborigin,
    'passwordRequired', newer.subpasswordrequired,
    'runAsOwner', newer.subrunasowner,
    'failover', newer.subfailover
  ) as props
from pg_catalog.pg_subscription as subscription
join pg_catalog.pg_database as database on database.oid = subscription.subdbid
cross join (
  select
    'any'::text as suborigin,
    true as subpasswordrequired,
    false as subrunasowner,
    false as subfailover
) as absent
cross join lateral (
  select suborigin, subpasswordrequired, subrunasowner, subfailover
  from pg_catalog.pg_subscription as same
  where same.oid = subscription.oid
) as newer
left join pg_catalog.pg_description as description
  on description.objoid = subscription.oid
  and description.classoid = 'pg_catalog.pg_subscription'::pg_catalog.regclass
where database.datname = pg_catalog.current_database()
  and $1::oid[] is not null
  and $2::text[] is not null
order by subscription.subname
