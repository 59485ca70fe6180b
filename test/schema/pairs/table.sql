-- Tables as a whole.

-- pair: a table comes and goes
-- after
create table account (
  id bigint generated always as identity primary key,
  email text not null unique,
  name varchar(50) default 'nobody' check (name <> ''),
  parent_id bigint references account on delete set null
);
create index on account (parent_id) where parent_id is not null;
comment on table account is 'People';
comment on column account.email is 'Where';
grant select on account to pg_monitor;
grant update (name) on account to pg_monitor;

-- pair: a table without columns
-- after
create table nothing ();

-- pair: a table goes with all that hangs on it
-- back: no
-- before
create table account (id int primary key, v text);
create table child (id int primary key, account_id int references account);
create view v as select * from account;
create materialized view m as select * from v;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr after insert on account for each row execute function trg();
create policy po on account using (true);
create rule ru as on delete to account do also notify gone;
create publication pub for table account;
create statistics st on id, v from account;
create function atomic() returns bigint language sql begin atomic select count(*) from account; end;
create function rows() returns setof account language sql as 'select * from account';
-- data
insert into account values (1, 'x');
insert into child values (1, 1);
-- after
create table child (id int primary key, account_id int);

-- pair: a table is made again as a view
-- before
create table v (a int);
-- after
create view v as select 1 as a;

-- pair: a table is made again as a materialized view
-- before
create table v (a int);
-- after
create materialized view v as select 1 as a;

-- pair: a table makes room for a sequence of its name
-- before
create table n (a int);
-- after
create sequence n;

-- pair: a table makes room for a type of its name
-- before
create table n (a int);
-- after
create type n as enum ('a');

-- pair: a table makes room for an index of its name
-- before
create table n (a int);
create table t (a int);
-- after
create table t (a int);
create index n on t (a);

-- pair: storage parameters come and go
-- expect untouched: public.t
-- before
create table t (a int, b text);
-- data
insert into t values (1, 'x');
-- after
create table t (a int, b text) with (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false, parallel_workers = 2);

-- pair: storage parameters change
-- before
create table t (a int, b text) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.5, toast.vacuum_truncate = off);
-- after
create table t (a int, b text) with (fillfactor = 80, autovacuum_analyze_scale_factor = 0.25, toast.vacuum_truncate = on);

-- pair: a logged table becomes unlogged
-- before
create table t (id int generated always as identity primary key, b text);
create index t_b on t (b);
-- data
insert into t (b) values ('x');
-- after
create unlogged table t (id int generated always as identity primary key, b text);
create index t_b on t (b);

-- pair: unlogged tables with a foreign key between them become logged
-- before
create unlogged table p (id int primary key);
create unlogged table c (p_id int references p);
-- data
insert into p values (1);
insert into c values (1);
-- after
create table p (id int primary key);
create table c (p_id int references p);

-- pair: replica identity full
-- before
create table t (a int primary key, b int not null);
-- after
create table t (a int primary key, b int not null);
alter table t replica identity full;

-- pair: replica identity by an index
-- before
create table t (a int primary key, b int not null);
-- after
create table t (a int primary key, b int not null);
create unique index t_b on t (b);
alter table t replica identity using index t_b;

-- pair: replica identity changes its index
-- before
create table t (a int not null, b int not null);
create unique index t_a on t (a);
create unique index t_b on t (b);
alter table t replica identity using index t_a;
-- after
create table t (a int not null, b int not null);
create unique index t_b on t (b);
alter table t replica identity using index t_b;

-- pair: replica identity nothing
-- before
create table t (a int primary key);
alter table t replica identity nothing;
-- after
create table t (a int primary key);
alter table t replica identity full;

-- pair: clustered on an index
-- before
create table t (a int primary key, b int);
create index t_b on t (b);
-- after
create table t (a int primary key, b int);
create index t_b on t (b);
alter table t cluster on t_b;

-- pair: clustered on another index
-- before
create table t (a int primary key, b int);
create index t_b on t (b);
alter table t cluster on t_b;
-- after
create table t (a int primary key, b int);
create index t_b on t (b);
alter table t cluster on t_pkey;

-- pair: row security comes and goes
-- before
create table t (a int);
-- after
create table t (a int);
alter table t enable row level security;

-- pair: forced row security comes and goes
-- before
create table t (a int);
alter table t enable row level security;
-- after
create table t (a int);
alter table t enable row level security;
alter table t force row level security;

-- pair: row security of a new table
-- after
create table t (a int);
alter table t enable row level security, force row level security;
create policy p on t for select using (a > 0);

-- pair: a table of a type
-- before
create type person as (name text, age int);
-- after
create type person as (name text, age int);
create table people of person (primary key (name), age with options default 5 not null);

-- pair: a plain table becomes one of a type
-- before
create type person as (name text, age int);
create table people (name text, age int);
-- data
insert into people values ('a', 1);
-- after
create type person as (name text, age int);
create table people of person;

-- pair: owner of a table
-- needs: superuser
-- before
create table t (id serial primary key);
-- after
create table t (id serial primary key);
alter table t owner to pg_monitor;

-- pair: an access method of its own
-- needs: superuser
-- before
create access method heap2 type table handler heap_tableam_handler;
create table t (a int);
-- data
insert into t values (1);
-- after
create access method heap2 type table handler heap_tableam_handler;
create table t (a int) using heap2;

-- pair: a comment comes and goes
-- before
create table t (a int);
-- after
create table t (a int);
comment on table t is e'two\nlines, it''s \\ "quoted" — ť';

-- pair: five hundred columns
-- before
do $$ begin execute 'create table wide (' || (select string_agg(format('c%s int', i), ', ') from generate_series(1, 200) i) || ')'; end $$;
-- data
insert into wide (c1, c200) values (1, 2);
-- after
do $$ begin execute 'create table wide (' || (select string_agg(format('c%s int', i), ', ') from generate_series(1, 500) i) || ')'; end $$;

-- pair: tables that refer to each other
-- after
create table a (id int primary key, b_id int);
create table b (id int primary key, a_id int not null references a);
alter table a add foreign key (b_id) references b;

-- pair: tables that refer to each other go one by one
-- back: no
-- before
create table a (id int primary key, b_id int);
create table b (id int primary key, a_id int references a);
alter table a add foreign key (b_id) references b;
-- after
create table a (id int primary key, b_id int);

-- pair: a table that refers to itself
-- after
create table node (id int primary key, parent int references node, best int);
alter table node add foreign key (best) references node on delete set null;

-- pair: a table whose default calls a function that reads another table
-- after
create table setting (name text primary key, value int);
create function setting_of(text) returns int language sql stable as $$ select value from setting where name = $1 $$;
create table t (a int default setting_of('a'), check (setting_of('b') is distinct from a));

-- pair: a table whose check calls a function of its own rows
-- after
create table t (a int, b int);
create function sum_of(t) returns int language sql immutable as $$ select $1.a + $1.b $$;
alter table t add constraint small check (sum_of(t) < 100);

-- pair: a function that returns rows of a table that changes
-- before
create table t (a int, b int);
create function all_t() returns setof t language sql stable as 'select * from t';
create view v as select * from all_t();
-- data
insert into t values (1, 2);
-- after
create table t (a int, b int, c text default 'x');
create function all_t() returns setof t language sql stable as 'select * from t';
create view v as select * from all_t();

-- pair: a column of a table's row type
-- expect changed: public.line
-- back changed: public.line
-- before
create table point_of (x int, y int);
create table line (id int primary key, a point_of, b point_of[]);
-- data
insert into line values (1, row(1, 2), array[row(3, 4)::point_of]);
-- after
create table point_of (x int, y int, z int);
create table line (id int primary key, a point_of, b point_of[]);

-- pair: the same table written otherwise
-- expect actions: 0
-- before
create table t (id serial, a varchar default 'x', b int8, c timestamp with time zone, primary key (id), check (b in (1, 2)));
-- after
create sequence t_id_seq as integer;
create table t (c timestamptz, b bigint, id integer not null default nextval('t_id_seq'), a character varying default 'x'::character varying);
alter table t add constraint t_pkey primary key (id);
alter table t add constraint t_b_check check (b in (1, 2));
alter sequence t_id_seq owned by t.id;

-- pair: columns in another order
-- expect actions: 0
-- before
create table t (a int primary key, b text not null default 'x', c int check (c > 0));
create index t_i on t (b, c);
create statistics t_s on b, c from t;
create publication pub for table t (a, b);
-- after
create table t (c int check (c > 0), b text not null default 'x', a int primary key);
create index t_i on t (b, c);
create statistics t_s on b, c from t;
create publication pub for table t (a, b);

-- pair: a dropped column leaves no trace
-- expect actions: 0
-- before
create table t (a int primary key, gone text, b text);
alter table t drop column gone;
create view v as select * from t;
-- after
create table t (a int primary key, b text);
create view v as select * from t;

-- pair: names that need quotes
-- after
create schema "My Schema";
create table "My Schema"."Select" ("Order" int primary key, "a b" text not null default 'it''s', "ž""ů" numeric, constraint "Check Me" check ("a b" <> ''));
create index "Index Me" on "My Schema"."Select" ("a b", "ž""ů");
create table "My Schema"."table" ("from" int references "My Schema"."Select" ("Order"), "user" serial);
create view "My Schema"."View" as select "Order", "a b" as "C D" from "My Schema"."Select";
comment on column "My Schema"."Select"."a b" is 'c';
grant select ("a b") on "My Schema"."Select" to pg_monitor;
create function "My Schema"."Do It"("In" int, out "Out" int) language sql as 'select "In"';
create type "My Schema"."Enum" as enum ('A b', 'it''s');
alter table "My Schema"."Select" add column "E" "My Schema"."Enum" default 'it''s';

-- pair: things with names that need quotes change
-- before
create schema "My Schema";
create table "My Schema"."Select" ("Order" int primary key, "a b" int default 3, constraint "Check Me" check ("a b" <> 0));
create index "Index Me" on "My Schema"."Select" ("a b");
create view "My Schema"."View" as select "Order", "a b" as "C D" from "My Schema"."Select";
create type "My Schema"."Enum" as enum ('A b');
-- data
insert into "My Schema"."Select" values (1, 2);
-- back: no
-- after
create schema "My Schema";
create table "My Schema"."Select" ("Order" bigint primary key, "a b" bigint not null default 4, constraint "Check Me" check ("a b" > 0));
create unique index "Index Me" on "My Schema"."Select" ("a b" desc);
create view "My Schema"."View" as select "a b" as "C D", "Order" from "My Schema"."Select";
create type "My Schema"."Enum" as enum ('A b', 'it''s');

-- pair: a name of sixty-three bytes
-- after
create table ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt (ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc serial primary key, other int not null unique references ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt);

-- pair: the same name in three schemas
-- before
create schema a;
create schema b;
create table t (id int primary key);
create table a.t (id int primary key references public.t);
create table b.t (id int primary key);
-- data
insert into t values (1);
insert into a.t values (1);
-- after
create schema a;
create schema b;
create table t (id int primary key, x int);
create table a.t (id int primary key, y text);
create table b.t (id int primary key references a.t);

-- pair: everything goes
-- back: no
-- before
create schema s;
create type s.e as enum ('a');
create domain s.d as int check (value > 0);
create table s.t (id serial primary key, e s.e, d s.d);
create view v as select * from s.t;
create function f(s.e) returns s.d language sql as 'select 1::s.d';
create table u (t_id int references s.t default f('a'));
-- data
insert into s.t (e, d) values ('a', 1);
-- after
