-- What a hint says was renamed or moved: nothing of it is lost.

-- common
create schema old_home;
create schema new_home;

-- pair: a column under view, index, key, check, policy, trigger, statistics and generated column
-- rename: column public.account.email to column public.account.mail
-- expect untouched: public.account, public.letter
-- expect check: (select array_agg(mail order by id) = '{a,b}' from account)
-- expect never: drop
-- back: no
-- before
create table account (id int primary key, email text not null unique check (email <> ''), shout text generated always as (upper(email)) stored);
create index account_lower on account (lower(email)) where email <> 'x';
create view v as select id, email from account where email <> '';
create table letter (mail text references account (email));
create policy p on account using (email <> 'root');
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before update of email on account for each row when (old.email <> new.email) execute function trg();
create statistics s on id, email from account;
create publication pub for table account (id, email) where (id > 3);
comment on column account.email is 'mail';
grant select (email) on account to pg_monitor;
-- data
insert into account values (1, 'a'), (2, 'b');
insert into letter values ('a');
-- after
create table account (id int primary key, mail text not null, shout text generated always as (upper(mail)) stored);
alter table account add constraint account_email_key unique (mail), add constraint account_email_check check (mail <> '');
create index account_lower on account (lower(mail)) where mail <> 'x';
create view v as select id, mail as email from account where mail <> '';
create table letter (mail text references account (mail));
create policy p on account using (mail <> 'root');
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before update of mail on account for each row when (old.mail <> new.mail) execute function trg();
create statistics s on id, mail from account;
create publication pub for table account (id, mail) where (id > 3);
comment on column account.mail is 'mail';
grant select (mail) on account to pg_monitor;

-- pair: a column is renamed and changed
-- rename: column public.t.a to column public.t.b
-- expect check: (select array_agg(b order by id) = '{10,20}' from t)
-- back: no
-- before
create table t (id int primary key, a int default 5);
create view v as select id, a from t;
-- data
insert into t values (1, 10), (2, 20);
-- after
create table t (id int primary key, b bigint not null default 6 check (b > 0));
create view v as select id, b from t;

-- pair: two columns exchange their names
-- rename: column public.t.a to column public.t.b
-- rename: column public.t.b to column public.t.a
-- expect changed: public.t
-- expect check: (select a = 'y' and b = 'x' from t)
-- back: no
-- before
create table t (id int primary key, a text, b text);
create index t_a on t (a);
-- data
insert into t values (1, 'x', 'y');
-- after
create table t (id int primary key, a text, b text);
create index t_a on t (b);

-- pair: a column is renamed and another takes its name
-- rename: column public.t.a to column public.t.old_a
-- expect changed: public.t
-- expect check: (select old_a = 'x' and a is null from t)
-- back: no
-- before
create table t (id int primary key, a text);
-- data
insert into t values (1, 'x');
-- after
create table t (id int primary key, a text, old_a text);

-- pair: a table with index, keys, view, trigger, policy and sequence
-- rename: table public.account to table public.person
-- expect untouched: public.account, public.letter
-- expect never: (drop|create) table
-- back: no
-- before
create table account (id serial primary key, email text unique, parent int references account);
create index account_parent on account (parent);
create table letter (account_id int references account on delete cascade);
create view v as select a.id, a.email from account a;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert on account for each row execute function trg();
create policy p on account using (true);
create rule r as on delete to account do also notify gone;
create function f(account) returns text language sql as $$ select $1.email $$;
create function atomic() returns bigint language sql begin atomic select count(*) from account; end;
grant select on account to pg_monitor;
comment on table account is 'people';
-- data
insert into account (email) values ('a'), ('b');
insert into letter values (1);
-- after
create table person (id int not null, email text, parent int);
create sequence account_id_seq as int owned by person.id;
alter table person alter column id set default nextval('account_id_seq');
alter table person add constraint account_pkey primary key (id), add constraint account_email_key unique (email);
alter table person add constraint account_parent_fkey foreign key (parent) references person;
create index account_parent on person (parent);
create table letter (account_id int references person on delete cascade);
create view v as select a.id, a.email from person a;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert on person for each row execute function trg();
create policy p on person using (true);
create rule r as on delete to person do also notify gone;
create function f(person) returns text language sql as $$ select $1.email $$;
create function atomic() returns bigint language sql begin atomic select count(*) from person; end;
grant select on person to pg_monitor;
comment on table person is 'people';

-- pair: a table and all names made from its own
-- rename: table public.account to table public.person
-- rename: sequence public.account_id_seq to sequence public.person_id_seq
-- expect untouched: public.account
-- expect check: nextval('person_id_seq') = 3
-- back: no
-- before
create table account (id serial primary key, email text unique check (email <> ''), parent int references account);
create index on account (parent);
-- data
insert into account (email) values ('a'), ('b');
-- after
create table person (id serial primary key, email text unique check (email <> ''), parent int references person);
create index on person (parent);

-- pair: an identity table and all names made from its own
-- rename: table public.account to table public.person
-- expect untouched: public.account
-- expect check: nextval('person_id_seq') = 3
-- back: no
-- before
create table account (id int generated always as identity primary key, email text);
-- data
insert into account (email) values ('a'), ('b');
-- after
create table person (id int generated always as identity primary key, email text);

-- pair: two tables exchange their names
-- rename: table public.a to table public.b
-- rename: table public.b to table public.a
-- expect check: (select x = 2 from a) and (select x = 1 from b)
-- expect changed: public.a, public.b
-- back: no
-- before
create table a (x int);
create table b (x int);
-- data
insert into a values (1);
insert into b values (2);
-- after
create table a (x int);
create table b (x int);

-- pair: a table moves to another schema
-- rename: table public.account to table new_home.account
-- expect untouched: public.account
-- back: no
-- before
create table account (id serial primary key, email text);
create table letter (account_id int references account);
create view v as select id from account;
grant select on account to pg_monitor;
-- data
insert into account (email) values ('a');
insert into letter values (1);
-- after
create table new_home.account (id serial primary key, email text);
create table letter (account_id int references new_home.account);
create view v as select id from new_home.account;
grant select on new_home.account to pg_monitor;

-- pair: a table moves and is renamed, with a column
-- rename: table old_home.t to table new_home.u
-- rename: column old_home.t.a to column new_home.u.b
-- expect untouched: old_home.t
-- expect check: (select b = 7 from new_home.u)
-- back: no
-- before
create table old_home.t (id int primary key, a int);
-- data
insert into old_home.t values (1, 7);
-- after
create table new_home.u (id int primary key, b int);

-- pair: a schema
-- rename: schema old_home to schema fresh_home
-- expect untouched: old_home.t
-- back: no
-- before
create type old_home.e as enum ('a');
create table old_home.t (id serial primary key, e old_home.e default 'a');
create function old_home.f(old_home.e) returns setof old_home.t language sql as $$ select * from old_home.t $$;
create view public.v as select * from old_home.f('a');
-- data
insert into old_home.t default values;
-- after
drop schema old_home;
create schema fresh_home;
create type fresh_home.e as enum ('a');
create table fresh_home.t (id serial primary key, e fresh_home.e default 'a');
create function fresh_home.f(fresh_home.e) returns setof fresh_home.t language sql as $$ select * from fresh_home.t $$;
create view public.v as select * from fresh_home.f('a');

-- pair: a view
-- rename: view public.v to view public.w
-- expect never: drop view
-- back: no
-- before
create table t (a int);
create view v as select a from t;
create view above as select a from v;
grant select on v to pg_monitor;
-- after
create table t (a int);
create view w as select a from t;
create view above as select a from w;
grant select on w to pg_monitor;

-- pair: a materialized view
-- rename: materialized view public.m to materialized view public.n
-- expect never: drop
-- back: no
-- before
create materialized view m as select 1 as a;
create unique index m_a on m (a);
-- after
create materialized view n as select 1 as a;
create unique index m_a on n (a);

-- pair: an enum
-- rename: enum public.mood to enum public.feeling
-- expect untouched: public.t
-- back: no
-- before
create type mood as enum ('sad', 'ok');
create table t (m mood default 'ok', ms mood[]);
create function f(mood) returns mood language sql as $$ select $1 $$;
-- data
insert into t values ('sad', '{ok}');
-- after
create type feeling as enum ('sad', 'ok');
create table t (m feeling default 'ok', ms feeling[]);
create function f(feeling) returns feeling language sql as $$ select $1 $$;

-- pair: a domain and a composite type
-- rename: domain public.d to domain public.d2
-- rename: composite type public.c to composite type public.c2
-- expect untouched: public.t
-- back: no
-- before
create domain d as int check (value > 0);
create type c as (x d, y text);
create table t (d d, c c);
-- data
insert into t values (1, row(2, 'x'));
-- after
create domain d2 as int constraint d_check check (value > 0);
create type c2 as (x d2, y text);
create table t (d d2, c c2);

-- pair: an attribute of a composite type
-- rename: attribute public.c.x to attribute public.c.z
-- back: no
-- before
create type c as (x int, y text);
create table t (c c);
-- data
insert into t values (row(2, 'x'));
-- expect check: (select (c).z = 2 from t)
-- after
create type c as (z int, y text);
create table t (c c);

-- pair: a sequence
-- rename: sequence public.s to sequence public.numbers
-- expect check: nextval('numbers') = 43
-- back: no
-- before
create sequence s;
create table t (id int default nextval('s'));
-- data
select setval('s', 42);
-- after
create sequence numbers;
create table t (id int default nextval('numbers'));

-- pair: a constraint
-- rename: constraint public.t.a_positive to constraint public.t.positive
-- expect never: drop constraint
-- back: no
-- before
create table t (a int constraint a_positive check (a > 0));
-- after
create table t (a int constraint positive check (a > 0));

-- pair: a function
-- rename: function public.f(integer) to function public.g(integer)
-- expect never: drop
-- back: no
-- before
create function f(int) returns int language sql immutable as $$ select 1 $$;
create table t (a int default f(1), check (f(a) = 1));
create view v as select f(a) from t;
create index t_f on t (f(a));
-- after
create function g(int) returns int language sql immutable as $$ select 1 $$;
create table t (a int default g(1), check (g(a) = 1));
create view v as select g(a) as f from t;
create index t_f on t (g(a));

-- pair: a partitioned table and a partition
-- rename: table public.m to table public.n
-- rename: table public.m_1 to table public.n_1
-- expect untouched: public.m_1
-- back: no
-- before
create table m (id int primary key, v text) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (maxvalue);
create index m_v on m (v);
-- data
insert into m values (1, 'a');
-- after
create table n (id int primary key, v text) partition by range (id);
create table n_1 partition of n for values from (minvalue) to (maxvalue);
create index n_v on n (v);

-- pair: a column of a partitioned table
-- rename: column public.m.v to column public.m.w
-- expect check: (select w = 'a' from m_1)
-- back: no
-- before
create table m (id int primary key, v text) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (maxvalue);
-- data
insert into m values (1, 'a');
-- after
create table m (id int primary key, w text) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (maxvalue);

-- pair: a column of a parent table
-- rename: column public.p.v to column public.p.w
-- expect check: (select w = 'a' from c)
-- back: no
-- before
create table p (id int, v text);
create table c (x int) inherits (p);
-- data
insert into c values (1, 'a', 2);
-- after
create table p (id int, w text);
create table c (x int) inherits (p);

-- pair: trigger, policy, rule and index
-- rename: trigger public.t.a to trigger public.t.b
-- rename: policy public.t.a to policy public.t.b
-- rename: rule public.t.a to rule public.t.b
-- expect never: drop
-- back: no
-- before
create table t (x int);
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger a before insert on t for each row execute function trg();
create policy a on t using (x > 3);
create rule a as on delete to t do also notify x;
-- after
create table t (x int);
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger b before insert on t for each row execute function trg();
create policy b on t using (x > 3);
create rule b as on delete to t do also notify x;

-- pair: names that need quotes
-- rename: table public."Old Table" to table public."New ""Table"""
-- rename: column public."Old Table"."A b" to column public."New ""Table"""."C d"
-- expect untouched: public."Old Table"
-- back: no
-- before
create table "Old Table" ("A b" text, "select" int);
create view v as select "A b" from "Old Table";
-- data
insert into "Old Table" values ('x', 1);
-- after
create table "New ""Table""" ("C d" text, "select" int);
create view v as select "C d" as "A b" from "New ""Table""";

-- pair: a range
-- rename: range public.r to range public.s
-- back: no
-- before
create type r as range (subtype = float8);
create table t (v r);
-- data
insert into t values ('[1,2]');
-- after
create type s as range (subtype = float8);
create table t (v s);
-- expect check: (select s(1, 2) is not null)

-- pair: a table is renamed and another takes its name
-- rename: table public.account to table public.old_account
-- expect check: (select count(*) = 2 from old_account) and (select count(*) = 0 from account)
-- expect changed: public.account
-- expect lost: public.account
-- back: no
-- before
create table account (id int primary key, email text);
create table letter (account_id int references account);
create view v as select id from account;
-- data
insert into account values (1, 'a'), (2, 'b');
insert into letter values (1);
-- after
create table old_account (id int constraint account_pkey primary key, email text);
create table account (id bigint, full_name text);
create table letter (account_id int references old_account);
create view v as select id from old_account;

-- pair: three tables pass their names on
-- rename: table public.a to table public.b
-- rename: table public.b to table public.c
-- rename: table public.c to table public.a
-- expect check: (select x = 1 from b) and (select x = 2 from c) and (select x = 3 from a)
-- expect changed: public.a, public.b, public.c
-- back: no
-- before
create table a (x int);
create table b (x int);
create table c (x int);
create view v as select a.x from a, b;
-- data
insert into a values (1);
insert into b values (2);
insert into c values (3);
-- after
create table a (x int);
create table b (x int);
create table c (x int);
create view v as select b.x from b, c;

-- pair: a column is renamed, its type changes under a view, a generated column and a key
-- rename: column public.t.a to column public.t.b
-- expect check: (select array_agg(b order by id) = '{10,20}' and sum(twice) = 60 from t)
-- back: no
-- before
create table t (id int primary key, a int unique, twice bigint generated always as (a * 2) stored);
create table u (a int references t (a));
create view v as select id, a, twice from t where a > 0;
-- data
insert into t values (1, 10), (2, 20);
insert into u values (20);
-- after
create table t (id int primary key, b bigint constraint t_a_key unique, twice bigint generated always as (b * 2) stored);
create table u (a bigint references t (b));
create view v as select id, b, twice from t where b > 0;

-- pair: a renamed table gains and loses columns
-- rename: table public.t to table public.u
-- expect check: (select kept = 7 from u)
-- back: no
-- before
create table t (id int primary key, kept int, gone text);
create index t_kept on t (kept);
-- data
insert into t values (1, 7, 'x');
-- after
create table u (id int primary key, kept int not null check (kept > 0), fresh text default 'y');
create index u_kept on u (kept);

-- pair: a type and the tables that use it
-- rename: enum public.mood to enum new_home.feeling
-- rename: table public.t to table new_home.u
-- expect untouched: public.t
-- back: no
-- before
create type mood as enum ('sad', 'ok');
create table t (id int primary key, m mood default 'ok' check (m <> 'sad'));
create view v as select m from t;
create function f(mood default 'ok') returns mood language sql immutable as $$ select $1 $$;
-- data
insert into t values (1, 'ok');
-- after
create type new_home.feeling as enum ('sad', 'ok');
create table new_home.u (id int primary key, m new_home.feeling default 'ok' check (m <> 'sad'));
create view v as select m from new_home.u;
create function f(new_home.feeling default 'ok') returns new_home.feeling language sql immutable as $$ select $1 $$;

-- pair: a renamed enum gains a label
-- rename: enum public.mood to enum public.feeling
-- expect untouched: public.t
-- back: no
-- before
create type mood as enum ('sad', 'ok');
create table t (m mood default 'ok');
-- data
insert into t values ('sad');
-- after
create type feeling as enum ('sad', 'meh', 'ok', 'great');
create table t (m feeling default 'meh');

-- pair: a renamed schema, and a new one of its name
-- rename: schema old_home to schema archive
-- expect check: (select count(*) = 1 from archive.t) and (select count(*) = 0 from old_home.t)
-- expect lost: old_home.t
-- expect changed: old_home.t
-- back: no
-- before
create table old_home.t (id serial primary key);
-- data
insert into old_home.t default values;
-- after
alter schema old_home rename to archive;
create table archive.t (id serial primary key);
create schema old_home;
create table old_home.t (id int);
