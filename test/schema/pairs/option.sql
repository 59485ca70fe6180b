-- Options, attributes and comments of every kind: what is easily forgotten.

-- common
create schema app;
create table app.t (id int primary key, a int, b text, c jsonb);
create view app.v as select id, a from app.t;
create materialized view app.m as select id, a from app.t;
create function app.fn() returns trigger language plpgsql as $$ begin return new; end $$;
-- common data
insert into app.t select i, i * 2, 'b' || i, null from generate_series(1, 20) i;
refresh materialized view app.m;

-- pair: storage parameters of table and toast table change, one goes, one comes
-- expect untouched: app.t
-- before
alter table app.t set (fillfactor = 80, autovacuum_enabled = false, toast.autovacuum_enabled = false, parallel_workers = 2);
-- after
alter table app.t set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.1, toast.autovacuum_vacuum_threshold = 100, parallel_workers = 2);

-- pair: a partition has storage parameters of its own
-- before
create table app.p (id int, k text) partition by list (k);
create table app.p_a partition of app.p for values in ('a') with (fillfactor = 50);
-- after
create table app.p (id int, k text) partition by list (k);
create table app.p_a partition of app.p for values in ('a') with (fillfactor = 60, autovacuum_enabled = off);
create table app.p_b partition of app.p for values in ('b') with (fillfactor = 40);

-- pair: parameters of indexes of every method
-- before
create index i1 on app.t (a) with (fillfactor = 50);
create index i2 on app.t using gin (c) with (fastupdate = off);
create index i3 on app.t using brin (a) with (pages_per_range = 8);
create index i4 on app.t using hash (b) with (fillfactor = 60);
create index i5 on app.t (b) with (deduplicate_items = off);
-- after
create index i1 on app.t (a) with (fillfactor = 60, deduplicate_items = off);
create index i2 on app.t using gin (c) with (fastupdate = on, gin_pending_list_limit = 128);
create index i3 on app.t using brin (a) with (pages_per_range = 16, autosummarize = on);
create index i4 on app.t using hash (b);
create index i5 on app.t (b);

-- pair: an index on an expression has a statistics target that changes
-- before
create index i1 on app.t ((a + 1), b, (lower(b)));
alter index app.i1 alter column 1 set statistics 200;
alter index app.i1 alter column 3 set statistics 300;
-- after
create index i1 on app.t ((a + 1), b, (lower(b)));
alter index app.i1 alter column 1 set statistics 100;

-- pair: column options, storage, compression and statistics all change at once under a new type
-- before
alter table app.t alter b set storage external, alter b set statistics 50, alter b set (n_distinct = -0.5), alter b set compression pglz;
-- after
alter table app.t alter b type varchar(100), alter b set storage main, alter b set statistics 70, alter b set (n_distinct_inherited = 4);

-- pair: replica identity by a unique index that is made again otherwise
-- before
alter table app.t alter a set not null;
create unique index ri on app.t (a);
alter table app.t replica identity using index ri;
-- after
alter table app.t alter a set not null, alter id set not null;
create unique index ri on app.t (a, id);
alter table app.t replica identity using index ri;

-- pair: replica identity by the index of a constraint that is renamed
-- before
alter table app.t alter a set not null, add constraint one unique (a);
alter table app.t replica identity using index one;
-- after
alter table app.t alter a set not null, add constraint two unique (a);
alter table app.t replica identity using index two;

-- pair: replica identity of partitions
-- before
create table app.p (id int not null, k text not null) partition by list (k);
create table app.p_a partition of app.p for values in ('a');
alter table app.p_a replica identity full;
-- after
create table app.p (id int not null, k text not null, primary key (id, k)) partition by list (k);
create table app.p_a partition of app.p for values in ('a');
alter table app.p replica identity full;
alter table app.p_a replica identity using index p_a_pkey;

-- pair: clustered on a primary key, then on nothing
-- before
alter table app.t cluster on t_pkey;
-- after
comment on table app.t is 'x';

-- pair: a table is clustered on a new index and gets row security
-- after
create index c1 on app.t (a desc);
alter table app.t cluster on c1;
alter table app.t enable row level security, force row level security;

-- pair: triggers in every state
-- before
create trigger t1 before insert on app.t for each row execute function app.fn();
create trigger t2 before insert on app.t for each row execute function app.fn();
create trigger t3 before insert on app.t for each row execute function app.fn();
create trigger t4 before insert on app.t for each row execute function app.fn();
alter table app.t disable trigger t1;
alter table app.t enable always trigger t2;
alter table app.t enable replica trigger t3;
-- after
create trigger t1 before insert on app.t for each row execute function app.fn();
create trigger t2 before insert on app.t for each row execute function app.fn();
create trigger t3 before insert on app.t for each row execute function app.fn();
create trigger t4 before insert on app.t for each row execute function app.fn();
alter table app.t enable replica trigger t1;
alter table app.t disable trigger t2;
alter table app.t enable always trigger t4;

-- pair: a disabled trigger changes its events, condition and columns
-- before
create trigger t1 before insert or update of a on app.t for each row when (new.a > 1) execute function app.fn();
alter table app.t disable trigger t1;
comment on trigger t1 on app.t is 'one';
-- after
create trigger t1 after update of a, b or delete on app.t for each row when (old.a > 2) execute function app.fn();
alter table app.t disable trigger t1;
comment on trigger t1 on app.t is 'one';

-- pair: arguments of a trigger
-- before
create trigger t1 before insert on app.t for each row execute function app.fn('a', 'it''s', '\x');
-- after
create trigger t1 before insert on app.t for each row execute function app.fn('a', '"q"', 3, '');

-- pair: deferrable constraint triggers
-- before
create constraint trigger t1 after insert on app.t deferrable initially deferred for each row execute function app.fn();
create constraint trigger t2 after update on app.t from app.t not deferrable for each row execute function app.fn();
-- after
create constraint trigger t1 after insert on app.t deferrable initially immediate for each row execute function app.fn();
create constraint trigger t2 after update on app.t deferrable for each row execute function app.fn();

-- pair: rules in every state
-- before
create table app.log (id int);
create rule r1 as on insert to app.t do also insert into app.log values (new.id);
create rule r2 as on delete to app.t where old.id > 3 do instead nothing;
alter table app.t disable rule r1;
comment on rule r2 on app.t is 'two';
-- after
create table app.log (id int);
create rule r1 as on insert to app.t do also (insert into app.log values (new.id); delete from app.log where id = new.a);
create rule r2 as on delete to app.t where old.id > 3 do instead nothing;
alter table app.t enable always rule r2;

-- pair: view options in every combination
-- before
create view app.w1 with (security_barrier) as select id from app.t where a > 1;
create view app.w2 with (security_invoker = true, check_option = local) as select id, a from app.t where a > 1;
create view app.w3 as select id, a from app.t where a > 1 with cascaded check option;
-- after
create view app.w1 with (security_invoker) as select id from app.t where a > 1;
create view app.w2 with (security_barrier = true, check_option = cascaded) as select id, a from app.t where a > 2;
create view app.w3 with (security_invoker = false) as select id, a, b from app.t where a > 1;

-- pair: comments on columns of every kind of relation
-- before
comment on column app.t.a is 'A';
comment on column app.v.a is 'VA';
comment on column app.m.a is 'MA';
create type app.ct as (x int, y text);
comment on column app.ct.x is 'X';
-- after
comment on column app.t.b is 'it''s B';
comment on column app.v.id is E'two\nlines';
comment on column app.m.id is 'MI';
create type app.ct as (x int, y text);
comment on column app.ct.y is 'Y';

-- pair: comments on indexes, constraints, sequences and their owners
-- before
alter table app.t add constraint chk check (a > 0), add constraint uq unique (b);
create index ix on app.t (a);
create sequence app.s;
comment on constraint chk on app.t is 'c';
comment on constraint t_pkey on app.t is 'pk';
comment on index app.ix is 'i';
comment on index app.uq is 'u';
comment on sequence app.s is 's';
-- after
alter table app.t add constraint chk check (a > 0), add constraint uq unique (b);
create index ix on app.t (a);
create sequence app.s;
comment on constraint uq on app.t is 'u2';
comment on index app.t_pkey is 'pki';
comment on index app.ix is '';

-- pair: comments on routines, types, domains and their constraints
-- before
create function app.f(int, text default 'x') returns int language sql as $$ select 1 $$;
create procedure app.p(inout a int) language sql as $$ select 1 $$;
create aggregate app.ag(int) (sfunc = int4pl, stype = int);
create domain app.d as int constraint pos check (value > 0);
create type app.e as enum ('a');
comment on function app.f(int, text) is 'f';
comment on procedure app.p(int) is 'p';
comment on aggregate app.ag(int) is 'ag';
comment on domain app.d is 'd';
comment on constraint pos on domain app.d is 'pos';
comment on type app.e is 'e';
-- after
create function app.f(int, text default 'x') returns int language sql as $$ select 1 $$;
create procedure app.p(inout a int) language sql as $$ select 1 $$;
create aggregate app.ag(int) (sfunc = int4pl, stype = int);
create domain app.d as int constraint pos check (value > 0);
create type app.e as enum ('a');
comment on constraint pos on domain app.d is 'positive';
comment on routine app.f(int, text) is 'F';

-- pair: a comment on a constraint that is made again
-- before
alter table app.t add constraint chk check (a > 0), add constraint uq unique (b);
comment on constraint chk on app.t is 'c';
comment on constraint uq on app.t is 'u';
-- after
alter table app.t add constraint chk check (a > 1), add constraint uq unique (b, a);
comment on constraint chk on app.t is 'c';
comment on constraint uq on app.t is 'u';

-- pair: a comment on a policy, rule, trigger and statistics that are made again
-- before
create policy p on app.t for select using (true);
create rule r as on delete to app.t do instead nothing;
create constraint trigger t1 after insert on app.t for each row execute function app.fn();
create statistics app.st (ndistinct) on a, b from app.t;
comment on policy p on app.t is 'p';
comment on rule r on app.t is 'r';
comment on trigger t1 on app.t is 't';
comment on statistics app.st is 's';
-- after
create policy p on app.t for update using (true);
create rule r as on update to app.t do instead nothing;
create constraint trigger t1 after delete on app.t for each row execute function app.fn();
create statistics app.st (mcv) on a, b from app.t;
comment on policy p on app.t is 'p';
comment on rule r on app.t is 'r';
comment on trigger t1 on app.t is 't';
comment on statistics app.st is 's';

-- pair: settings of functions: several, a list, a quoted value
-- before
create function app.f() returns int language sql set search_path = app, public set work_mem = '10MB' as $$ select 1 $$;
-- after
create function app.f() returns int language sql set search_path = '' set "my.setting" = 'a b, c''d' set timezone = 'Europe/Prague' set statement_timeout to '3s' as $$ select 1 $$;

-- pair: a function's cost, rows, support, leakproof and window attributes
-- needs: superuser
-- before
create function app.f(int) returns setof int language sql cost 5 rows 10 leakproof strict parallel restricted as $$ select $1 $$;
-- after
create function app.f(int) returns setof int language sql stable cost 0.5 rows 7 security definer parallel safe as $$ select $1 $$;

-- pair: unlogged and back, with a sequence of its own and an index
-- before
create unlogged table app.u (id serial primary key, a text);
create index on app.u (a);
-- after
create table app.u (id serial primary key, a text);
create index on app.u (a);

-- pair: a materialized view's access method, parameters and options
-- before
create materialized view app.m2 with (fillfactor = 70, autovacuum_enabled = false) as select a from app.t;
alter materialized view app.m2 alter column a set statistics 10;
-- after
create materialized view app.m2 with (fillfactor = 80) as select a from app.t;

-- pair: an extension's comment, and one that goes with nothing on it
-- after
create extension hstore schema app;
create extension citext;

-- pair: everything of one table at once
-- before
create table app.w (id serial primary key, a varchar(5) collate "C" default 'q', constraint w_a check (a <> ''));
create index w_ix on app.w (a);
comment on table app.w is 'w';
grant select on app.w to pg_monitor;
grant update (a) on app.w to pg_monitor;
create policy wp on app.w using (a = 'x');
-- data
insert into app.w (a) values ('x'), ('y');
-- after
create table app.w (id bigint generated always as identity (start 100 increment 5) primary key, a text collate "POSIX" not null default 'r', b date default current_date, constraint w_a check (length(a) < 10), constraint w_b unique (b, a));
create index w_ix on app.w (a desc nulls last) include (b) where b is not null;
comment on table app.w is 'W';
grant insert on app.w to pg_monitor;
grant select (a, b) on app.w to pg_monitor with grant option;
create policy wp on app.w as restrictive for select to pg_monitor using (b > current_date);
alter table app.w enable row level security;
