-- What is attached to relations: triggers (also those that a partition has from its table), rules, policies and
-- extended statistics.
with foreign_relation as (
  select dep.objid
  from pg_catalog.pg_depend as dep
  where dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and dep.deptype = 'e'
)
select
  pg_catalog.concat('trigger ', pg_catalog.quote_ident(tg.tgname), ' on ', tg.tgrelid::pg_catalog.regclass) as object,
  tg.tgrelid::text as relation,
  pg_catalog.jsonb_build_object(
    'definition', pg_catalog.pg_get_triggerdef(tg.oid, true),
    'enabled', tg.tgenabled,
    'part of', above.tgrelid::pg_catalog.regclass::text
  )::text as value
from pg_catalog.pg_trigger as tg
join pg_catalog.pg_class as rel on rel.oid = tg.tgrelid
left join pg_catalog.pg_trigger as above on above.oid = tg.tgparentid
where not tg.tgisinternal
  and rel.relnamespace <> all ($1::oid[])
  and ($2::oid[] is null or rel.oid = any ($2::oid[]))
  and rel.oid not in (select objid from foreign_relation)
union all
select
  pg_catalog.concat('rule ', pg_catalog.quote_ident(rul.rulename), ' on ', rul.ev_class::pg_catalog.regclass),
  rul.ev_class::text,
  pg_catalog.jsonb_build_object('definition', pg_catalog.pg_get_ruledef(rul.oid, true), 'enabled', rul.ev_enabled)::text
from pg_catalog.pg_rewrite as rul
join pg_catalog.pg_class as rel on rel.oid = rul.ev_class
where rul.rulename <> '_RETURN'
  and rel.relnamespace <> all ($1::oid[])
  and ($2::oid[] is null or rel.oid = any ($2::oid[]))
  and rel.oid not in (select objid from foreign_relation)
union all
select
  pg_catalog.concat('policy ', pg_catalog.quote_ident(pol.polname), ' on ', pol.polrelid::pg_catalog.regclass),
  pol.polrelid::text,
  pg_catalog.jsonb_build_object(
    'command', pol.polcmd,
    'permissive', pol.polpermissive,
    'roles', (
      select pg_catalog.jsonb_agg(name order by name)
      from (
        select distinct case role when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(role)) end
          as name
        from pg_catalog.unnest(pol.polroles) as role
      ) as named
    ),
    'using', pg_catalog.pg_get_expr(pol.polqual, pol.polrelid, true),
    'with check', pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid, true)
  )::text
from pg_catalog.pg_policy as pol
join pg_catalog.pg_class as rel on rel.oid = pol.polrelid
where rel.relnamespace <> all ($1::oid[])
  and rel.oid not in (select objid from foreign_relation)
union all
select
  pg_catalog.concat('statistics ', nsp.nspname, '.', pg_catalog.quote_ident(ext.stxname)),
  ext.stxrelid::text,
  pg_catalog.jsonb_build_object(
    'table', ext.stxrelid::pg_catalog.regclass::text,
    'owner', pg_catalog.pg_get_userbyid(ext.stxowner),
    'kinds', (select pg_catalog.jsonb_agg(kind order by kind) from pg_catalog.unnest(ext.stxkind) as kind),
    'target', nullif(ext.stxstattarget, -1),
    'columns', (
      select pg_catalog.jsonb_agg(att.attname order by att.attname)
      from pg_catalog.pg_attribute as att
      where att.attrelid = ext.stxrelid and att.attnum = any (ext.stxkeys)
    ),
    'expressions', pg_catalog.pg_get_expr(ext.stxexprs, ext.stxrelid)
  )::text
from pg_catalog.pg_statistic_ext as ext
join pg_catalog.pg_namespace as nsp on nsp.oid = ext.stxnamespace
where ext.stxnamespace <> all ($1::oid[])
  and ($2::oid[] is null or ext.stxrelid = any ($2::oid[]))
