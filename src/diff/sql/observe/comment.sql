-- Comments on anything that is not the system's, an extension's or of a schema that is left out.
select
  pg_catalog.format('comment on %s %s', named.type, named.identity) as object,
  pg_catalog.jsonb_build_object('text', des.description)::text as value
from pg_catalog.pg_description as des
cross join lateral pg_catalog.pg_identify_object(des.classoid, des.objoid, des.objsubid) as named
where (des.objoid >= 16384 or des.objoid = pg_catalog.to_regnamespace('public'))
  and not exists (
    select
    from pg_catalog.pg_depend as dep
    where dep.classid = des.classoid
      and dep.objid = des.objoid
      and dep.deptype = 'e'
  )
  -- Where it stands: what has no schema of its own has that of its relation or type.
  and coalesce(
    (
      select nsp.oid
      from pg_catalog.pg_namespace as nsp
      where nsp.nspname = coalesce(named.schema, case named.type when 'schema' then named.name end)
    ),
    (select connamespace from pg_catalog.pg_constraint where oid = des.objoid and des.classoid = tableoid),
    (
      select rel.relnamespace
      from pg_catalog.pg_class as rel
      where rel.oid = coalesce(
        (select tgrelid from pg_catalog.pg_trigger where oid = des.objoid and des.classoid = tableoid),
        (select ev_class from pg_catalog.pg_rewrite where oid = des.objoid and des.classoid = tableoid),
        (select polrelid from pg_catalog.pg_policy where oid = des.objoid and des.classoid = tableoid)
      )
    ),
    0::oid
  ) <> all ($1::oid[])
