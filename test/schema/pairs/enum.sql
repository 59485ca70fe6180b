-- Enums.

-- common
create type mood as enum ('sad', 'ok', 'happy');
create table t (id int primary key, m mood not null default 'ok', ms mood[]);
create view v as select id, m from t where m <> 'sad';
create function f(mood) returns mood language sql immutable as $$ select $1 $$;
-- common data
insert into t values (1, 'ok', '{sad,ok}'), (2, 'happy', null);

-- pair: an enum comes and goes
-- after
create type color as enum ('red', 'it''s', 'žlutá', '');

-- pair: an enum without labels
-- after
create type nothing as enum ();

-- pair: a label at the end
-- expect untouched: public.t
-- expect plan: add value
-- back: no
-- after
alter type mood add value 'great';

-- pair: labels at the beginning, in the middle and at the end
-- expect untouched: public.t
-- back: no
-- after
alter type mood add value 'awful' before 'sad';
alter type mood add value 'meh' after 'sad';
alter type mood add value 'fine' after 'ok';
alter type mood add value 'great';

-- pair: a label that is the new default
-- back: no
-- after
drop function f;
drop view v;
drop table t;
drop type mood;
create type mood as enum ('sad', 'meh', 'ok', 'happy');
create table t (id int primary key, m mood not null default 'meh', ms mood[]);
create view v as select id, m from t where m <> 'sad';
create function f(mood) returns mood language sql immutable as $$ select $1 $$;

-- pair: a label that a new check, index and policy use
-- back: no
-- after
drop function f;
drop view v;
drop table t;
drop type mood;
create type mood as enum ('sad', 'meh', 'ok', 'happy');
create table t (id int primary key, m mood not null default 'ok', ms mood[]);
create view v as select id, m from t where m <> 'sad';
create function f(mood) returns mood language sql immutable as $$ select $1 $$;
alter table t add check (m <> 'meh');
create index t_m on t (id) where m = 'meh';
create policy po on t using (m = 'meh');
create function g() returns mood language sql return 'meh'::mood;

-- pair: a label goes that nothing uses
-- before
alter type mood add value 'gone' before 'ok';
-- after

-- pair: labels in another order
-- before
create type size as enum ('m', 's', 'l');
create table u (s size default 's', ss size[] default '{s,l}');
create index u_s on u (s);
create unique index u_p on u (s) where s > 'm';
create view w as select s, count(*) from u group by s order by s;
-- data
insert into u values ('s', '{s,m}'), ('l', null);
-- after
create type size as enum ('s', 'm', 'l');
create table u (s size default 's', ss size[] default '{s,l}');
create index u_s on u (s);
create unique index u_p on u (s) where s > 'm';
create view w as select s, count(*) from u group by s order by s;

-- pair: an enum is made again under functions, domains, composites, defaults, generated columns and checks
-- before
create type size as enum ('s', 'm', 'l', 'x');
create domain good_size as size check (value <> 's');
create type boxed as (s size, n int);
create table u (id int primary key, s size default 's' check (s <> 'l'), g good_size, b boxed, txt text generated always as (case when s = 's' then 'small' else 'other' end) stored);
create function sized(size, size[] default '{s}') returns setof size language sql as $$ select $1 $$;
create index u_s on u (s, (s = 'm'));
-- data
insert into u values (1, 's', 'm', row('l', 1));
-- after
create type size as enum ('s', 'm', 'l');
create domain good_size as size check (value <> 's');
create type boxed as (s size, n int);
create table u (id int primary key, s size default 's' check (s <> 'l'), g good_size, b boxed, txt text generated always as (case when s = 's' then 'small' else 'other' end) stored);
create function sized(size, size[] default '{s}') returns setof size language sql as $$ select $1 $$;
create index u_s on u (s, (s = 'm'));

-- pair: an enum is the key of partitions
-- before
create type size as enum ('s', 'm', 'l', 'x');
create table u (s size not null, n int) partition by list (s);
create table u_s partition of u for values in ('s');
create table u_m partition of u for values in ('m', 'l');
-- data
insert into u values ('s', 1), ('m', 2);
-- after
create type size as enum ('s', 'm', 'l');
create table u (s size not null, n int) partition by list (s);
create table u_s partition of u for values in ('s');
create table u_m partition of u for values in ('m', 'l');

-- pair: an enum is part of primary and foreign keys
-- before
create type size as enum ('s', 'm', 'l', 'x');
create table p (s size primary key);
create table c (s size references p);
-- data
insert into p values ('s'), ('m');
insert into c values ('m');
-- after
create type size as enum ('m', 's', 'l');
create table p (s size primary key);
create table c (s size references p);

-- pair: an enum becomes text
-- before
create type size as enum ('s', 'm', 'l');
create table u (s size default 's');
-- data
insert into u values ('m');
-- after
create table u (s text default 's');

-- pair: privileges and a comment on an enum
-- after
revoke usage on type mood from public;
grant usage on type mood to pg_monitor;
comment on type mood is 'how';

-- pair: privileges and a comment outlive an enum that is made again
-- before
alter type mood add value 'x';
revoke usage on type mood from public;
grant usage on type mood to pg_monitor;
comment on type mood is 'how';
-- after
revoke usage on type mood from public;
grant usage on type mood to pg_monitor;
comment on type mood is 'how';

-- pair: owner of an enum
-- needs: superuser
-- after
alter type mood owner to pg_monitor;

-- pair: an enum with a name that needs quotes
-- before
create schema "S";
create type "S"."Mood X" as enum ('a', 'b');
create table "S"."T" (m "S"."Mood X" default 'a');
-- data
insert into "S"."T" values ('b');
-- after
create schema "S";
create type "S"."Mood X" as enum ('b', 'a', 'c');
create table "S"."T" (m "S"."Mood X" default 'a');
-- back: no
