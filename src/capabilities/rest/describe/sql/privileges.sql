-- Relations and routines of a schema on which the current role has any privilege, as JSON.
select
  (
    select pg_catalog.json_agg(relation.relname)
    from pg_catalog.pg_class as relation
    where relation.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident($1))
      and relation.relkind in ('r', 'v', 'm', 'f', 'p')
      and not relation.relispartition
      and (
        pg_catalog.pg_has_role(relation.relowner, 'USAGE')
        or pg_catalog.has_table_privilege(
          relation.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'
        )
        or pg_catalog.has_any_column_privilege(relation.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
      )
  ) as relations,
  (
    select pg_catalog.json_agg(pg_catalog.json_build_array(routine.proname, routine.pronargs))
    from pg_catalog.pg_proc as routine
    where routine.pronamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident($1))
      and pg_catalog.has_function_privilege(routine.oid, 'EXECUTE')
  ) as routines
