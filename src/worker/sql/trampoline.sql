-- What routines of the worker call. Each of them has a gate, a function of its own in this schema: security definer,
-- with the privileges of its routine, so that whoever may not call the routine can't reach its code either. The
-- routine itself and `answer` run as the caller: what a function asks of the database is asked by whoever called it.

-- One message to the worker over this session's own connection, and its answer. Only gates, which are the owner's,
-- may call it: dblink would reach anything else that a connection string can name.
create or replace function howdah_worker.exchange(module text, message jsonb, code text)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  -- The worker reads the first line; the second one is the function's, whose numbers only it reads exactly.
  payload text := pg_catalog.jsonb_build_object(
    'module', module,
    'transaction', pg_catalog.date_part('epoch', pg_catalog.now())::text,
    'timeoutMs', pg_catalog.date_part('epoch', pg_catalog.current_setting('statement_timeout')::pg_catalog.interval) * 1000,
    'resume', message -> 'resume'
  )::text || E'\n' || message::text;
  answer jsonb;
begin
  if not coalesce('howdah_worker' = any (@dblink@.dblink_get_connections()), false) then
    perform howdah_worker.connect();
  elsif @dblink@.dblink_is_busy('howdah_worker') = 1 then
    -- A call was cancelled while the worker was at it: what it answers is nobody's any more.
    perform howdah_worker.connect();
  end if;
  begin
    select sent.answer::jsonb
    into strict answer
    from @dblink@.dblink('howdah_worker', payload) as sent(answer text);
  exception
    when others then
      -- Nothing was sent: the worker has been started anew since the last call.
      if sqlerrm not like 'could not send query%' and sqlerrm not like '%no connection to the server%' then
        perform howdah_worker.lost(sqlstate, sqlerrm);
      end if;
  end;
  if answer is null then
    perform howdah_worker.connect();
    select sent.answer::jsonb
    into strict answer
    from @dblink@.dblink('howdah_worker', payload) as sent(answer text);
  end if;
  if answer ? 'need' then
    perform sent.answer
    from @dblink@.dblink(
      'howdah_worker',
      pg_catalog.jsonb_build_object('module', module, 'code', true)::text || E'\n' || code
    ) as sent(answer text);
    select sent.answer::jsonb
    into strict answer
    from @dblink@.dblink('howdah_worker', payload) as sent(answer text);
  end if;
  -- Between two waits the backend takes notice of being cancelled.
  while answer ? 'wait' loop
    select sent.answer::jsonb
    into strict answer
    from @dblink@.dblink(
      'howdah_worker',
      pg_catalog.jsonb_build_object('module', module, 'wait', answer -> 'wait')::text || E'\n'
    ) as sent(answer text);
  end loop;
  return answer;
end
$$;

create or replace function howdah_worker.connect()
returns void
language plpgsql
set search_path = ''
as $$
begin
  if coalesce('howdah_worker' = any (@dblink@.dblink_get_connections()), false) then
    perform @dblink@.dblink_disconnect('howdah_worker');
  end if;
  perform @dblink@.dblink_connect('howdah_worker', 'howdah_worker');
exception
  when sqlclient_unable_to_establish_sqlconnection then
    raise exception 'the worker that runs this function can''t be reached'
      using
        errcode = 'HV00N',
        detail = sqlerrm,
        hint = 'howdah run and howdah serve start it';
end
$$;

-- No error of class 08: drivers take it for the loss of their own connection.
-- The worker ended in the middle of a call: nothing is tried again, since the function may have done something.
create or replace function howdah_worker.lost(code text, problem text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform @dblink@.dblink_disconnect('howdah_worker');
  raise exception 'the worker ended while it ran this function'
    using errcode = '58000', detail = problem;
end
$$;

-- What the worker asks for in the middle of a call, as the caller: types of a query's parameters, a query's rows. Or
-- that the call fails.
create or replace function howdah_worker.answer(reply jsonb)
returns jsonb
language plpgsql
as $$
declare
  query text := reply ->> 'query';
  parameters text[];
  rows jsonb[] := '{}';
  item record;
  affected bigint;
  fields text[] := '{}';
begin
  if reply ? 'fail' then
    -- The function's own lines travel in the context: a statement's text is part of it.
    execute E'/*\n' || pg_catalog.replace(pg_catalog.replace(coalesce(reply -> 'fail' ->> 'where', ''), '/*', '/ *'), '*/', '* /')
      || E'\n*/ select howdah_worker.fail($1)'
      using reply -> 'fail';
  end if;
  begin
    if reply ? 'describe' then
      execute 'prepare howdah_worker_query as ' || (reply ->> 'describe');
      select coalesce(prepared.parameter_types::text[], '{}')
      into fields
      from pg_catalog.pg_prepared_statements as prepared
      where prepared.name = 'howdah_worker_query';
      deallocate howdah_worker_query;
      return pg_catalog.jsonb_build_object('resume', reply -> 'id', 'types', pg_catalog.to_jsonb(fields));
    end if;
    select pg_catalog.array_agg(parameter.value order by parameter.number)
    into parameters
    from pg_catalog.jsonb_array_elements_text(reply -> 'parameters') with ordinality as parameter(value, number);
    if reply ? 'command' then
      execute query using parameters;
      get diagnostics affected = row_count;
    else
      for item in execute query using parameters loop
        rows := pg_catalog.array_append(rows, pg_catalog.to_jsonb(item));
      end loop;
      affected := pg_catalog.cardinality(rows);
    end if;
    return pg_catalog.jsonb_build_object('resume', reply -> 'id', 'rows', pg_catalog.to_jsonb(rows), 'count', affected);
  exception
    -- 42P11: a command without rows has no cursor; it has not run yet.
    when invalid_cursor_definition then
      if not reply ? 'command' then
        return pg_catalog.jsonb_build_object('resume', reply -> 'id', 'command', true);
      end if;
      raise;
    when others then
      declare
        said jsonb;
        primary_message text;
        detail text;
        hint text;
        context text;
        schema_name text;
        table_name text;
        column_name text;
        type_name text;
        constraint_name text;
      begin
        get stacked diagnostics
          primary_message = message_text,
          detail = pg_exception_detail,
          hint = pg_exception_hint,
          context = pg_exception_context,
          schema_name = schema_name,
          table_name = table_name,
          column_name = column_name,
          type_name = pg_datatype_name,
          constraint_name = constraint_name;
        said := pg_catalog.jsonb_strip_nulls(
          pg_catalog.jsonb_build_object(
            'code', sqlstate, 'message', primary_message, 'detail', nullif(detail, ''), 'hint', nullif(hint, ''),
            'where', nullif(context, ''), 'schema', nullif(schema_name, ''), 'table', nullif(table_name, ''),
            'column', nullif(column_name, ''), 'dataType', nullif(type_name, ''),
            'constraint', nullif(constraint_name, '')
          )
        );
        return pg_catalog.jsonb_build_object('resume', reply -> 'id', 'error', said);
      end;
  end;
end
$$;

-- Raises what a function threw. An option of RAISE can't be left out at run time, and an empty one is shown as empty.
create or replace function howdah_worker.fail(error jsonb)
returns void
language plpgsql
as $$
declare
  code text := coalesce(nullif(error ->> 'code', ''), 'P0001');
  message text := coalesce(error ->> 'message', '');
  detail text := nullif(error ->> 'detail', '');
  hint text := nullif(error ->> 'hint', '');
begin
  if coalesce(error ->> 'schema', error ->> 'table', error ->> 'column', error ->> 'constraint', error ->> 'dataType', '') <> '' then
    raise exception using
      errcode = code,
      message = message,
      detail = coalesce(detail, ''),
      hint = coalesce(hint, ''),
      schema = coalesce(error ->> 'schema', ''),
      table = coalesce(error ->> 'table', ''),
      column = coalesce(error ->> 'column', ''),
      datatype = coalesce(error ->> 'dataType', ''),
      constraint = coalesce(error ->> 'constraint', '');
  elsif detail is not null and hint is not null then
    raise exception using errcode = code, message = message, detail = detail, hint = hint;
  elsif detail is not null then
    raise exception using errcode = code, message = message, detail = detail;
  elsif hint is not null then
    raise exception using errcode = code, message = message, hint = hint;
  else
    raise exception using errcode = code, message = message;
  end if;
end
$$;

-- Gives each gate the privileges of its routine, which calls it by name. Behind every assembly, as the owner.
create or replace function howdah_worker.open_gates()
returns void
language plpgsql
set search_path = ''
as $$
declare
  change record;
begin
  for change in
    with routine as materialized (
      select
        proc.oid,
        pg_catalog.substring(proc.prosrc, 'howdah_reply := howdah_worker[.]"([^"]+)"') as gate,
        coalesce(proc.proacl, pg_catalog.acldefault('f', proc.proowner)) as acl
      from pg_catalog.pg_proc as proc
      join pg_catalog.pg_language as language on language.oid = proc.prolang
      where language.lanname = 'plpgsql'
        and proc.pronamespace <> 'howdah_worker'::pg_catalog.regnamespace
        and pg_catalog.strpos(proc.prosrc, 'howdah_reply := howdah_worker.') > 0
    ), pair as (
      select
        gate.oid as gate,
        gate.proowner as owner,
        routine.acl as wanted,
        coalesce(gate.proacl, pg_catalog.acldefault('f', gate.proowner)) as present
      from routine
      join pg_catalog.pg_proc as gate on gate.proname = routine.gate
      where gate.pronamespace = 'howdah_worker'::pg_catalog.regnamespace
    ), wanted as (
      select pair.gate, entry.grantee
      from pair
      cross join lateral pg_catalog.aclexplode(pair.wanted) as entry
      where entry.grantee <> pair.owner
    ), present as (
      select pair.gate, entry.grantee
      from pair
      cross join lateral pg_catalog.aclexplode(pair.present) as entry
      where entry.grantee <> pair.owner
    )
    select 'grant' as verb, 'to' as word, missing.gate, missing.grantee
    from (select * from wanted except select * from present) as missing
    union all
    select 'revoke', 'from', surplus.gate, surplus.grantee
    from (select * from present except select * from wanted) as surplus
  loop
    execute pg_catalog.format(
      '%s execute on function %s %s %s',
      change.verb,
      change.gate::pg_catalog.regprocedure,
      change.word,
      case when change.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(change.grantee)) end
    );
  end loop;
end
$$;

-- The address and the password of the worker; a parameter is written into no log of statements.
create or replace function howdah_worker.tell(host text, port text, password text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  address text := pg_catalog.format('host %L, port %L, dbname %L, sslmode %L, gssencmode %L, connect_timeout %L', host, port, 'howdah', 'disable', 'disable', '5');
begin
  if exists (
    select
    from pg_catalog.pg_foreign_server as server
    where server.srvname = 'howdah_worker'
      and server.srvoptions @> array['host=' || host, 'port=' || port]
  ) and exists (
    select
    from pg_catalog.pg_user_mappings as mapping
    where mapping.srvname = 'howdah_worker'
      and mapping.usename = current_user
      and mapping.umoptions @> array['password=' || password]
  ) then
    return;
  end if;
  execute 'drop server if exists howdah_worker cascade';
  execute 'create server howdah_worker foreign data wrapper dblink_fdw options (' || address || ')';
  execute pg_catalog.format(
    'create user mapping for current_user server howdah_worker options (user %L, password %L)',
    'howdah',
    password
  );
end
$$;

comment on schema howdah_worker is
  'Calls of functions in TypeScript, JavaScript and Python that run in howdah''s worker. Written by howdah alone.';

revoke all on function
  howdah_worker.exchange(text, jsonb, text),
  howdah_worker.connect(),
  howdah_worker.lost(text, text),
  howdah_worker.open_gates(),
  howdah_worker.tell(text, text, text)
from public;
grant usage on schema howdah_worker to public;
grant execute on function howdah_worker.answer(jsonb), howdah_worker.fail(jsonb) to public;
