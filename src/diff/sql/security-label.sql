-- Security labels of everything that is a fact; those of large objects (data) and of databases are not read.
select
  'security label' as kind,
  'pg_catalog.pg_seclabel'::pg_catalog.regclass::pg_catalog.oid as class,
  pg_catalog.concat(label.classoid::oid, '-', label.objoid, '-', label.objsubid, '-', label.provider) as oid,
  0 as sub,
  null as also,
  null as schema,
  null as relation,
  label.provider as name,
  target.type || ' ' || target.identity as args,
  pg_catalog.format('%s/%s/%s', label.classoid::oid, label.objoid, label.objsubid) as parent,
  null as owner,
  null as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'type', target.type,
    'identity', target.identity,
    'label', label.label
  ) as props
from (
  select objoid, classoid, objsubid, provider, label
  from pg_catalog.pg_seclabel
  where classoid <> 'pg_catalog.pg_largeobject'::pg_catalog.regclass
  union all
  select label.objoid, label.classoid, 0, label.provider, label.label
  from pg_catalog.pg_shseclabel as label
  join pg_catalog.pg_roles as role
    on label.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass
    and role.oid = label.objoid
  where role.rolname = any ($2::text[])
) as label
cross join lateral pg_catalog.pg_identify_object(label.classoid, label.objoid, label.objsubid) as target
left join pg_catalog.pg_namespace as namespace on namespace.nspname = target.schema
where (namespace.oid is null or namespace.oid <> all ($1::oid[]))
order by label.provider, 9
