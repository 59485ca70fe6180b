-- Kinds that few schemas have, in what few tests try: text search, operators, casts, foreign data, publications, event triggers.

-- common
create schema app;
create table app.t (id int primary key, a int, b text, v tsvector);
create type app.num as (n int);
create function app.num_eq(app.num, app.num) returns boolean language sql immutable as $$ select $1.n = $2.n $$;
create function app.num_lt(app.num, app.num) returns boolean language sql immutable as $$ select $1.n < $2.n $$;
create function app.num_cmp(app.num, app.num) returns int language sql immutable as $$ select $1.n - $2.n $$;
-- common data
insert into app.t values (1, 10, 'one'), (2, 20, 'two');

-- pair: a text search configuration gains, replaces and loses mappings
-- before
create text search dictionary app.d1 (template = simple, stopwords = 'english');
create text search dictionary app.d2 (template = simple);
create text search configuration app.c (copy = simple);
alter text search configuration app.c alter mapping for asciiword with app.d1;
create index by_c on app.t using gin (to_tsvector('app.c', b));
-- after
create text search dictionary app.d1 (template = simple, accept = false);
create text search dictionary app.d2 (template = simple);
create text search configuration app.c (copy = simple);
alter text search configuration app.c alter mapping for asciiword, word with app.d1, app.d2;
alter text search configuration app.c drop mapping for email, url;
create index by_c on app.t using gin (to_tsvector('app.c', b));
comment on text search configuration app.c is 'c';
comment on text search dictionary app.d2 is 'd2';

-- pair: a dictionary goes, the configuration that used it stays
-- before
create text search dictionary app.d1 (template = simple);
create text search configuration app.c (copy = simple);
alter text search configuration app.c alter mapping for asciiword with app.d1;
-- after
create text search configuration app.c (copy = simple);

-- pair: operators of a type of one's own with a class and an index
-- needs: superuser
-- after
create operator app.= (function = app.num_eq, leftarg = app.num, rightarg = app.num, commutator = operator(app.=), restrict = eqsel, join = eqjoinsel, hashes, merges);
create operator app.< (function = app.num_lt, leftarg = app.num, rightarg = app.num);
create operator class app.num_ops for type app.num using btree as operator 1 app.<, operator 3 app.=, function 1 app.num_cmp(app.num, app.num);
create table app.n (x app.num);
create index n_x on app.n (x app.num_ops);

-- pair: an operator changes what it is restricted by, commutes with and is named
-- before
create operator app.== (function = app.num_eq, leftarg = app.num, rightarg = app.num, restrict = eqsel);
create view app.v as select row(1)::app.num operator(app.==) row(2)::app.num as same;
-- after
create operator app.== (function = app.num_eq, leftarg = app.num, rightarg = app.num, commutator = operator(app.==), join = eqjoinsel);
create view app.v as select row(1)::app.num operator(app.==) row(2)::app.num as same;
comment on operator app.== (app.num, app.num) is 'same';

-- pair: a negator comes
-- since: 17
-- before
create function app.num_ne(app.num, app.num) returns boolean language sql immutable as $$ select $1.n <> $2.n $$;
create operator app.== (function = app.num_eq, leftarg = app.num, rightarg = app.num);
create operator app.!== (function = app.num_ne, leftarg = app.num, rightarg = app.num);
-- after
create function app.num_ne(app.num, app.num) returns boolean language sql immutable as $$ select $1.n <> $2.n $$;
create operator app.== (function = app.num_eq, leftarg = app.num, rightarg = app.num, negator = operator(app.!==));
create operator app.!== (function = app.num_ne, leftarg = app.num, rightarg = app.num, negator = operator(app.==));

-- pair: casts with and without a function, by way of text, in every context
-- needs: superuser
-- before
create function app.to_int(app.num) returns int language sql immutable as $$ select $1.n $$;
create cast (app.num as int) with function app.to_int(app.num);
create cast (app.num as text) with inout as assignment;
-- after
create function app.to_int(app.num) returns int language sql immutable as $$ select $1.n + 0 $$;
create cast (app.num as int) with function app.to_int(app.num) as implicit;
create cast (app.num as text) with inout;
create cast (text as app.num) with inout as assignment;
comment on cast (app.num as int) is 'number';

-- pair: an operator family with members across types
-- needs: superuser
-- before
create operator family app.fam using btree;
-- after
create operator family app.fam using btree;
create operator app.< (function = app.num_lt, leftarg = app.num, rightarg = app.num);
alter operator family app.fam using btree add operator 1 app.< (app.num, app.num), function 1 app.num_cmp(app.num, app.num);
comment on operator family app.fam using btree is 'f';

-- pair: an event trigger with tags, another function and state
-- needs: superuser
-- before
create function app.et() returns event_trigger language plpgsql as $$ begin end $$;
create event trigger one on ddl_command_end when tag in ('CREATE TABLE') execute function app.et();
create event trigger two on sql_drop execute function app.et();
alter event trigger two disable;
-- after
create function app.et() returns event_trigger language plpgsql as $$ begin null; end $$;
create function app.et2() returns event_trigger language plpgsql as $$ begin end $$;
create event trigger one on ddl_command_end when tag in ('CREATE TABLE', 'ALTER TABLE') execute function app.et2();
create event trigger two on table_rewrite execute function app.et();
alter event trigger two enable always;
comment on event trigger one is 'one';

-- pair: a server, mappings, foreign tables and their options change
-- needs: superuser
-- before
create foreign data wrapper w options (debug 'true');
create server s type 'x' version '1' foreign data wrapper w options (host 'a', port '1');
create user mapping for current_user server s options (user 'u', password 'p');
create user mapping for public server s;
create foreign table app.f (id int options (column_name 'i') not null, b text) server s options (table_name 'f');
create view app.fv as select id from app.f;
-- after
create foreign data wrapper w options (debug 'false', other 'x');
create server s type 'x' version '2' foreign data wrapper w options (host 'b', dbname 'd');
create user mapping for current_user server s options (user 'v');
create foreign table app.f (id bigint options (column_name 'j'), b text options (x 'y') default 'q', c date, check (id > 0)) server s options (table_name 'g', schema_name 's');
create view app.fv as select id from app.f;
grant usage on foreign server s to pg_monitor;
grant usage on foreign data wrapper w to pg_monitor;
comment on server s is 's';
comment on foreign data wrapper w is 'w';
comment on foreign table app.f is 'f';

-- pair: a foreign table inherits, and is a partition
-- needs: superuser
-- before
create foreign data wrapper w;
create server s foreign data wrapper w;
create table app.p (id int, k text) partition by list (k);
create foreign table app.p_a partition of app.p for values in ('a') server s;
create table app.h (id int);
-- after
create foreign data wrapper w;
create server s foreign data wrapper w;
create table app.p (id int, k text, n int) partition by list (k);
create foreign table app.p_a partition of app.p for values in ('a', 'b') server s;
create table app.h (id int);
create foreign table app.h_f () inherits (app.h) server s;

-- pair: a publication's tables, filters, columns and parameters all change
-- before
create table app.u (id int primary key, a int, b int);
create publication one for table app.t (id, a) where (a > 1), app.u with (publish = 'insert');
create publication two for table app.u;
-- after
create table app.u (id int primary key, a bigint, b int);
create publication one for table app.t (id, b) where (b <> 'x'), app.u (id, a) where (a > 3) with (publish = 'insert, update', publish_via_partition_root = true);
create publication three for table app.u where (b is null);
comment on publication one is '1';

-- pair: a published column changes its type under a filter
-- before
create publication one for table app.t where (a > 1 and b <> '');
-- after
alter table app.t alter a type bigint;
create publication one for table app.t where (a > 1 and b <> '');

-- pair: a publication of a partitioned table and of one of its partitions
-- before
create table app.p (id int primary key) partition by range (id);
create table app.p_1 partition of app.p for values from (0) to (10);
create publication one for table app.p;
-- after
create table app.p (id int primary key) partition by range (id);
create table app.p_1 partition of app.p for values from (0) to (10);
create publication one for table app.p_1 with (publish_via_partition_root = true);

-- pair: a rule that writes elsewhere follows both tables
-- before
create table app.log (id int, was text);
create rule r as on update to app.t do also insert into app.log values (old.id, old.b);
-- after
alter table app.t alter b type varchar(40);
create table app.log (id bigint, was varchar(40), at timestamptz default now());
create rule r as on update to app.t where old.b <> new.b do also insert into app.log (id, was) values (old.id, old.b);

-- pair: a rule that makes a view writable with returning
-- before
create view app.v as select id, a from app.t;
-- after
create view app.v as select id, a from app.t;
create rule ins as on insert to app.v do instead insert into app.t (id, a) values (new.id, new.a) returning id, a;
create rule upd as on update to app.v do instead update app.t set a = new.a where id = old.id;
create rule del as on delete to app.v do instead delete from app.t where id = old.id;

-- pair: statistics of every kind, on expressions and with targets
-- before
create statistics app.s1 (ndistinct, dependencies) on id, a from app.t;
create statistics app.s2 on (a + 1) from app.t;
alter statistics app.s1 set statistics 100;
-- after
create statistics app.s1 (mcv, ndistinct) on id, a, b from app.t;
create statistics app.s2 (mcv) on (a + 2), (lower(b)) from app.t;
alter statistics app.s2 set statistics 50;
create statistics on a, b from app.t;

-- pair: collations by provider and version
-- before
create collation app.one (provider = icu, locale = 'en-US');
create collation app.two from "C";
create table app.w (x text collate app.one, y text collate app.two);
-- data
insert into app.w values ('x', 'y');
-- after
create collation app.one (provider = icu, locale = 'cs-CZ', deterministic = false);
create collation app.two from "POSIX";
create table app.w (x text collate app.one, y text collate app.two);
comment on collation app.one is '1';

-- pair: a conversion and a language with comments and privileges
-- needs: superuser
-- before
create trusted language mylang handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;
create function app.f() returns int language mylang as $$ begin return 1; end $$;
-- after
create language mylang handler plpgsql_call_handler validator plpgsql_validator;
create function app.f() returns int language mylang as $$ begin return 1; end $$;
comment on language mylang is 'mine';
create conversion app.conv for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
comment on conversion app.conv is 'conv';

-- pair: a base type with its own functions, an array and a class
-- needs: superuser
-- after
create type app.raw;
create function app.raw_in(cstring) returns app.raw language internal immutable strict as 'int4in';
create function app.raw_out(app.raw) returns cstring language internal immutable strict as 'int4out';
create type app.raw (input = app.raw_in, output = app.raw_out, internallength = 4, passedbyvalue, alignment = int4, default = '7', category = 'U', preferred = false);
create table app.w (r app.raw, rs app.raw[]);

-- pair: aggregates: ordered-set, hypothetical, moving, parallel, with a sort operator and a comment
-- before
create aggregate app.total(int) (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl, parallel = safe);
create aggregate app.least(int) (sfunc = int4smaller, stype = int, sortop = <);
create view app.v as select app.total(a) as t, app.least(a) as l from app.t;
-- after
create aggregate app.total(int) (sfunc = int4pl, stype = int, initcond = '1', combinefunc = int4pl, parallel = restricted);
create aggregate app.least(int) (sfunc = int4smaller, stype = int);
create view app.v as select app.total(a) as t, app.least(a) as l from app.t;
comment on aggregate app.total(int) is 'total';

-- pair: variadic, polymorphic, table and default arguments in overloads of one name
-- before
create function app.f(variadic int[]) returns int language sql as $$ select 1 $$;
create function app.f(a anyelement, b anyarray) returns anyelement language sql as $$ select a $$;
create function app.f(text, out x int, out y text) returns record language sql as $$ select 1, 'a' $$;
create view app.v as select app.f(1, 2, 3) as i;
-- after
create function app.f(variadic bigint[]) returns bigint language sql as $$ select 1::bigint $$;
create function app.f(a anyelement, b anyarray) returns anyarray language sql as $$ select b $$;
create function app.f(text, out x int, out y text, out z int) returns record language sql as $$ select 1, 'a', 2 $$;
create function app.f(date, n int default 3, variadic r text[] default '{}') returns setof text language sql as $$ select 'a' $$;
create view app.v as select app.f(1, 2, 3) as i;

-- pair: a procedure with a transaction inside, a call in a do block's place, security and settings
-- before
create procedure app.p(a int, inout b int default 3) language plpgsql as $$ begin commit; end $$;
-- after
create procedure app.p(a int, inout b int default 3, c text default null) language plpgsql security definer set search_path = app as $$ begin b := a; end $$;
grant execute on procedure app.p(int, int, text) to pg_monitor;
revoke execute on procedure app.p(int, int, text) from public;

-- pair: a security label is refused aloud where there is no provider
-- before
select 1;
-- after
comment on schema app is 'no label';

-- pair: default privileges of roles and schemas for every kind of object
-- needs: superuser
-- before
alter default privileges in schema app grant select on tables to pg_monitor;
alter default privileges for role pg_monitor in schema app grant execute on functions to public;
-- after
alter default privileges in schema app grant select, insert on tables to pg_monitor with grant option;
alter default privileges for role pg_monitor grant usage on types to pg_read_all_data;
alter default privileges revoke usage on types from public;
alter default privileges in schema app grant all on sequences to pg_monitor;
alter default privileges grant all on schemas to pg_monitor;
create table app.born (id serial, a int);
create type app.kind as enum ('x');
create function app.g() returns int language sql as $$ select 1 $$;

-- pair: privileges on columns move to the table, from one role to two, and the view loses all
-- before
create view app.v as select id, a from app.t;
grant select (id, a), update (a) on app.t to pg_monitor;
grant select on app.v to public;
grant update (id) on app.v to pg_monitor;
-- after
create view app.v as select id, a from app.t;
grant select, update on app.t to pg_monitor;
grant select (b) on app.t to pg_read_all_data, pg_monitor;

-- pair: privileges on a view that is made again, on its columns too
-- before
create view app.v as select id, a from app.t;
grant select on app.v to pg_monitor with grant option;
grant update (a) on app.v to pg_read_all_data;
-- after
create view app.v as select id, a::bigint as a, b from app.t;
grant select on app.v to pg_monitor with grant option;
grant update (a), select (b) on app.v to pg_read_all_data;

-- pair: grants that one role passes on to another
-- needs: superuser
-- before
grant usage on schema app to pg_monitor;
grant select on app.t to pg_monitor with grant option;
set role pg_monitor;
grant select on app.t to pg_read_all_data;
reset role;
-- after
grant usage on schema app to pg_monitor;
grant select on app.t to pg_monitor with grant option;

-- pair: owners of schema, table, view, function, type and sequence change at once
-- needs: superuser
-- before
create view app.v as select id from app.t;
create sequence app.s;
create materialized view app.m as select 1 as x;
create domain app.d as int;
-- after
create view app.v as select id from app.t;
create sequence app.s;
create materialized view app.m as select 1 as x;
create domain app.d as int;
alter schema app owner to pg_monitor;
alter table app.t owner to pg_read_all_data;
alter view app.v owner to pg_monitor;
alter sequence app.s owner to pg_monitor;
alter materialized view app.m owner to pg_monitor;
alter domain app.d owner to pg_monitor;
alter type app.num owner to pg_read_all_data;
alter function app.num_eq(app.num, app.num) owner to pg_monitor;

-- pair: an extension's type is used by a column, and the extension goes with it
-- before
create extension hstore schema app;
alter table app.t add h app.hstore default ''::app.hstore;
create index t_h on app.t using gin (h);
-- expect lost: app.t.h
-- back: no
-- after
select 1;
