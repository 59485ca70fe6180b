-- Access methods of tables and indexes that somebody has made.
select
  'access method' as kind,
  'pg_catalog.pg_am'::pg_catalog.regclass::pg_catalog.oid as class,
  method.oid,
  0 as sub,
  null as also,
  null as schema,
  null as relation,
  method.amname as name,
  null as args,
  null as parent,
  null as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'type', method.amtype,
    'handler', method.amhandler::text
  ) as props
from pg_catalog.pg_am as method
left join pg_catalog.pg_description as description
  on description.objoid = method.oid
  and description.classoid = 'pg_catalog.pg_am'::pg_catalog.regclass
where method.oid >= 16384
  and $1::oid[] is not null
  and $2::text[] is not null
order by method.amname
