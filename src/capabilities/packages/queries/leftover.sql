-- Objects of a schema ($1) that no file defines any more: those whose name none has ($2: "routine f", "type t", "trigger
-- x"), and, with $3, routines that this transaction has neither made nor replaced.
select kind, identity
from (
  select
    'trigger' as kind,
    pg_catalog.format('%I on %I.%I', trigger_.tgname, $1::text, class.relname) as identity,
    0 as rank
  from pg_catalog.pg_trigger as trigger_
  join pg_catalog.pg_class as class on class.oid = trigger_.tgrelid
  where class.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident($1))
    and not trigger_.tgisinternal
    and 'trigger ' || trigger_.tgname <> all ($2::text[])
  union all
  select
    case class.relkind when 'm' then 'materialized view' else 'view' end,
    pg_catalog.format('%I.%I', $1::text, class.relname),
    1
  from pg_catalog.pg_class as class
  where class.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident($1))
    and class.relkind in ('v', 'm')
    and 'type ' || class.relname <> all ($2::text[])
  union all
  select
    case routine.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
    pg_catalog.format(
      '%I.%I(%s)', $1::text, routine.proname, pg_catalog.pg_get_function_identity_arguments(routine.oid)
    ),
    2
  from pg_catalog.pg_proc as routine
  where routine.pronamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident($1))
    and (
      'routine ' || routine.proname <> all ($2::text[])
      or ($3::boolean and routine.xmin::text <> (pg_catalog.pg_current_xact_id()::text::numeric % 4294967296)::text)
    )
    -- The constructors of a range type go with it.
    and not exists (
      select from pg_catalog.pg_depend as depend
      where depend.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
        and depend.objid = routine.oid
        and depend.deptype = 'i'
    )
  union all
  select
    case type.typtype when 'd' then 'domain' else 'type' end,
    pg_catalog.format('%I.%I', $1::text, type.typname),
    3
  from pg_catalog.pg_type as type
  left join pg_catalog.pg_class as class on class.oid = type.typrelid
  where type.typnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident($1))
    and type.typtype in ('c', 'd', 'e', 'r')
    and coalesce(class.relkind, 'c') = 'c'
    and 'type ' || type.typname <> all ($2::text[])
) as object
order by rank, identity
