-- Odd ways: what people write seldom, and tools forget.

-- pair: a column that a view, a policy and a key use is dropped and comes again as another
-- expect changed: public.t
-- back changed: public.t
-- before
create table t (id int primary key, code int unique);
create view v as select code from t;
-- data
insert into t values (1, 5);
-- after
create table t (id int primary key, code text unique);
create view v as select code from t;

-- pair: a view with a column list, with check option, over a view with one
-- before
create table t (id int, a int);
create view v (x, y) as select id, a from t where a > 0 with local check option;
create view w (z) as select x from v where y < 9 with cascaded check option;
-- after
create table t (id int, a int);
create view v (x, q) as select id, a from t where a > 0 with cascaded check option;
create view w (z, zz) as select x, q from v where q < 9;

-- pair: a column with a default that is null, an empty string, an array, a row, a json and a negative number
-- before
create type pt as (x int, y int);
create table t (a int default null, b text default '', c int[] default '{}', d pt default row(1, 2)::pt, e jsonb default '{"a": [1]}', f int default -1);
-- after
create type pt as (x int, y int);
create table t (a int default 0, b text default E'a\nb', c int[] default array[1, 2], d pt default '(3,)'::pt, e jsonb default '[]', f int default (-2 - 3));

-- pair: identifiers with capitals, spaces and other letters in every kind
-- before
create schema "My Schema";
create type "My Schema"."Mood" as enum ('So So', 'fine''s');
create table "My Schema"."My Table" ("Id" int generated always as identity constraint "The Key" primary key, "M" "My Schema"."Mood" default 'So So');
create function "My Schema"."Do It"("A b" int) returns int language sql as 'select 1';
create trigger "A Trigger" before insert on "My Schema"."My Table" for each row execute function suppress_redundant_updates_trigger();
-- after
create schema "My Schema";
create type "My Schema"."Mood" as enum ('So So', 'větší', 'fine''s');
create table "My Schema"."My Table" ("Id" bigint generated always as identity constraint "The Key" primary key, "M" "My Schema"."Mood" default 'větší', constraint "Not so" check ("M" <> 'fine''s'));
create function "My Schema"."Do It"("A b" int, "C" text default 'ů') returns int language sql as 'select 2';
create trigger "A Trigger" before update on "My Schema"."My Table" for each row execute function suppress_redundant_updates_trigger();
-- back: no

-- pair: a view over system catalogs and information_schema
-- before
create view v as select relname from pg_class where relkind = 'r';
-- after
create view v as select c.relname, n.nspname, t.table_type from pg_class c join pg_namespace n on n.oid = c.relnamespace left join information_schema.tables t on t.table_name = c.relname;

-- pair: views with lateral, windows, grouping sets, with and values
-- before
create table t (id int, g text, n int);
create view v as with x as (select g, sum(n) as s from t group by g) select * from x;
-- after
create table t (id int, g text, n int);
create view v as with x as materialized (select g, sum(n) as s from t group by grouping sets ((g), ())) select x.*, l.r from x, lateral (select rank() over (order by x.s) as r) l union all select * from (values ('a', 1::bigint, 2::bigint)) as q(a, b, c) order by 1 limit 5;

-- pair: a function with every quoting that there is
-- before
create function f() returns text language sql as $a$ select $b$x$b$ $a$;
create function g() returns text language plpgsql as 'begin return ''it''''s''; end';
-- after
create function f() returns text language sql as $a$ select $b$y $c$ z$b$ || E'\\n' || '\x' $a$;
create function g() returns text language plpgsql as $q$ begin return 'it''s' || $$x$$; end $q$;

-- pair: an index on a whole row, on a system function, on an expression with a cast and a collation
-- before
create table t (a text, b text, c timestamp);
create index one on t (coalesce(a, b));
-- after
create table t (a text, b text, c timestamp);
create index one on t ((coalesce(a, b) collate "C") desc, (c::date));
create index two on t ((a || ':' || b)) where (c at time zone 'UTC') is not null;
create index three on t using hash ((a = b));

-- pair: a unique constraint on what a foreign key of another table needs goes and comes in one
-- before
create table p (a int, b int, unique (a));
create table c (a int references p (a));
-- data
insert into p values (1, 2);
insert into c values (1);
-- after
create table p (a int, b int, constraint other unique (a) deferrable);
create unique index p_a on p (a);
create table c (a int references p (a));

-- pair: self references in several columns, with actions
-- before
create table n (id int primary key, up int references n on delete cascade, next int);
-- data
insert into n values (1, null, 1), (2, 1, 1);
-- after
create table n (id bigint primary key, up bigint references n on delete set null, next bigint references n deferrable initially deferred, unique (up, next));

-- pair: triggers that fire in another order by their names, on a view and on a table
-- before
create function f() returns trigger language plpgsql as $$ begin return new; end $$;
create table t (id int);
create trigger a_first before insert on t for each row execute function f();
create trigger b_second before insert on t for each row execute function f();
-- after
create function f() returns trigger language plpgsql as $$ begin return new; end $$;
create table t (id int);
create trigger z_first before insert on t for each row execute function f();
create trigger b_second after insert on t for each row execute function f();

-- pair: a domain in an array, in a composite, in a range and as an argument gets another check
-- before
create domain d as int check (value > 0);
create type c as (x d, y text);
create table t (a d[], b c, e c[]);
create function f(d, d[]) returns d language sql as $$ select $1 $$;
-- data
insert into t values ('{1,2}', (1, 'a'), array[(2, 'b')::c]);
-- after
create domain d as int check (value > 0 and value < 100) default 3;
create type c as (x d, y text);
create table t (a d[], b c, e c[]);
create function f(d, d[]) returns d language sql as $$ select $1 $$;

-- pair: an exclusion constraint, a unique one and a primary key exchange their names
-- before
create table t (a int not null, b int, c int4range, constraint one primary key (a), constraint two unique (b), constraint three exclude using gist (c with &&));
-- data
insert into t values (1, 2, '[1,2)');
-- after
create table t (a int not null, b int, c int4range, constraint two primary key (a), constraint three unique (b), constraint one exclude using gist (c with &&));

-- pair: a table and a view exchange their names
-- expect lost: public.a
-- back lost: public.b
-- before
create table a (id int);
create view b as select id from a;
-- after
create table b (id int);
create view a as select id from b;

-- pair: a materialized view takes part in a chain that loses its first table
-- before
create table first (id int);
create table second (id int);
create materialized view m as select id from first;
create view v as select id from m;
create materialized view n as select id from v;
create index on n (id);
-- expect lost: public.first
-- back: no
-- after
create table second (id int);
create materialized view m as select id from second;
create view v as select id from m;
create materialized view n as select id from v;
create index on n (id);

-- pair: a procedure and a function of one name and other arguments
-- before
create procedure p(int) language sql as $$ select 1 $$;
create function p(text) returns int language sql as $$ select 1 $$;
-- after
create function p(int) returns int language sql as $$ select 1 $$;
create procedure p(text) language sql as $$ select 1 $$;

-- pair: row security on views' tables with security invoker, roles and several commands
-- before
create table t (id int, who name default current_user);
alter table t enable row level security;
create policy s on t for select to public using (who = current_user);
create policy i on t for insert to pg_monitor with check (true);
create view v with (security_invoker) as select id from t;
-- after
create table t (id int, who name default session_user);
alter table t enable row level security;
alter table t force row level security;
create policy s on t for select to pg_monitor, pg_read_all_data using (who = session_user);
create policy i on t for insert to pg_monitor with check (id > 0);
create policy d on t as restrictive for delete using (false);
create view v with (security_invoker, security_barrier) as select id from t;

-- pair: a column gets and loses everything that it can have
-- before
create table t (id int, x text);
-- data
insert into t values (1, 'a');
-- after
create table t (id int, x varchar(40) collate "C" not null default 'q' check (x <> '') unique references t (x));
comment on column t.x is 'x';
alter table t alter x set statistics 10, alter x set storage plain, alter x set (n_distinct = 5);
grant select (x), update (x) on t to pg_monitor;
create index on t (x);
