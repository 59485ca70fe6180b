-- Relations of the exposed schemas, partitions left out: they are rows of what they are partitions of.
select
  class.oid::text as oid,
  namespace.nspname as schema,
  class.relname as name,
  description.description,
  class.relkind as kind,
  -- Bits of pg_relation_is_updatable: 1 << CMD_UPDATE (2), CMD_INSERT (3), CMD_DELETE (4).
  case
    when class.relkind in ('r', 'p') then 28
    -- A wrapper without a handler can be asked nothing.
    when class.relkind = 'f' and wrapper.fdwhandler = 0 then 0
    when class.relkind in ('v', 'f') then pg_catalog.pg_relation_is_updatable(class.oid, true)
    else 0
  end as events
from pg_catalog.pg_class as class
join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
left join pg_catalog.pg_description as description
  on description.objoid = class.oid
  and description.objsubid = 0
  and description.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
left join pg_catalog.pg_foreign_table as foreign_table on foreign_table.ftrelid = class.oid
left join pg_catalog.pg_foreign_server as server on server.oid = foreign_table.ftserver
left join pg_catalog.pg_foreign_data_wrapper as wrapper on wrapper.oid = server.srvfdw
where namespace.nspname = any ($1)
  and class.relkind in ('r', 'v', 'm', 'f', 'p')
  and not class.relispartition
order by namespace.nspname, class.relname
