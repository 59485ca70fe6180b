-- Tables of all sorts, views and materialized views: what pg_class and its companions say of the whole.
with parent as (
  select
    inh.inhrelid,
    pg_catalog.jsonb_agg(inh.inhparent::pg_catalog.regclass::text order by inh.inhparent::pg_catalog.regclass::text)
      as parents,
    pg_catalog.bool_or(inh.inhdetachpending) as detaching
  from pg_catalog.pg_inherits as inh
  join pg_catalog.pg_class as child on child.oid = inh.inhrelid and child.relkind not in ('i', 'I')
  group by inh.inhrelid
)
select
  case rel.relkind
    when 'v' then 'view '
    when 'm' then 'materialized view '
    when 'f' then 'foreign table '
    when 'c' then 'composite type '
    else 'table '
  end || rel.oid::pg_catalog.regclass::text as object,
  rel.oid::text as relation,
  rel.relkind as kind,
  rel.relpersistence as persistence,
  pg_catalog.pg_get_userbyid(rel.relowner) as owner,
  case when rel.relkind <> 'c' then coalesce(rel.relacl, pg_catalog.acldefault('r', rel.relowner))::text[] end as acl,
  rel.reloptions as options,
  toast.reloptions as "toast options",
  nullif(rel.relrowsecurity, false) as "row security",
  nullif(rel.relforcerowsecurity, false) as "forced row security",
  rel.relreplident as "replica identity",
  method.amname as "access method",
  space.spcname as tablespace,
  nullif(rel.reloftype, 0)::pg_catalog.regtype::text as "of type",
  -- ROW(…) reads them by their places.
  case
    when rel.relkind = 'c' then (
      select pg_catalog.jsonb_agg(att.attname order by att.attnum)
      from pg_catalog.pg_attribute as att
      where att.attrelid = rel.oid
        and att.attnum > 0
        and not att.attisdropped
    )
  end as attributes,
  case rel.relkind when 'p' then pg_catalog.pg_get_partkeydef(rel.oid) end as "partition key",
  pg_catalog.pg_get_expr(rel.relpartbound, rel.oid) as "partition bound",
  parent.parents as parents,
  nullif(parent.detaching, false) as detaching,
  case rel.relkind when 'm' then rel.relispopulated end as populated,
  case when rel.relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(rel.oid, true) end as definition,
  server.srvname as server,
  ft.ftoptions as "server options"
from pg_catalog.pg_class as rel
left join pg_catalog.pg_class as toast on toast.oid = rel.reltoastrelid and rel.reltoastrelid <> 0
left join pg_catalog.pg_am as method on method.oid = rel.relam
left join pg_catalog.pg_tablespace as space on space.oid = rel.reltablespace
left join parent on parent.inhrelid = rel.oid
left join pg_catalog.pg_foreign_table as ft on ft.ftrelid = rel.oid
left join pg_catalog.pg_foreign_server as server on server.oid = ft.ftserver
where rel.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
  and rel.relnamespace <> all ($1::oid[])
  and ($2::oid[] is null or rel.oid = any ($2::oid[]))
  and not exists (
    select
    from pg_catalog.pg_depend as dep
    where dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and dep.objid = rel.oid
      and dep.deptype = 'e'
  )
