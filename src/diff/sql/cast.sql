-- Casts that somebody has made: the system's own have lower oids.
select
  'cast' as kind,
  'pg_catalog.pg_cast'::pg_catalog.regclass::pg_catalog.oid as class,
  conversion.oid,
  0 as sub,
  null as also,
  null as schema,
  null as relation,
  'cast' as name,
  pg_catalog.format(
    '%s as %s',
    pg_catalog.format_type(conversion.castsource, null),
    pg_catalog.format_type(conversion.casttarget, null)
  ) as args,
  null as parent,
  null as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'method', conversion.castmethod,
    'context', conversion.castcontext,
    'function', case when conversion.castfunc <> 0
      then conversion.castfunc::pg_catalog.regprocedure::text end
  ) as props
from pg_catalog.pg_cast as conversion
join pg_catalog.pg_type as source on source.oid = conversion.castsource
join pg_catalog.pg_type as target on target.oid = conversion.casttarget
left join pg_catalog.pg_description as description
  on description.objoid = conversion.oid
  and description.classoid = 'pg_catalog.pg_cast'::pg_catalog.regclass
where conversion.oid >= 16384
  and $2::text[] is not null
  -- Casts live in no schema; those of left out types are left out with them (a range's to its multirange is internal).
  and not (source.typnamespace = any ($1::oid[]) and source.oid >= 16384)
  and not (target.typnamespace = any ($1::oid[]) and target.oid >= 16384)
  and not exists (
    select
    from pg_catalog.pg_depend as internal
    where internal.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass
      and internal.objid = conversion.oid
      and internal.deptype = 'i'
  )
order by 9
