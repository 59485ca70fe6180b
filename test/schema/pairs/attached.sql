-- Triggers, event triggers, rules, policies, statistics.

-- common
create table t (id int primary key, a int, b text);
create table log (id int, at timestamptz default now());
create view v as select id, a, b from t;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create function trg2() returns trigger language plpgsql as $$ begin return null; end $$;
create function evt() returns event_trigger language plpgsql as $$ begin end $$;
-- common data
insert into t values (1, 10, 'x'), (2, 20, 'y');

-- pair: triggers of every sort come and go
-- after
create trigger a before insert or update or delete on t for each row execute function trg();
create trigger b after update of a, b on t for each row when (old.* is distinct from new.*) execute function trg('x', '2', 'it''s');
create trigger c after truncate on t for each statement execute function trg();
create trigger d after insert on t referencing new table as fresh for each statement execute function trg();
create trigger e instead of insert or update on v for each row execute function trg();
create trigger "F f" after delete on t referencing old table as "Old" for each row execute function trg();
comment on trigger a on t is 'a';

-- pair: a trigger calls another function
-- before
create trigger a before insert on t for each row execute function trg();
-- after
create trigger a before insert on t for each row execute function trg2();

-- pair: a trigger fires otherwise
-- before
create trigger a before insert on t for each row execute function trg();
-- after
create trigger a after insert or update of a on t for each row when (new.a > 3) execute function trg('x');

-- pair: a trigger is off
-- before
create trigger a before insert on t for each row execute function trg();
-- after
create trigger a before insert on t for each row execute function trg();
alter table t disable trigger a;

-- pair: a trigger fires for replicas
-- before
create trigger a before insert on t for each row execute function trg();
alter table t enable replica trigger a;
-- after
create trigger a before insert on t for each row execute function trg();
alter table t enable always trigger a;

-- pair: a trigger that is off changes
-- before
create trigger a before insert on t for each row execute function trg();
alter table t disable trigger a;
-- after
create trigger a after insert on t for each row execute function trg();
alter table t disable trigger a;

-- pair: a trigger is renamed
-- before
create trigger a before insert on t for each row execute function trg();
-- after
create trigger b before insert on t for each row execute function trg();

-- pair: a trigger's function changes its body
-- expect never: trigger a
-- before
create function own() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger a before insert on t for each row execute function own();
-- after
create function own() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger a before insert on t for each row execute function own();

-- pair: a trigger's column goes
-- before
alter table t add column c int;
create trigger a after update of a, c on t for each row execute function trg();
-- after
create trigger a after update of a on t for each row execute function trg();

-- pair: a trigger and its function go
-- before
create function own() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger a before insert on t for each row execute function own();
-- after

-- pair: a trigger moves to another table
-- before
create trigger a before insert on t for each row execute function trg();
-- after
create trigger a before insert on log for each row execute function trg();

-- pair: event triggers come and go
-- needs: superuser
-- after
create event trigger a on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function evt();
create event trigger b on sql_drop execute function evt();
comment on event trigger a is 'a';

-- pair: an event trigger changes
-- needs: superuser
-- before
create event trigger a on ddl_command_end when tag in ('CREATE TABLE') execute function evt();
-- after
create event trigger a on ddl_command_end when tag in ('CREATE TABLE', 'CREATE VIEW') execute function evt();

-- pair: an event trigger is off
-- needs: superuser
-- before
create event trigger a on sql_drop execute function evt();
-- after
create event trigger a on sql_drop execute function evt();
alter event trigger a disable;

-- pair: an event trigger and its function go
-- needs: superuser
-- before
create function evt2() returns event_trigger language plpgsql as $$ begin end $$;
create event trigger a on sql_drop execute function evt2();
-- after

-- pair: an event trigger that is enabled for replicas
-- needs: superuser
-- before
create event trigger a on table_rewrite execute function evt();
-- after
create event trigger a on table_rewrite execute function evt();
alter event trigger a enable replica;

-- pair: rules come and go
-- after
create rule a as on insert to t where new.a > 5 do also insert into log values (new.id);
create rule b as on update to v do instead update t set a = new.a where id = old.id;
create rule c as on delete to v do instead nothing;
create rule "D d" as on delete to t do also (insert into log values (old.id); notify gone);
comment on rule a on t is 'a';

-- pair: a rule changes
-- before
create rule a as on insert to t do also insert into log values (new.id);
-- after
create rule a as on insert to t do also insert into log values (new.id, now());

-- pair: a rule is off
-- before
create rule a as on insert to t do also insert into log values (new.id);
-- after
create rule a as on insert to t do also insert into log values (new.id);
alter table t disable rule a;

-- pair: a rule and its table's column go
-- before
alter table t add column c int;
create rule a as on insert to t do also insert into log values (new.c);
-- after

-- pair: policies come and go
-- after
alter table t enable row level security;
create policy a on t using (a > 3);
create policy b on t as restrictive for select to pg_monitor, pg_read_all_data using (id in (select id from log));
create policy c on t for insert with check (b is not null);
create policy d on t for update using (true) with check (a > 0);
create policy "E e" on t for delete to current_user using (b = current_user);
comment on policy a on t is 'a';

-- pair: a policy changes in place
-- expect plan: alter policy
-- expect never: drop policy
-- before
create policy a on t for update using (a > 3) with check (a > 4);
-- after
create policy a on t for update to pg_monitor using (a > 5) with check (a > 6);

-- pair: a policy changes its command
-- before
create policy a on t for select using (a > 3);
-- after
create policy a on t for delete using (a > 3);

-- pair: a policy becomes restrictive
-- before
create policy a on t using (a > 3);
-- after
create policy a on t as restrictive using (a > 3);

-- pair: a policy loses its check
-- before
create policy a on t using (a > 3) with check (a > 4);
-- after
create policy a on t using (a > 3);

-- pair: a policy is renamed
-- before
create policy a on t using (a > 3);
-- after
create policy b on t using (a > 3);

-- pair: a policy over a function and another table
-- after
create table member (id int, who text);
create function is_member(int) returns boolean language sql stable security definer as $$ select exists (select from member where id = $1) $$;
create policy a on t using (is_member(id) and exists (select from member m where m.id = t.id and m.who = current_user));

-- pair: a policy and a table that it reads go
-- before
create table member (id int, who text);
create policy a on t using (exists (select from member m where m.id = t.id));
-- after

-- pair: a policy's column changes its type
-- before
create table u (a int, b text);
create policy a on u using (a > 3 and b <> '');
-- after
create table u (a bigint, b varchar(10));
create policy a on u using (a > 3 and b <> '');

-- pair: statistics come and go
-- after
create statistics s on a, b from t;
create statistics s2 (ndistinct, mcv) on id, a, b from t;
create statistics s3 on (a + 1), (lower(b)) from t;
alter statistics s set statistics 100;
comment on statistics s is 's';

-- pair: statistics change
-- before
create statistics s (ndistinct) on a, b from t;
-- after
create statistics s (ndistinct, dependencies) on a, id from t;

-- pair: statistics over expressions change
-- before
create statistics s on (a + 1), b from t;
-- after
create statistics s on (a + 2), b from t;

-- pair: the target of statistics
-- before
create statistics s on a, b from t;
-- after
create statistics s on a, b from t;
alter statistics s set statistics 0;

-- pair: statistics are renamed
-- before
create statistics s on a, b from t;
-- after
create statistics s9 on a, b from t;

-- pair: owner of statistics
-- needs: superuser
-- before
create statistics s on a, b from t;
-- after
create statistics s on a, b from t;
alter statistics s owner to pg_monitor;

-- pair: statistics in another schema
-- before
create schema stat;
create statistics s on a, b from t;
-- after
create schema stat;
create statistics stat.s on a, b from t;

-- pair: statistics of one column
-- before
alter table t add column c text;
-- after
alter table t add column c text;
create statistics s on (lower(c)) from t;
