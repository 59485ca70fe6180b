-- Lines of the project's PL/pgSQL that hold statements, and whether this session has run them; line numbers are those
-- of the file where howdah knows it. plpgsql_check counts the lines of a body from 1.
select
  pg_catalog.format('%I.%I(%s)', namespace.nspname, routine.proname, pg_catalog.pg_get_function_identity_arguments(routine.oid)) as routine,
  object.file,
  profile.lineno + coalesce(
    object.line - 2
      + pg_catalog.array_length(
        pg_catalog.string_to_array(
          pg_catalog.left(object.definition, pg_catalog.strpos(object.definition, routine.prosrc) - 1),
          E'\n'
        ),
        1
      ),
    0
  ) as line,
  pg_catalog.bool_or(profile.exec_stmts > 0) as ran
from pg_catalog.pg_proc as routine
join pg_catalog.pg_namespace as namespace on namespace.oid = routine.pronamespace
join pg_catalog.pg_language as language on language.oid = routine.prolang
left join howdah.object as object
  on object.body_hash = pg_catalog.md5(routine.prosrc)
  and object.kind in ('function', 'procedure')
  and pg_catalog.strpos(object.definition, routine.prosrc) > 0
  and pg_catalog.split_part(object.key, ' ', 2) like pg_catalog.format('%I.%I(%%', namespace.nspname, routine.proname)
-- By statements, not by lines: of a routine that never ran the lines tell nothing.
cross join lateral plpgsql_profiler_function_statements_tb(routine.oid::pg_catalog.regprocedure) as profile
where language.lanname = 'plpgsql'
  and namespace.nspname not in ('pg_catalog', 'information_schema', 'howdah', 'test')
  and routine.prorettype <> 'pg_catalog.event_trigger'::pg_catalog.regtype
  and profile.stmtname <> 'statement block'
  and not exists (
    select
    from pg_catalog.pg_depend as member
    where member.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      and member.objid = routine.oid
      and member.deptype = 'e'
  )
group by 1, 2, 3
order by 1, 3
