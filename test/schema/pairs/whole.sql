-- Many things at once, and what tools of the field get wrong.

-- pair: from nothing to an application and back
-- after
create schema app;
create extension if not exists plpgsql;
create type app.role as enum ('member', 'admin');
create domain app.email as text check (value ~ '@');
create table app.account (
  id bigint generated always as identity primary key,
  email app.email not null unique,
  role app.role not null default 'member',
  created timestamptz not null default now()
);
create table app.post (
  id bigint generated always as identity primary key,
  account_id bigint not null references app.account on delete cascade,
  title text not null check (length(title) between 1 and 200),
  body text,
  words tsvector generated always as (to_tsvector('english', coalesce(title, '') || ' ' || coalesce(body, ''))) stored,
  tags text[] not null default '{}',
  at tstzrange,
  exclude using gist (at with &&)
);
create index on app.post using gin (words);
create index on app.post (account_id, id desc) include (title) where body is not null;
create table app.vote (post_id bigint references app.post, account_id bigint references app.account, value smallint not null default 1, primary key (post_id, account_id));
create function app.is_admin(bigint) returns boolean language sql stable as $$ select role = 'admin' from app.account where id = $1 $$;
create function app.touch() returns trigger language plpgsql as $$ begin new.title := trim(new.title); return new; end $$;
create trigger touch before insert or update of title on app.post for each row execute function app.touch();
create view app.ranking with (security_invoker) as
  select p.id, p.title, coalesce(sum(v.value), 0) as score from app.post p left join app.vote v on v.post_id = p.id group by p.id;
create materialized view app.daily as select created::date as day, count(*) from app.account group by 1;
create unique index on app.daily (day);
alter table app.post enable row level security;
create policy read on app.post for select using (true);
create policy write on app.post using (app.is_admin(account_id));
grant usage on schema app to pg_monitor;
grant select on all tables in schema app to pg_monitor;
grant update (title, body) on app.post to pg_monitor;
alter default privileges in schema app grant select on tables to pg_monitor;
comment on table app.post is 'What people write';
comment on column app.post.words is 'for search';

-- pair: as pg_dump writes it
-- expect actions: 0
-- before
create type mood as enum ('sad', 'ok');
create table account (id serial primary key, email text not null unique, m mood default 'ok', parent int references account on delete set null, check (email <> ''));
create index on account (parent) where parent > 3;
create view v as select id, email from account;
create function f(a int default 1) returns int language plpgsql as $$ begin return a; end $$;
create trigger tr before insert on account for each row execute function suppress_redundant_updates_trigger();
grant select on account to pg_monitor;
-- after
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
CREATE TYPE public.mood AS ENUM (
    'sad',
    'ok'
);
CREATE FUNCTION public.f(a integer DEFAULT 1) RETURNS integer
    LANGUAGE plpgsql
    AS $$ begin return a; end $$;
CREATE TABLE public.account (
    id integer NOT NULL,
    email text NOT NULL,
    m public.mood DEFAULT 'ok'::public.mood,
    parent integer,
    CONSTRAINT account_email_check CHECK ((email <> ''::text))
);
CREATE SEQUENCE public.account_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.account_id_seq OWNED BY public.account.id;
CREATE VIEW public.v AS
 SELECT account.id,
    account.email
   FROM public.account;
ALTER TABLE ONLY public.account ALTER COLUMN id SET DEFAULT nextval('public.account_id_seq'::regclass);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_email_key UNIQUE (email);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);
CREATE INDEX account_parent_idx ON public.account USING btree (parent) WHERE (parent > 3);
CREATE TRIGGER tr BEFORE INSERT ON public.account FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_parent_fkey FOREIGN KEY (parent) REFERENCES public.account(id) ON DELETE SET NULL;
GRANT SELECT ON TABLE public.account TO pg_monitor;

-- pair: an enum gains a label that a default, a check and a function use at once
-- back: no
-- before
create type status as enum ('new', 'done');
create table job (id int primary key, s status not null default 'new');
create view open_job as select id from job where s <> 'done';
-- data
insert into job values (1, 'new'), (2, 'done');
-- after
create type status as enum ('new', 'running', 'done');
create table job (id int primary key, s status not null default 'running', constraint ok check (s in ('new', 'running', 'done')));
create view open_job as select id from job where s in ('new', 'running');
create function running() returns status language sql immutable as $$ select 'running'::status $$;

-- pair: a column grant beside a table grant that goes
-- before
create table t (a int, b int);
grant select, update on t to pg_monitor;
-- after
create table t (a int, b int);
grant select (a), update (b) on t to pg_monitor;

-- pair: security invoker, forced row security, storage and statistics together
-- before
create table t (id int primary key, v text);
create view w as select * from t;
-- data
insert into t values (1, 'x');
-- after
create table t (id int primary key, v text);
alter table t enable row level security, force row level security;
alter table t alter column v set storage external, alter column v set statistics 77;
create view w with (security_invoker = true) as select * from t;
comment on view w is 'w';
grant select (id) on t to pg_monitor;

-- pair: signature and result of a function with every sort of user
-- before
create function tax(amount int) returns int language sql immutable as $$ select amount / 10 $$;
create function tax(amount text) returns text language sql immutable as $$ select amount $$;
create table bill (id int primary key, amount int default tax(100), due int generated always as (tax(amount)) stored, constraint fair check (tax(amount) >= 0));
create index bill_tax on bill (tax(amount));
create view bills as select id, tax(amount) as tax, tax('x') as other from bill;
create function total() returns bigint language sql stable as $$ select sum(tax(amount)) from bill $$;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before update on bill for each row when (tax(new.amount) > 5) execute function trg();
create policy po on bill using (tax(amount) > 0);
-- data
insert into bill values (1, 100), (2, 200);
-- after
create function tax(amount int, rate numeric default 0.1) returns numeric language sql immutable as $$ select amount * rate $$;
create function tax(amount text) returns text language sql immutable as $$ select amount $$;
create table bill (id int primary key, amount int default tax(100, 1), due numeric generated always as (tax(amount)) stored, constraint fair check (tax(amount) >= 0));
create index bill_tax on bill (tax(amount));
create view bills as select id, tax(amount) as tax, tax('x') as other from bill;
create function total() returns bigint language sql stable as $$ select sum(tax(amount)) from bill $$;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before update on bill for each row when (tax(new.amount) > 5) execute function trg();
create policy po on bill using (tax(amount) > 0);

-- pair: the key goes from integer to bigint everywhere at once
-- before
create table account (id serial primary key, parent int references account, name text);
create table post (id serial primary key, account_id int not null references account on delete cascade, twice int generated always as (account_id * 2) stored);
create index on post (account_id);
create view v as select a.id, p.id as post_id from account a join post p on p.account_id = a.id;
create materialized view m as select account_id, count(*) from post group by 1;
create unique index on m (account_id);
create function f(account) returns int language sql stable as $$ select $1.parent $$;
create policy po on post using (account_id > 0);
-- data
insert into account (name) select 'n' || i from generate_series(1, 1000) i;
insert into post (account_id) select i from generate_series(1, 1000) i;
-- after
create table account (id bigserial primary key, parent bigint references account, name text);
create table post (id bigserial primary key, account_id bigint not null references account on delete cascade, twice bigint generated always as (account_id * 2) stored);
create index on post (account_id);
create view v as select a.id, p.id as post_id from account a join post p on p.account_id = a.id;
create materialized view m as select account_id, count(*) from post group by 1;
create unique index on m (account_id);
create function f(account) returns int language sql stable as $$ select $1.parent::int $$;
create policy po on post using (account_id > 0);

-- pair: a column goes into a table of its own
-- before
create table account (id int primary key, street text, city text);
-- data
insert into account values (1, 's', 'c');
-- after
create table account (id int primary key);
create table address (account_id int primary key references account, street text, city text);

-- pair: everything is dropped and made again as something else
-- before
create table a (id int primary key);
create view b as select id from a;
create function c() returns int language sql as $$ select 1 $$;
create type d as enum ('x');
create sequence e;
create domain f as int;
-- after
create view a as select 1 as id;
create table b (id int primary key);
create domain c as int;
create sequence d;
create type e as (x int);
create materialized view f as select 1 as x;

-- pair: a table changes schema without a hint
-- before
create schema one;
create schema two;
create table one.t (id int primary key, v text);
create view one.w as select v from one.t;
-- after
create schema one;
create schema two;
create table two.t (id int primary key, v text);
create view two.w as select v from two.t;

-- pair: tables, functions, views and policies that need each other across schemas
-- after
create schema a;
create schema b;
create table a.user_account (id int primary key);
create function b.may(int) returns boolean language sql stable as $$ select exists (select from a.user_account where id = $1) $$;
create table b.doc (id int primary key, owner int references a.user_account default 1, check (b.may(owner) is not null));
create view a.doc as select * from b.doc where b.may(owner);
create function a.docs() returns setof a.doc language sql stable as $$ select * from a.doc $$;
create view b.all_docs as select * from a.docs();
create policy p on a.user_account using (exists (select from b.doc where owner = user_account.id));
alter table a.user_account add column favourite int references b.doc;

-- pair: a sequence that a function and a default use moves into a table
-- before
create sequence numbers;
create function next_number() returns bigint language sql as $$ select nextval('numbers') $$;
create table t (id bigint default next_number());
-- data
select setval('numbers', 50);
-- after
create sequence numbers;
create function next_number() returns bigint language sql as $$ select nextval('numbers') $$;
create table t (id bigint default nextval('numbers'));
alter sequence numbers owned by t.id;

-- pair: many changes of one table
-- before
create table t (id int, a text, b int default 3, c date, d varchar(10) not null, e numeric);
create index t_a on t (a);
alter table t add constraint t_b check (b > 0);
-- data
insert into t values (1, 'x', 4, '2026-01-01', 'd', 5), (2, 'y', 5, '2026-02-02', 'd2', 6);
-- after
create table t (id bigint generated by default as identity primary key, a varchar not null default '', b bigint, c timestamp, d text, f jsonb default '{}');
create unique index t_a on t (a, b);
alter table t add constraint t_b check (b > 1 and c is not null);
comment on table t is 't';
alter table t set (fillfactor = 80);
grant select on t to pg_monitor;

-- pair: every object's name is a reserved word
-- after
create schema "table";
create type "table"."type" as enum ('select', 'from');
create domain "table"."domain" as int constraint "check" check (value > 0);
create table "table"."table" ("column" int constraint "primary" primary key, "default" "table"."type" default 'from', "check" "table"."domain", constraint "unique" unique ("check"));
create index "index" on "table"."table" ("default") where "column" > 3;
create sequence "table"."sequence";
create view "table"."view" as select "column", "default" from "table"."table";
create function "table"."function"("in" int, "out" int) returns int language sql as $$ select "in" $$;
create function "table"."trigger"() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger "trigger" before insert on "table"."table" for each row execute function "table"."trigger"();
create policy "policy" on "table"."table" using ("column" > 0);
create rule "rule" as on delete to "table"."table" do instead nothing;
create statistics "table"."statistics" on "column", "check" from "table"."table";
create aggregate "table"."aggregate"(int) (sfunc = int4pl, stype = int);
create publication "publication" for table "table"."table" ("column", "check");

-- pair: a non-ASCII schema
-- before
create schema "škola";
create table "škola"."žák" ("jméno" text primary key, "věk" int check ("věk" > 0));
-- data
insert into "škola"."žák" values ('Čeněk', 7);
-- after
create schema "škola";
create table "škola"."žák" ("jméno" text primary key, "věk" bigint not null check ("věk" > 1), "třída" text default 'první „A“');
comment on table "škola"."žák" is '学生 🎓';
create index "žák_index" on "škola"."žák" ("třída");

-- pair: rows are moved without waking triggers and rules
-- expect check: (select count(*) = 0 from log) and (select array_agg(v order by id) = '{a,b}' from m)
-- before
create table log (v text);
create table m (id int primary key, v text, n int generated always as identity);
create function note() returns trigger language plpgsql as $$ begin insert into public.log values (new.v); new.v := 'changed'; return new; end $$;
-- data
insert into m (id, v) values (1, 'a'), (2, 'b');
create trigger tr before insert on m for each row execute function note();
create rule ru as on insert to m do also insert into log values (new.v);
-- after
create table log (v text);
create table m (id int primary key, v text, n int generated always as identity);
create function note() returns trigger language plpgsql as $$ begin insert into public.log values (new.v); new.v := 'changed'; return new; end $$;
drop table m;
create table m (id int primary key, v text, n int not null) partition by hash (id);
create table m_0 partition of m for values with (modulus 1, remainder 0);
create trigger tr before insert on m for each row execute function note();
create rule ru as on insert to m do also insert into log values (new.v);
-- back: no

-- pair: values with defaults, generated columns and nulls move into partitions
-- expect check: (select array_agg(b order by id) = '{20,null}' from m)
-- before
create table m (id int primary key, a int default 7, b int generated always as (a * 2) stored, c text not null default 'c');
-- data
insert into m values (1, 10, default, 'x'), (2, null, default, 'y');
-- after
create table m (id int primary key, a int default 7, b int generated always as (a * 2) stored, c text not null default 'c') partition by range (id);
create table m_all partition of m for values from (minvalue) to (maxvalue);

-- pair: a table that refers to itself becomes partitioned
-- before
create table node (id int primary key, parent int references node);
-- data
insert into node values (1, null), (2, 1);
-- after
create table node (id int primary key, parent int references node) partition by hash (id);
create table node_0 partition of node for values with (modulus 1, remainder 0);

-- pair: a foreign key to a partitioned table that gains a partition
-- before
create table p (id int primary key) partition by range (id);
create table p_1 partition of p for values from (0) to (10);
create table c (p_id int references p on update cascade);
-- data
insert into p values (1);
insert into c values (1);
-- after
create table p (id int primary key) partition by range (id);
create table p_1 partition of p for values from (0) to (10);
create table p_2 partition of p for values from (10) to (20);
create table c (p_id int references p on update cascade);

-- pair: an index that is replica identity and clustered on changes
-- before
create table t (a int not null, b int not null);
create unique index t_a on t (a);
alter table t replica identity using index t_a;
alter table t cluster on t_a;
-- data
insert into t values (1, 2);
-- after
create table t (a bigint not null, b int not null);
create unique index t_a on t (a) include (b);
create unique index t_b on t (b);
alter table t replica identity using index t_b;
alter table t cluster on t_a;

-- pair: a materialized view that is made again keeps its indexes, cluster and statistics
-- before
create table t (a int, b text);
create materialized view m as select a, b from t;
create unique index m_a on m (a);
alter materialized view m cluster on m_a;
alter materialized view m alter column b set statistics 50;
comment on index m_a is 'key';
-- data
insert into t values (1, 'x');
refresh materialized view m;
-- expect check: (select count(*) = 1 from m)
-- after
create table t (a bigint, b text);
create materialized view m as select a, b from t;
create unique index m_a on m (a);
alter materialized view m cluster on m_a;
alter materialized view m alter column b set statistics 50;
comment on index m_a is 'key';

-- pair: arguments' defaults use a type and a sequence that are made again
-- before
create type e as enum ('a', 'b', 'c');
create sequence s;
create function f(x e default 'b', n bigint default nextval('s')) returns e language sql as $$ select x $$;
create view v as select f();
-- after
create type e as enum ('b', 'a');
create sequence s as integer;
create function f(x e default 'b', n bigint default nextval('s')) returns e language sql as $$ select x $$;
create view v as select f();

-- pair: an array of a composite type whose attribute changes its type
-- before
create type bill_line as (n int, price numeric);
create table bill (id int primary key, lines bill_line[] not null default '{}', first bill_line default row(1, 2)::bill_line);
create function sum_of(bill_line[]) returns numeric language sql immutable as $$ select sum((l).price) from unnest($1) l $$;
create view v as select id, sum_of(lines) as total from bill;
create index bill_total on bill (sum_of(lines));
-- data
insert into bill (id, lines) values (1, array[row(1, 2.5)::bill_line, row(2, 3.5)::bill_line]);
-- expect check: (select total = 6 from v)
-- after
create type bill_line as (n bigint, price numeric);
create table bill (id int primary key, lines bill_line[] not null default '{}', first bill_line default row(1, 2)::bill_line);
create function sum_of(bill_line[]) returns numeric language sql immutable as $$ select sum((l).price) from unnest($1) l $$;
create view v as select id, sum_of(lines) as total from bill;
create index bill_total on bill (sum_of(lines));

-- pair: a domain over a domain whose base changes
-- before
create domain a as int check (value > 0);
create domain b as a check (value < 100);
create table t (id b primary key, x a);
create table u (t_id b references t);
create view v as select id, x from t;
-- data
insert into t values (1, 2);
insert into u values (1);
-- after
create domain a as bigint check (value > 0);
create domain b as a check (value < 100);
create table t (id b primary key, x a);
create table u (t_id b references t);
create view v as select id, x from t;

-- pair: a plain type becomes a domain in keys on both sides
-- before
create table t (id int primary key);
create table u (t_id int not null references t, primary key (t_id));
-- data
insert into t values (1);
insert into u values (1);
-- after
create domain key as int check (value > 0);
create table t (id key primary key);
create table u (t_id key not null references t, primary key (t_id));

-- pair: a view in the middle of a chain goes
-- before
create table t (a int);
create view one as select a from t;
create view two as select a from one;
create view three as select a from two;
-- after
create table t (a int);
create view one as select a from t;
create view three as select a from one;

-- pair: a function with a parsed body, a view over it and a new label
-- back: no
-- before
create type e as enum ('a');
create table t (e e);
create function f() returns bigint language sql return (select count(*) from t where e = 'a');
create view v as select f() as n;
-- after
create type e as enum ('a', 'b');
create table t (e e);
create function f() returns bigint language sql return (select count(*) from t where e = 'b');
create view v as select f() as n;

-- pair: a trigger function becomes one of another language with other triggers
-- before
create table t (a int);
create table u (a int);
create function f() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger one before insert on t for each row execute function f();
create trigger two before update on u for each row execute function f('x');
-- after
create table t (a int);
create table u (a int);
create function f() returns trigger language plpgsql as $$ begin return old; end $$;
create function g() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger one after insert on t for each row execute function g();
create trigger two before update on u for each row execute function f('y');

-- pair: columns of many types take new ones
-- before
create table t (id int primary key, a text, b text, c int, d numeric, e date, f json, g varchar(5), h boolean, i interval, j inet, k bytea, l real);
-- data
insert into t values (1, '2026-01-01', '{"a": 1}', 1, 1.5, '2026-01-01', '{"b": 2}', 'abc', true, '1 day', '10.0.0.1', '\x00', 1.5);
insert into t (id) values (2);
-- after
create table t (id int primary key, a date, b jsonb, c text, d real, e timestamptz, f jsonb, g char(10), h text, i text, j text, k text, l double precision);

-- pair: a boolean becomes an integer, an integer a boolean
-- before
create table t (id int primary key, a boolean default true, b int default 0);
-- data
insert into t values (1, true, 1), (2, false, 0), (3, null, null);
-- expect check: (select array_agg(a order by id) = '{1,0,null}' from t)
-- after
create table t (id int primary key, a int default 1, b boolean default false);
