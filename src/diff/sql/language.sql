-- Languages, without internal, c and sql, which every database has.
select
  'language' as kind,
  'pg_catalog.pg_language'::pg_catalog.regclass::pg_catalog.oid as class,
  language.oid,
  0 as sub,
  null as also,
  null as schema,
  null as relation,
  language.lanname as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(language.lanowner) as owner,
  description.description as comment,
  coalesce(acl.list, '[]') as acl,
  pg_catalog.jsonb_build_object(
    'trusted', language.lanpltrusted,
    'handler', nullif(language.lanplcallfoid, 0)::pg_catalog.regproc::text,
    'inline', nullif(language.laninline, 0)::pg_catalog.regproc::text,
    'validator', nullif(language.lanvalidator, 0)::pg_catalog.regproc::text
  ) as props
from pg_catalog.pg_language as language
left join pg_catalog.pg_description as description
  on description.objoid = language.oid
  and description.classoid = 'pg_catalog.pg_language'::pg_catalog.regclass
cross join lateral (select coalesce(language.lanacl, pg_catalog.acldefault('l', language.lanowner)) as acl) as given
cross join lateral (
  /* privilege-list.sql */
) as acl
where language.lanispl
  and $1::oid[] is not null
  and $2::text[] is not null
order by language.lanname
