-- Columns: each property, under dependents, on rows. `common` is the same in both databases.

-- common
create table account (
  id bigint generated always as identity primary key,
  email text not null unique,
  name varchar(50),
  age integer,
  balance numeric(10, 2) not null default 0,
  created timestamptz not null default now()
);
create table purchase (
  id bigint primary key,
  account_id bigint not null references account,
  amount integer not null check (amount > 0)
);
create view account_view as select id, email, age, balance from account;
-- common data
insert into account (email, name, age, balance) values ('ann@x', 'Ann', 30, 1.5), ('bob@x', null, null, 2), ('čeněk@x', 'Čeněk', 41, 3.25);
insert into purchase values (1, 1, 10), (2, 1, 20), (3, 3, 30);

-- pair: a column comes and goes
-- expect untouched: public.account
-- after
alter table account add column phone text;

-- pair: a column with a constant default
-- expect untouched: public.account
-- expect check: (select count(*) = 3 from account where active)
-- after
alter table account add column active boolean not null default true;

-- pair: a column with a volatile default
-- expect check: (select count(distinct token) = 3 from account)
-- after
alter table account add column token uuid not null default gen_random_uuid();

-- pair: a column in the middle
-- before
create table middle (a int, c int);
insert into middle values (1, 3);
-- after
create table middle (a int, b text default 'x', c int);

-- pair: several columns at once
-- after
alter table account add column a int, add column b text not null default '', add column c date[] default '{}', add column d jsonb;

-- pair: a not null column with a backfill
-- backfill: column public.account.handle: split_part(email, '@', 1)
-- expect check: (select array_agg(handle order by id) = '{ann,bob,čeněk}' from account)
-- after
alter table account add column handle text;
update account set handle = '';
alter table account alter column handle set not null;

-- pair: a column under a view goes with the view
-- before
create view age_view as select age from account;
-- back: no
-- after
drop view account_view;
alter table account drop column age;
create view account_view as select id, email, balance from account;

-- pair: a column named by a reserved word
-- after
alter table account add column "select" text, add column "Order" int, add column "žluťoučký kůň" text default 'ů', add column "a""b" int;

-- pair: int becomes bigint under a view
-- expect check: (select array_agg(age order by id) = '{30,null,41}' from account_view)
-- after
drop view account_view;
alter table account alter column age type bigint;
create view account_view as select id, email, age, balance from account;

-- pair: the key's type under foreign key, view and identity
-- before
create table base_a (id int generated always as identity primary key, v int);
create table child (a_id int references base_a(id), note text);
create view base_view as select id, v from base_a;
-- data
insert into base_a (v) values (1), (2);
insert into child values (1, 'x'), (2, 'y');
-- after
create table base_a (id bigint generated always as identity primary key, v int);
create table child (a_id bigint references base_a(id), note text);
create view base_view as select id, v from base_a;

-- pair: varchar is widened without a rewrite
-- expect untouched: public.account
-- back: no
-- after
alter table account alter column name type varchar(100);

-- pair: varchar becomes text
-- expect untouched: public.account
-- after
alter table account alter column name type text;

-- pair: varchar is narrowed
-- after
alter table account alter column name type varchar(10);

-- pair: numeric changes precision
-- after
drop view account_view;
alter table account alter column balance type numeric(12, 4);
create view account_view as select id, email, age, balance from account;

-- pair: text becomes integer by a cast
-- before
create table t (id int primary key, n text);
-- data
insert into t values (1, '10'), (2, '20');
-- expect check: (select sum(n) = 30 from t)
-- after
create table t (id int primary key, n integer);

-- pair: text becomes integer as said
-- using: column public.t.n: length(n)
-- expect check: (select sum(n) = 5 from t)
-- back using: column public.t.n: repeat('x', n)
-- before
create table t (id int primary key, n text);
-- data
insert into t values (1, 'ab'), (2, 'abc');
-- after
create table t (id int primary key, n integer);

-- pair: a type with a default that must change as well
-- before
create table t (id int primary key, n text not null default '5');
-- data
insert into t values (1), (2);
-- after
create table t (id int primary key, n integer not null default 5);

-- pair: a scalar becomes an array
-- using: column public.t.n: array[n]
-- back using: column public.t.n: n[1]
-- before
create table t (id int primary key, n integer default 3);
-- data
insert into t values (1, 2), (2, null);
-- after
create table t (id int primary key, n integer[] default '{3}');

-- pair: text becomes an enum with a default
-- before
create type color as enum ('red', 'green');
create table t (id int primary key, c text not null default 'red');
-- data
insert into t values (1, default), (2, 'green');
-- after
create type color as enum ('red', 'green');
create table t (id int primary key, c color not null default 'red');

-- pair: text becomes an enum that is new
-- before
create table t (id int primary key, c text default 'red', check (c <> ''));
create index t_c on t (c);
-- data
insert into t values (1, default), (2, 'green');
-- after
create type color as enum ('red', 'green');
create table t (id int primary key, c color default 'red');
create index t_c on t (c);

-- pair: one enum becomes another
-- before
create type color as enum ('red', 'green');
create type colour as enum ('red', 'green', 'blue');
create table t (id int primary key, c color default 'red');
-- data
insert into t values (1, default), (2, 'green');
-- after
create type color as enum ('red', 'green');
create type colour as enum ('red', 'green', 'blue');
create table t (id int primary key, c colour default 'red');

-- pair: timestamp becomes timestamptz
-- before
create table t (id int primary key, at timestamp default now());
create index t_at on t (at);
-- data
insert into t values (1, '2026-01-01');
-- after
create table t (id int primary key, at timestamptz default now());
create index t_at on t (at);

-- pair: a type under a materialized view with an index
-- before
create materialized view sums as select account_id, sum(amount) as s from purchase group by account_id;
create unique index sums_id on sums (account_id);
-- after
alter table purchase alter column amount type bigint;
create materialized view sums as select account_id, sum(amount) as s from purchase group by account_id;
create unique index sums_id on sums (account_id);

-- pair: a type under a chain of views with grants and comments
-- before
create view v2 as select age from account_view;
create view v3 as select v2.age + 1 as next from v2;
grant select on v3 to pg_monitor;
comment on view v2 is 'second';
comment on column v3.next is 'next year';
-- after
drop view account_view;
alter table account alter column age type smallint;
create view account_view as select id, email, age, balance from account;
create view v2 as select age from account_view;
create view v3 as select v2.age + 1 as next from v2;
grant select on v3 to pg_monitor;
comment on view v2 is 'second';
comment on column v3.next is 'next year';

-- pair: a type under a generated column
-- before
create table t (id int primary key, a int, b int generated always as (a * 2) stored);
-- data
insert into t values (1, 4);
-- after
create table t (id int primary key, a bigint, b bigint generated always as (a * 2) stored);
-- expect check: (select b = 8 from t)

-- pair: a type under a generated column that stays
-- before
create table t (id int primary key, a int, b text generated always as (a::text) stored);
create index t_b on t (b);
-- data
insert into t values (1, 4);
-- after
create table t (id int primary key, a bigint, b text generated always as (a::text) stored);
create index t_b on t (b);

-- pair: a type under a policy
-- before
alter table account enable row level security;
create policy own on account using (age > 18);
-- after
drop view account_view;
alter table account alter column age type bigint;
create view account_view as select id, email, age, balance from account;
alter table account enable row level security;
create policy own on account using (age > 18);

-- pair: a type under a trigger of that column
-- before
create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger touch before update of age on account for each row when (old.age is distinct from new.age) execute function touch();
-- after
drop view account_view;
alter table account alter column age type bigint;
create view account_view as select id, email, age, balance from account;
create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger touch before update of age on account for each row when (old.age is distinct from new.age) execute function touch();

-- pair: a type under a rule
-- before
create table log (a int);
create rule note as on update to account do also insert into log values (new.age);
-- after
create table log (a int);
drop view account_view;
alter table account alter column age type bigint;
create view account_view as select id, email, age, balance from account;
create rule note as on update to account do also insert into log values (new.age);

-- pair: a type under a function with a parsed body
-- before
create function oldest() returns int language sql begin atomic select max(age) from account; end;
-- back: no
-- after
drop view account_view;
alter table account alter column age type smallint;
create view account_view as select id, email, age, balance from account;
create function oldest() returns int language sql begin atomic select max(age) from account; end;

-- pair: a type under check, partial index and expression index
-- before
create table t (id int primary key, a int constraint positive check (a > 0), b int);
create index t_partial on t (b) where a > 10;
create index t_expression on t ((a + 1));
create unique index t_unique on t (a);
-- data
insert into t values (1, 5, 6), (2, 15, 16);
-- after
create table t (id int primary key, a bigint constraint positive check (a > 0), b int);
create index t_partial on t (b) where a > 10;
create index t_expression on t ((a + 1));
create unique index t_unique on t (a);

-- pair: a type under extended statistics
-- before
create table t (a int, b int);
create statistics t_stat on a, b from t;
-- after
create table t (a bigint, b int);
create statistics t_stat on a, b from t;

-- pair: a type under a publication's filter
-- before
create table t (id int primary key, a int);
create publication pub for table t where (a > 3);
-- after
create table t (id int primary key, a bigint);
create publication pub for table t where (a > 3);

-- pair: not null comes and goes
-- data
update account set age = 1 where age is null;
-- expect untouched: public.account
-- after
alter table account alter column age set not null;

-- pair: not null with a default and a backfill
-- back: no
-- backfill: column public.account.name: 'nobody'
-- expect changed: public.account.name
-- expect check: (select count(*) = 1 from account where name = 'nobody')
-- after
update account set name = '' where name is null;
alter table account alter column name set not null;

-- pair: a default comes and goes
-- after
alter table account alter column age set default 18;

-- pair: a default changes
-- after
alter table account alter column balance set default 100;

-- pair: a default changes between expressions
-- before
alter table account alter column created set default clock_timestamp();
-- after
alter table account alter column created set default (now() - interval '1 day');

-- pair: a default calls a function that is new
-- after
create function next_age() returns int language sql as 'select 1';
alter table account alter column age set default next_age();

-- pair: a default calls a function whose signature changes
-- before
create function next_age(i int) returns int language sql as 'select i';
alter table account alter column age set default next_age(1);
-- after
create function next_age(i int, j int) returns int language sql as 'select i + j';
alter table account alter column age set default next_age(1, 2);

-- pair: a default calls a function whose result changes
-- before
create function next_age() returns int language sql as 'select 1';
alter table account alter column age set default next_age();
-- after
create function next_age() returns bigint language sql as 'select 1::bigint';
alter table account alter column age set default next_age();

-- pair: a default uses a sequence that is new
-- after
create sequence ages;
alter table account alter column age set default nextval('ages');

-- pair: storage
-- expect untouched: public.account
-- after
alter table account alter column email set storage external;

-- pair: compression
-- expect untouched: public.account
-- after
alter table account alter column email set compression pglz;

-- pair: statistics target
-- expect untouched: public.account
-- after
alter table account alter column email set statistics 500;

-- pair: statistics target changes
-- before
alter table account alter column email set statistics 100;
-- after
alter table account alter column email set statistics 0;

-- pair: options of a column
-- after
alter table account alter column email set (n_distinct = -0.5, n_distinct_inherited = 5);

-- pair: options of a column change
-- before
alter table account alter column email set (n_distinct = -0.5, n_distinct_inherited = 5);
-- after
alter table account alter column email set (n_distinct = 7);

-- pair: everything of a new column
-- after
alter table account add column extra text collate "C" not null default 'x';
alter table account alter column extra set storage external, alter column extra set statistics 20, alter column extra set (n_distinct = 3);
comment on column account.extra is 'extra';
grant select (extra) on account to pg_monitor;

-- pair: collation
-- back: no
-- after
alter table account alter column name type varchar(50) collate "C";

-- pair: collation comes and goes under an index
-- before
create table t (a text, b text);
create index t_a on t (a);
-- data
insert into t values ('b', 'x'), ('A', 'y');
-- after
create table t (a text collate "C", b text);
create index t_a on t (a);

-- pair: an identity column comes and goes
-- after
alter table account add column n int generated by default as identity;

-- pair: identity changes from always to by default
-- after
alter table account alter column id set generated by default;

-- pair: identity options
-- after
alter table account alter column id set increment by 5 set cache 10 set maxvalue 1000000;

-- pair: a plain column becomes identity and goes on
-- before
create table t (id int primary key, v text);
-- data
insert into t values (1, 'a'), (7, 'b');
-- back: no
-- after
create table t (id int generated by default as identity primary key, v text);
-- expect check: nextval('t_id_seq') > 7

-- pair: a nullable column becomes identity
-- before
create table t (id int, v text);
-- data
insert into t values (1, 'a'), (2, 'b');
-- after
create table t (id int generated always as identity, v text);

-- pair: serial becomes identity and goes on
-- before
create table t (id serial primary key, v text);
-- data
insert into t (v) values ('a'), ('b'), ('c');
-- back: no
-- after
create table t (id int generated always as identity primary key, v text);
-- expect check: nextval('t_id_seq') = 4

-- pair: identity becomes serial and goes on
-- before
create table t (id int generated always as identity primary key, v text);
-- data
insert into t (v) values ('a'), ('b'), ('c');
-- after
create table t (id serial primary key, v text);
-- expect check: nextval('t_id_seq') = 4

-- pair: bigserial becomes bigint identity under foreign keys
-- before
create table t (id bigserial primary key, v text);
create table u (t_id bigint references t);
-- data
insert into t (v) values ('a'), ('b'), ('c');
insert into u values (3);
-- after
create table t (id bigint generated by default as identity primary key, v text);
create table u (t_id bigint references t);
-- expect check: nextval('t_id_seq') = 4

-- pair: serial becomes bigserial
-- before
create table t (id serial primary key, v text);
-- data
insert into t (v) values ('a'), ('b'), ('c');
-- after
create table t (id bigserial primary key, v text);

-- pair: serial loses its sequence
-- before
create table t (id serial primary key, v text);
-- data
insert into t (v) values ('a'), ('b'), ('c');
-- expect lost: public.t_id_seq
-- back: no
-- after
create table t (id int primary key, v text);

-- pair: an identity column of another type
-- before
create table t (id int generated always as identity primary key, v text);
-- data
insert into t (v) values ('a'), ('b'), ('c');
-- after
create table t (id bigint generated always as identity primary key, v text);

-- pair: a generated column comes and goes
-- expect check: (select array_agg(shout order by id) = '{ANN,null,ČENĚK}' or min(shout) = 'ANN' from account)
-- after
alter table account add column shout text generated always as (upper(name)) stored;

-- pair: a generated column's expression changes
-- before
create table t (id int primary key, a int, b int generated always as (a * 2) stored);
-- data
insert into t values (1, 4);
-- expect check: (select b = 12 from t)
-- expect changed: public.t.b
-- back changed: public.t.b
-- after
create table t (id int primary key, a int, b int generated always as (a * 3) stored);

-- pair: a generated column's expression changes under view, index and check
-- before
create table t (id int primary key, a int, b int generated always as (a * 2) stored check (b > 0));
create index t_b on t (b);
create view t_view as select b from t;
comment on column t.b is 'twice';
-- data
insert into t values (1, 4);
-- expect changed: public.t.b
-- back changed: public.t.b
-- after
create table t (id int primary key, a int, b int generated always as (a * 3) stored check (b > 0));
create index t_b on t (b);
create view t_view as select b from t;
comment on column t.b is 'thrice';

-- pair: a generated column becomes plain
-- before
create table t (id int primary key, a int, b int generated always as (a * 2) stored);
-- data
insert into t values (1, 4);
-- after
create table t (id int primary key, a int, b int);
-- expect check: (select b = 8 from t)

-- pair: a plain column with a default becomes generated
-- before
create table t (id int primary key, a int, b int default 7);
-- data
insert into t values (1, 4, 5);
-- expect changed: public.t.b
-- expect check: (select b = 8 from t)
-- after
create table t (id int primary key, a int, b int generated always as (a * 2) stored);

-- pair: a generated column uses a function that changes
-- before
create function twice(i int) returns int language sql immutable as 'select i * 2';
create table t (id int primary key, a int, b int generated always as (twice(a)) stored);
-- data
insert into t values (1, 4);
-- after
create function twice(i int) returns int language sql immutable parallel safe as 'select i + i';
create table t (id int primary key, a int, b int generated always as (twice(a)) stored);

-- pair: a virtual generated column
-- since: 18
-- after
alter table account add column young boolean generated always as (age < 18) virtual;

-- pair: a virtual generated column becomes stored
-- since: 18
-- before
create table t (id int primary key, a int, b int generated always as (a * 2) virtual);
-- data
insert into t values (1, 4);
-- after
create table t (id int primary key, a int, b int generated always as (a * 2) stored);

-- pair: a virtual generated column's expression changes
-- since: 18
-- before
create table t (id int primary key, a int, b int generated always as (a * 2) virtual);
-- data
insert into t values (1, 4);
-- expect changed: public.t.b
-- back changed: public.t.b
-- after
create table t (id int primary key, a int, b int generated always as (a * 3) virtual);

-- pair: comments of columns
-- after
comment on column account.email is 'where it''s read — „vždy“';

-- pair: a comment of a column changes
-- before
comment on column account.email is 'one';
-- after
comment on column account.email is 'two';

-- pair: type, not null, default, storage and comment in one go
-- before
create table t (id int primary key, a varchar(10), b int);
-- data
insert into t values (1, 'x', 1), (2, 'y', 2);
-- after
create table t (id int primary key, a text not null default 'none', b bigint not null default 0);
alter table t alter column a set storage external;
comment on column t.a is 'a';

-- pair: every column is another one
-- before
create table t (a int, b int, c int);
insert into t values (1, 2, 3);
-- after
create table t (d text, e text, f text);

-- pair: the last column goes
-- before
create table t (a int);
-- after
create table t ();

-- pair: a column of a type of another schema
-- after
create schema kinds;
create type kinds.size as enum ('s', 'm', 'l');
alter table account add column size kinds.size not null default 'm';

-- pair: a column moves from one type to that of the same name in another schema
-- before
create schema one;
create schema two;
create type one.size as enum ('s', 'm');
create type two.size as enum ('s', 'm');
create table t (a one.size default 's');
-- data
insert into t values ('m');
-- after
create schema one;
create schema two;
create type one.size as enum ('s', 'm');
create type two.size as enum ('s', 'm');
create table t (a two.size default 's');
