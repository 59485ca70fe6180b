-- Functions, procedures and aggregates.

-- common
create table t (id int primary key, a int, b text);
-- common data
insert into t values (1, 10, 'x'), (2, 20, 'y');

-- pair: a function comes and goes
-- after
create function f(a int, b text default 'x', variadic c int[] default '{}') returns text language plpgsql immutable strict parallel safe cost 5 as $$ begin return b; end $$;

-- pair: functions of every sort of result
-- after
create function f1(out x int, out y text) language sql as $$ select 1, 'a' $$;
create function f2() returns table (a int, b text) language sql as $$ select 1, 'a' $$;
create function f3() returns setof t language sql rows 5 as $$ select * from t $$;
create function f4(inout x int) language sql as $$ select x $$;
create function f5() returns void language plpgsql security definer set search_path = '' as $$ begin end $$;
create function f6(anyelement, anyarray) returns anyelement language sql as $$ select $1 $$;
create function f7() returns trigger language plpgsql as $$ begin return new; end $$;
create function f8() returns event_trigger language plpgsql as $$ begin end $$;
create function f9(x int[]) returns int[] language sql as $$ select x $$;

-- pair: a body changes in place
-- expect plan: create or replace function
-- expect never: drop function
-- before
create function f(a int) returns int language sql as $$ select a $$;
create view v as select f(a) from t;
-- after
create function f(a int) returns int language sql as $$ select a + 1 $$;
create view v as select f(a) from t;

-- pair: a body with quotes, dollars and backslashes
-- before
create function f() returns text language sql as $$ select '' $$;
-- after
create function f() returns text language sql as $f$ select '$$ $1 \n ''' || E'\\' || '$function$' $f$;

-- pair: volatility, strictness, parallel, cost, rows, leakproof and security
-- expect never: drop function
-- needs: superuser
-- before
create function f(a int) returns setof int language sql as $$ select a $$;
-- after
create function f(a int) returns setof int language sql stable strict parallel restricted cost 50 rows 7 leakproof security definer as $$ select a $$;

-- pair: settings of a function
-- before
create function f(a int) returns int language plpgsql set work_mem = '5MB' as $$ begin return a; end $$;
-- after
create function f(a int) returns int language plpgsql set search_path = public, "My Schema", pg_temp set datestyle to 'ISO, DMY' as $$ begin return a; end $$;

-- pair: a default of an argument comes and goes
-- before
create function f(a int, b int) returns int language sql as $$ select a $$;
create view v as select f(1, 2);
-- after
create function f(a int, b int default 5) returns int language sql as $$ select a $$;
create view v as select f(1, 2);

-- pair: an argument is called otherwise
-- before
create function f(a int) returns int language sql as $$ select $1 $$;
create view v as select f(1);
-- after
create function f(b int) returns int language sql as $$ select $1 $$;
create view v as select f(1);

-- pair: another result
-- before
create function f(a int) returns int language sql as $$ select 1 $$;
-- after
create function f(a int) returns text language sql as $$ select '1' $$;

-- pair: another result under view, default, index, check, trigger, policy and generated column
-- before
create function f(a int) returns int language sql immutable as $$ select 1 $$;
create view v as select f(a) from t;
create table u (a int default f(1), b int, c int generated always as (f(b)) stored, check (f(a) = 1));
create index u_i on u (f(a)) where f(b) = 1;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr after insert on u for each row when (f(new.a) = 1) execute function trg();
create policy po on u using (f(a) = 1);
-- data
insert into u values (1, 2);
-- after
create function f(a int) returns bigint language sql immutable as $$ select 1::bigint $$;
create view v as select f(a) from t;
create table u (a int default f(1), b int, c int generated always as (f(b)) stored, check (f(a) = 1));
create index u_i on u (f(a)) where f(b) = 1;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr after insert on u for each row when (f(new.a) = 1) execute function trg();
create policy po on u using (f(a) = 1);

-- pair: a signature under a view
-- before
create function f(a int) returns int language sql as $$ select 1 $$;
create view v as select f(a) from t;
-- after
create function f(a int, b text) returns int language sql as $$ select 1 $$;
create view v as select f(a, b) from t;

-- pair: overloads come and go
-- before
create function f(a int) returns int language sql as $$ select 1 $$;
create function f(a text) returns int language sql as $$ select 2 $$;
create view v as select f(a) as x, f(b) as y from t;
-- after
create function f(a int) returns int language sql as $$ select 1 $$;
create function f(a bigint) returns int language sql as $$ select 3 $$;
create function f(a int, b int) returns int language sql as $$ select 4 $$;
create view v as select f(a) as x, f(a, a) as y from t;

-- pair: a function becomes a procedure
-- before
create function f(a int) returns void language plpgsql as $$ begin end $$;
-- after
create procedure f(a int) language plpgsql as $$ begin end $$;

-- pair: another language
-- before
create function f(a int) returns int language sql as $$ select 1 $$;
-- after
create function f(a int) returns int language plpgsql as $$ begin return 1; end $$;

-- pair: a parsed body
-- after
create function f(a int) returns bigint language sql begin atomic select count(*) from t where t.a > f.a; end;
create function g() returns int language sql return (select max(a) from t);

-- pair: a parsed body changes
-- before
create function g() returns int language sql return (select max(a) from t);
create view v as select g();
-- after
create function g() returns int language sql return (select min(a) from t);
create view v as select g();

-- pair: a parsed body and its table change
-- before
create function g() returns int language sql begin atomic select max(a) from t; end;
-- after
alter table t add column z int;
create function g() returns int language sql begin atomic select max(z) from t; end;

-- pair: functions with parsed bodies that call each other
-- after
create function a() returns int language sql return 1;
create function b() returns int language sql return a() + 1;
create function c() returns int language sql return a() + b();

-- pair: a called function changes its result under parsed bodies
-- before
create function a() returns int language sql return 1;
create function b() returns int language sql return a() + 1;
create view v as select b();
-- after
create function a() returns bigint language sql return 1::bigint;
create function b() returns bigint language sql return a() + 1;
create view v as select b();

-- pair: a function of a type that is new
-- after
create type mood as enum ('sad', 'ok');
create domain posint as int check (value > 0);
create function f(m mood, p posint) returns mood[] language sql as $$ select array[m] $$;
alter table t add column m mood default 'ok';

-- pair: a function that a new table needs, that needs a new table
-- after
create table first (id int);
create function f() returns setof first language sql as $$ select * from first $$;
create table second (n bigint default 1, check (n > 0));
create function g(second) returns bigint language sql as $$ select $1.n $$;
create view v as select g(s) from second s;

-- pair: privileges of functions
-- before
create function f(a int) returns int language sql as $$ select 1 $$;
-- after
create function f(a int) returns int language sql as $$ select 1 $$;
revoke all on function f(int) from public;
grant execute on function f(int) to pg_monitor;

-- pair: privileges outlive a function that is made again
-- before
create function f(a int) returns int language sql as $$ select 1 $$;
revoke all on function f(int) from public;
grant execute on function f(int) to pg_monitor with grant option;
comment on function f(int) is 'f';
-- after
create function f(a int) returns bigint language sql as $$ select 1::bigint $$;
revoke all on function f(int) from public;
grant execute on function f(int) to pg_monitor with grant option;
comment on function f(int) is 'f';

-- pair: owner of routines
-- needs: superuser
-- before
create function f(a int) returns int language sql as $$ select 1 $$;
create procedure p() language sql as $$ $$;
create aggregate s(int) (sfunc = int4pl, stype = int);
-- after
create function f(a int) returns int language sql as $$ select 1 $$;
create procedure p() language sql as $$ $$;
create aggregate s(int) (sfunc = int4pl, stype = int);
alter function f(int) owner to pg_monitor;
alter procedure p() owner to pg_monitor;
alter aggregate s(int) owner to pg_monitor;

-- pair: comments on routines
-- before
create function f(a int) returns int language sql as $$ select 1 $$;
create procedure p() language sql as $$ $$;
create aggregate s(int) (sfunc = int4pl, stype = int);
-- after
create function f(a int) returns int language sql as $$ select 1 $$;
create procedure p() language sql as $$ $$;
create aggregate s(int) (sfunc = int4pl, stype = int);
comment on function f(int) is 'f';
comment on procedure p() is 'p';
comment on aggregate s(int) is 's';

-- pair: a procedure comes and goes
-- after
create procedure p(in a int, out c int, inout b text default 'x') language plpgsql security definer set work_mem = '4MB' as $$ begin c := a; end $$;

-- pair: a procedure changes
-- before
create procedure p(a int) language plpgsql as $$ begin end $$;
-- after
create procedure p(a int, b int) language plpgsql as $$ begin null; end $$;

-- pair: a procedure gains an out argument
-- before
create procedure p(a int) language plpgsql as $$ begin end $$;
-- after
create procedure p(a int, out b int) language plpgsql as $$ begin b := 1; end $$;

-- pair: a window function
-- needs: superuser
-- after
create function my_rank() returns bigint language internal window immutable as 'window_rank';

-- pair: a function in C that the server has
-- needs: superuser
-- after
create function my_lower(text) returns text language internal immutable strict parallel safe as 'lower';

-- pair: an aggregate comes and goes
-- after
create function add(int, int) returns int language sql immutable as $$ select coalesce($1, 0) + coalesce($2, 0) $$;
create function done(int) returns text language sql immutable as $$ select 'sum ' || $1 $$;
create aggregate total(int) (sfunc = add, stype = int, finalfunc = done, initcond = '0', combinefunc = add, parallel = safe);
create view v as select total(a) from t;

-- pair: an aggregate changes under a view
-- before
create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '0');
create view v as select total(a) from t;
-- after
create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '5');
create view v as select total(a) from t;

-- pair: moving, ordered-set and sorted aggregates
-- needs: superuser
-- after
create aggregate moving(int) (sfunc = int4pl, stype = int, initcond = '0', msfunc = int4pl, minvfunc = int4mi, mstype = int, minitcond = '0');
create aggregate my_disc(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
create aggregate largest(int) (sfunc = int4larger, stype = int, sortop = >);
create aggregate my_rank(variadic "any" order by variadic "any") (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);

-- pair: an aggregate whose function changes its name
-- before
create function add1(int, int) returns int language sql immutable as $$ select $1 + $2 $$;
create aggregate total(int) (sfunc = add1, stype = int, initcond = '0');
-- after
create function add2(int, int) returns int language sql immutable as $$ select $1 + $2 $$;
create aggregate total(int) (sfunc = add2, stype = int, initcond = '0');

-- pair: a function with a transition table trigger
-- before
create table log (n bigint);
-- after
create table log (n bigint);
create function note() returns trigger language plpgsql as $$ begin insert into log select count(*) from fresh; return null; end $$;
create trigger noted after insert on t referencing new table as fresh for each statement execute function note();

-- pair: a function that a domain's check calls changes its arguments
-- before
create function ok(int) returns boolean language sql immutable as $$ select $1 > 0 $$;
create domain good as int check (ok(value));
create table g (v good);
-- data
insert into g values (3);
-- after
create function ok(int, int default 0) returns boolean language sql immutable as $$ select $1 > $2 $$;
create domain good as int check (ok(value, 1));
create table g (v good);

-- pair: quoted names of functions and arguments
-- before
create function "F x"("A" int, "select" text) returns int language sql as $$ select 1 $$;
-- after
create function "F x"("A" int, "select" text default 'it''s') returns int language sql as $$ select "A" $$;
grant execute on function "F x"(int, text) to pg_monitor;
comment on function "F x"(int, text) is 'x';

-- pair: a table function's columns change
-- before
create function f() returns table (a int, b text) language sql as $$ select 1, 'a' $$;
-- after
create function f() returns table (a int, b text, c date) language sql as $$ select 1, 'a', current_date $$;

-- pair: out arguments change
-- before
create function f(out a int, out b int) language sql as $$ select 1, 2 $$;
-- after
create function f(out a int, out c text) language sql as $$ select 1, 'x' $$;
