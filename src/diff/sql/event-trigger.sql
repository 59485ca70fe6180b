-- Event triggers.
select
  'event trigger' as kind,
  'pg_catalog.pg_event_trigger'::pg_catalog.regclass::pg_catalog.oid as class,
  trigger.oid,
  0 as sub,
  null as also,
  null as schema,
  null as relation,
  trigger.evtname as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(trigger.evtowner) as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'event', trigger.evtevent,
    'tags', coalesce((
      select pg_catalog.jsonb_agg(tag order by tag)
      from pg_catalog.unnest(trigger.evttags) as tag
    ), '[]'),
    'routine', pg_catalog.jsonb_build_object('schema', namespace.nspname, 'name', routine.proname),
    'enabled', trigger.evtenabled
  ) as props
from pg_catalog.pg_event_trigger as trigger
join pg_catalog.pg_proc as routine on routine.oid = trigger.evtfoid
join pg_catalog.pg_namespace as namespace on namespace.oid = routine.pronamespace
left join pg_catalog.pg_description as description
  on description.objoid = trigger.oid
  and description.classoid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass
where $1::oid[] is not null
  and $2::text[] is not null
order by trigger.evtname
