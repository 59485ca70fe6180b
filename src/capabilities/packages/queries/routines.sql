-- Routines that this transaction made or replaced in a schema ($1; null: anywhere), with what validates each.
select
  routine.oid::text as oid,
  routine.proname as name,
  routine.pronargs as arguments,
  routine.prosrc as body,
  validator.oid::pg_catalog.regproc::text as validator
from pg_catalog.pg_proc as routine
join pg_catalog.pg_language as language on language.oid = routine.prolang
join pg_catalog.pg_proc as validator on validator.oid = language.lanvalidator
where ($1::text is null or routine.pronamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident($1)))
  and routine.xmin::text = (pg_catalog.pg_current_xact_id()::text::numeric % 4294967296)::text
  and language.lanname not in ('internal', 'c')
order by routine.oid
