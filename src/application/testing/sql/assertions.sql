-- What SQL tests assert with: stands in databases of tests only, and is of no use anywhere else.
create schema test;

comment on schema test is 'Assertions for SQL tests. In databases of `howdah test` only.';

-- The project's names for the roles of requests, which howdah.toml may change.
create table test.role (
  name text not null,
  role text not null,
  constraint role_pkey primary key (name)
);

comment on table test.role is 'What test.as() calls a role, and its name on this server.';

-- A failure travels as JSON in the error's detail, so that expected and actual can be shown as a difference.
create function test.fail(message text, actual text default null, expected text default null)
returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'WD480',
    message = message,
    detail = pg_catalog.json_build_object('actual', actual, 'expected', expected)::text;
end
$$;

comment on function test.fail is 'Fails the test.';

create function test.equal(actual anycompatible, expected anycompatible, message text default null)
returns void
language plpgsql
set search_path = ''
as $$
declare
  differs boolean;
begin
  begin
    differs := actual is distinct from expected;
  exception
    -- json, xml, point: no equality of their own.
    when undefined_function then
      differs := actual::text is distinct from expected::text;
  end;
  if differs then
    perform test.fail(
      coalesce(message, 'values differ'),
      test.show(actual),
      test.show(expected)
    );
  end if;
end
$$;

comment on function test.equal is 'Fails unless both values are equal; null equals null.';

create function test.show(value anyelement)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return case
    when value is null and pg_catalog.to_json(value) is null then 'null'
    when pg_catalog.pg_typeof(value) = 'pg_catalog.jsonb'::pg_catalog.regtype
      then pg_catalog.jsonb_pretty(value::text::pg_catalog.jsonb)
    else value::text
  end;
end
$$;

comment on function test.show is 'A value as a failure shows it.';

-- The rows of a query as arrays, so that the names of columns do not count; jsonb, so that 1 is 1.0.
-- Its search_path is the caller's: so are the names in the query.
create function test.rows(query text)
returns setof jsonb
language plpgsql
as $$
begin
  return query execute pg_catalog.format(
    $query$
      select (
        select coalesce(pg_catalog.jsonb_agg(field.value::pg_catalog.jsonb order by field.ordinality), '[]')
        from pg_catalog.json_each(pg_catalog.row_to_json(result)) with ordinality as field
      )
      from (%s
      ) as result
    $query$,
    pg_catalog.regexp_replace(query, ';\s*$', '')
  );
end
$$;

comment on function test.rows is 'The rows of a query, each as an array.';

create function test.rows_equal(actual text, expected text, message text default null, ordered boolean default false)
returns void
language plpgsql
as $$
declare
  actual_rows jsonb[] := array(select test.rows(actual));
  expected_rows jsonb[] := array(select test.rows(expected));
begin
  if not ordered then
    actual_rows := array(select item from pg_catalog.unnest(actual_rows) as item order by item);
    expected_rows := array(select item from pg_catalog.unnest(expected_rows) as item order by item);
  end if;
  if actual_rows is distinct from expected_rows then
    perform test.fail(
      coalesce(message, 'rows differ'),
      pg_catalog.array_to_string(actual_rows, E'\n'),
      pg_catalog.array_to_string(expected_rows, E'\n')
    );
  end if;
end
$$;

comment on function test.rows_equal is
  'Fails unless two queries have the same rows: in any order, unless ordered is true; names of columns do not count.';

create function test.empty(query text, message text default null)
returns void
language plpgsql
as $$
declare
  found_rows jsonb[] := array(select test.rows(query) limit 6);
begin
  if pg_catalog.cardinality(found_rows) > 0 then
    perform test.fail(
      coalesce(message, 'rows where there should be none'),
      pg_catalog.array_to_string(found_rows[:5], E'\n')
        || case when pg_catalog.cardinality(found_rows) > 5 then E'\n…' else '' end,
      ''
    );
  end if;
end
$$;

comment on function test.empty is 'Fails when the query has rows.';

-- Takes names of conditions as PL/pgSQL does: raising one tells its code.
create function test.sqlstate_of(condition text)
returns text
language plpgsql
set search_path = ''
as $$
begin
  if condition is null or condition ~ '^[0-9A-Z]{5}$' then
    return condition;
  end if;
  raise exception using errcode = condition;
exception
  when others or assert_failure or query_canceled then
    if sqlerrm like 'unrecognized exception condition%' then
      raise;
    end if;
    return sqlstate;
end
$$;

comment on function test.sqlstate_of is 'The SQLSTATE of a condition: unique_violation is 23505.';

-- Its search_path is the caller's, too.
create function test.throws(statement text, condition text default null, message text default null)
returns void
language plpgsql
as $$
declare
  wanted constant text := test.sqlstate_of(condition);
  failed boolean := false;
begin
  begin
    execute statement;
  exception
    when others or assert_failure then
      failed := true;
      if wanted is distinct from sqlstate and wanted is not null then
        perform test.fail('it failed with another error', sqlstate || ' ' || sqlerrm, wanted);
      end if;
      if message is not null and sqlerrm not like message then
        perform test.fail('it failed with another message', sqlerrm, message);
      end if;
  end;
  if not failed then
    perform test.fail('it did not fail', 'success', coalesce(wanted, 'any error'));
  end if;
end
$$;

comment on function test.throws is
  'Fails unless the statement fails: with this SQLSTATE or condition name, and a message like this (% and _ as in LIKE).';

create function test."as"(role text, claims jsonb default '{}')
returns void
language plpgsql
set search_path = ''
as $$
declare
  actual text := coalesce((select known.role from test.role as known where known.name = "as".role), "as".role);
begin
  -- Not by "set": that would end with this function.
  perform pg_catalog.set_config('request.jwt.claims', claims::text, false);
  perform pg_catalog.set_config('role', actual, false);
end
$$;

comment on function test."as" is
  'Goes on as anon, authenticated, service_role, owner or any other role, with these claims, until it is called again.';

grant usage on schema test to public;
grant select on test.role to public;
grant execute on all functions in schema test to public;
