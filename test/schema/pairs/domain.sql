-- Domains.

-- common
create domain posint as integer constraint positive check (value > 0);
create table t (id int primary key, p posint, ps posint[]);
create view v as select p from t;
create function f(posint) returns posint language sql as $$ select $1 $$;
-- common data
insert into t values (1, 5, '{6,7}'), (2, null, null);

-- pair: a domain comes and goes
-- after
create domain email as text collate "C" default 'x@y' not null constraint shape check (value ~ '@') constraint short check (length(value) < 100);

-- pair: the default of a domain comes and goes
-- after
alter domain posint set default 5;

-- pair: the default of a domain changes
-- before
alter domain posint set default 5;
-- after
alter domain posint set default 1 + 2;

-- pair: not null of a domain
-- before
create domain d as text;
create table u (d d);
-- data
insert into u values ('x');
-- after
create domain d as text not null;
create table u (d d);

-- pair: a check of a domain that arrays are of comes and goes
-- after
drop function f;
drop view v;
drop table t;
drop domain posint;
create domain posint as integer constraint positive check (value > 0) constraint small check (value < 1000);
create table t (id int primary key, p posint, ps posint[]);
create view v as select p from t;
create function f(posint) returns posint language sql as $$ select $1 $$;

-- pair: a check of a domain that arrays are of changes
-- after
drop function f;
drop view v;
drop table t;
drop domain posint;
create domain posint as integer constraint positive check (value >= 0);
create table t (id int primary key, p posint, ps posint[]);
create view v as select p from t;
create function f(posint) returns posint language sql as $$ select $1 $$;

-- pair: a check of a domain is renamed
-- after
alter domain posint rename constraint positive to above_zero;

-- pair: a check of a domain that is not valid
-- after
alter domain posint add constraint large check (value > 5) not valid;

-- pair: a check of a domain in use comes and goes
-- expect untouched: public.u
-- before
create domain d as int;
create table u (d d);
-- data
insert into u values (3);
-- after
create domain d as int constraint small check (value < 100);
create table u (d d);

-- pair: a check of a domain in use changes
-- expect untouched: public.u
-- before
create domain d as int constraint small check (value < 100);
create table u (d d);
-- data
insert into u values (3);
-- after
create domain d as int constraint small check (value < 50);
create table u (d d);

-- pair: a check of a domain becomes valid
-- expect plan: validate constraint
-- before
create domain d as int;
alter domain d add constraint large check (value > 1) not valid;
create table u (d d);
-- data
insert into u values (3);
-- after
create domain d as int constraint large check (value > 1);
create table u (d d);

-- pair: a check of a domain uses a function that is new
-- after
create function ok(int) returns boolean language sql immutable as $$ select $1 is distinct from 7 $$;
alter domain posint add constraint fine check (ok(value)) not valid;

-- pair: the type of a domain in use
-- before
create domain code as varchar(10) default 'x' check (value <> '');
create table u (id int primary key, c code not null, cs code[]);
create index u_c on u (c);
create view w as select c from u;
create function g(code) returns code language sql as $$ select $1 $$;
comment on domain code is 'code';
-- data
insert into u values (1, 'abc', '{d,e}');
-- after
create domain code as text default 'x' check (value <> '');
create table u (id int primary key, c code not null, cs code[]);
create index u_c on u (c);
create view w as select c from u;
create function g(code) returns code language sql as $$ select $1 $$;
comment on domain code is 'code';

-- pair: the type of a domain from integer to bigint
-- before
create domain n as int check (value > 0);
create table u (id n primary key, c int);
create table w (u_id n references u);
-- data
insert into u values (1, 2);
insert into w values (1);
-- after
create domain n as bigint check (value > 0);
create table u (id n primary key, c int);
create table w (u_id n references u);

-- pair: the type of a domain from text to integer
-- before
create domain n as text;
create table u (id int, v n);
-- data
insert into u values (1, '2');
-- after
create domain n as int;
create table u (id int, v n);

-- pair: the collation of a domain
-- before
create domain n as text;
create table u (id int, v n);
-- data
insert into u values (1, '2');
-- after
create domain n as text collate "C";
create table u (id int, v n);

-- pair: a domain over a domain
-- before
create domain small as posint check (value < 100);
create table u (s small);
-- data
insert into u values (7);
-- after
create domain small as posint check (value < 50) default 3;
create table u (s small);

-- pair: a domain over an enum that changes
-- before
create type e as enum ('a', 'b', 'c');
create domain d as e check (value <> 'c');
create table u (d d default 'a');
-- data
insert into u values ('b');
-- after
create type e as enum ('b', 'a');
create domain d as e;
create table u (d d default 'a');
-- back: no

-- pair: a column of a domain becomes one of its type
-- before
create table u (p posint default 3);
-- data
insert into u values (7);
-- after
create table u (p integer default 3);

-- pair: a domain becomes an enum
-- before
create domain d as text check (value in ('a', 'b'));
create table u (d d default 'a');
-- data
insert into u values ('b');
-- after
create type d as enum ('a', 'b');
create table u (d d default 'a');

-- pair: privileges, comments and owner of a domain
-- needs: superuser
-- after
revoke all on type posint from public;
comment on domain posint is 'above zero';
comment on constraint positive on domain posint is 'rule';
alter domain posint owner to pg_monitor;

-- pair: a domain as an argument, of a new schema
-- after
create schema kinds;
create domain kinds.percent as numeric(5, 2) check (value between 0 and 100);
create function share(kinds.percent) returns kinds.percent language sql as $$ select $1 $$;
alter table t add column pct kinds.percent default 5;

-- pair: a named not null of a domain
-- since: 17
-- before
create domain d as text;
-- after
create domain d as text constraint given not null;

-- pair: a domain with a default gives a new column its value
-- before
create domain d as int not null default 5;
create table u (a int);
-- data
insert into u values (1);
-- after
create domain d as int not null default 5;
create table u (a int, b d, c d not null);
-- expect check: (select b = 5 and c = 5 from u)

-- pair: an enum becomes a domain, and a domain a composite type
-- before
create type e as enum ('a', 'b');
create domain d as text;
create table u (e e, d d);
-- data
insert into u values ('a', '(1,x)');
-- after
create domain e as text check (value in ('a', 'b'));
create type d as (a int, b text);
create table u (e e, d d);

-- pair: a column leaves a domain that is made again for another type
-- before
create domain amount as numeric(10, 2);
create domain moment as timestamp;
create table u (a amount default 1, b moment, c amount[], d amount);
-- data
insert into u values (7.00, '2025-01-01 10:00', '{2}', 3);
-- expect check: (select a = 7 and b = '2025-01-01' and d = 3 from u)
-- after
create domain amount as numeric(12, 2);
create domain moment as timestamptz;
create table u (a integer default 1, b date, c amount[], d amount);

-- pair: a domain over an enum that moves
-- before
create schema s;
create type mood as enum ('a', 'b');
create domain feeling as mood default 'a';
create table u (f feeling, m mood);
-- data
insert into u values ('b', 'a');
-- after
create schema s;
create type s.mood as enum ('a', 'b');
create domain feeling as s.mood default 'a';
create table u (f feeling, m s.mood);
