-- 44 changes of populated tables, in the notation of test/support/pair-file.ts. `expect check` says what must be true of
-- the data afterwards; it runs in the changed database.

-- common
create table account (
  id bigint generated always as identity primary key,
  email text not null unique,
  age integer,
  note varchar(50)
);

-- common data
insert into account (email, age, note) select 'user' || n || '@example.com', n, 'note ' || n from generate_series(1, 100) as n;

-- pair: a new column
-- after
alter table account add column nick text default 'none';

-- pair: a column goes
-- after
alter table account drop column note;

-- pair: a column in the middle
-- before
create table wide (a int, c int);
-- data
insert into wide values (1, 3);
-- expect check: (select a = 1 and c = 3 from wide)
-- after
create table wide (a int, b int, c int);

-- pair: a check and not null
-- after
alter table account alter column age set not null, add constraint grown check (age > 0);

-- pair: two tables with foreign keys to each other
-- before
create table one (id int primary key, two_id int);
create table two (id int primary key, one_id int);
-- data
insert into one values (1, 1);
insert into two values (1, 1);
-- after
create table one (id int primary key, two_id int);
create table two (id int primary key, one_id int references one);
alter table one add foreign key (two_id) references two;

-- pair: a table goes with its dependents
-- before
create table letter (id int primary key, account_id bigint references account);
create view letters as select id from letter;
-- data
insert into letter values (1, 1);
-- expect check: (select count(*) = 100 from account)
-- after

-- pair: a column gets a larger type
-- expect check: (select sum(age) = 5050 from account)
-- after
alter table account alter column age type bigint;

-- pair: a column under a view gets another type
-- before
create view people as select id, age from account where age > 10;
-- expect check: (select count(*) = 90 from people)
-- after
alter table account alter column age type bigint;
create view people as select id, age from account where age > 10;

-- pair: a column that a generated one reads gets another type
-- before
alter table account add column doubled integer generated always as (age * 2) stored;
-- expect check: (select sum(doubled) = 10100 from account)
-- after
alter table account alter column age type bigint;
alter table account add column doubled integer generated always as (age * 2) stored;

-- pair: the key type of a table with foreign keys
-- before
create table thing (id int primary key);
create table part (id int primary key, thing_id int references thing);
-- data
insert into thing values (1);
insert into part values (1, 1);
-- expect check: (select count(*) = 1 from part join thing on thing.id = thing_id)
-- after
create table thing (id bigint primary key);
create table part (id int primary key, thing_id bigint references thing);

-- pair: varchar gets longer
-- expect check: (select count(note) = 100 from account)
-- after
alter table account alter column note type varchar(100);

-- pair: text becomes integer
-- before
create table raw (v text);
-- data
insert into raw values ('1'), ('22');
-- expect check: (select sum(v::int) = 23 from raw)
-- after
create table raw (v integer);

-- pair: a label is added to an enum and is a default
-- before
create type mood as enum ('sad', 'glad');
alter table account add column mood mood not null default 'sad';
-- after
create type mood as enum ('sad', 'fine', 'glad');
alter table account add column mood mood not null default 'fine';

-- pair: an unused label goes
-- before
create type mood as enum ('sad', 'fine', 'glad');
alter table account add column mood mood not null default 'sad';
-- expect check: (select count(mood) = 100 from account)
-- after
create type mood as enum ('sad', 'glad');
alter table account add column mood mood not null default 'sad';

-- pair: labels in another order
-- before
create type mood as enum ('sad', 'glad');
alter table account add column mood mood not null default 'sad';
create index on account (mood);
-- after
create type mood as enum ('glad', 'sad');
alter table account add column mood mood not null default 'sad';
create index on account (mood);

-- pair: text with a default becomes an enum
-- before
create table pet (kind text not null default 'cat');
-- data
insert into pet values ('cat'), ('dog');
-- expect check: (select string_agg(kind::text, ',' order by kind::text) = 'cat,dog' from pet)
-- after
create type animal as enum ('cat', 'dog');
create table pet (kind animal not null default 'cat');

-- pair: one enum becomes another
-- before
create type animal as enum ('cat', 'dog');
create type beast as enum ('cat', 'dog', 'ox');
create table pet (kind animal not null);
-- data
insert into pet values ('cat'), ('dog');
-- expect check: (select count(kind) = 2 from pet)
-- after
create type animal as enum ('cat', 'dog');
create type beast as enum ('cat', 'dog', 'ox');
create table pet (kind beast not null);

-- pair: a domain gets another check
-- before
create domain grade as integer check (value > 0);
alter table account add column grade grade;
-- after
create domain grade as integer check (value > 0 and value < 7);
alter table account add column grade grade;

-- pair: a domain in use gets another base type
-- before
create domain code as integer;
create table ware (code code);
-- data
insert into ware values (7);
-- expect check: (select code::text = '7' from ware)
-- after
create domain code as text;
create table ware (code code);

-- pair: a composite type in use gets an attribute
-- before
create type spot as (x int, y int);
create table pin (at spot);
-- data
insert into pin values (row(1, 2));
-- expect changed: public.pin.at
-- expect check: (select (at).x = 1 and (at).y = 2 from pin)
-- after
create type spot as (x int, y int, z int);
create table pin (at spot);

-- pair: an attribute of a composite type in use gets another type
-- before
create type spot as (x int, y int);
create table pin (at spot);
-- data
insert into pin values (row(1, 2));
-- expect check: (select (at).x = 1 from pin)
-- after
create type spot as (x bigint, y int);
create table pin (at spot);

-- pair: serial becomes identity
-- before
create table ticket (id serial primary key, v text);
-- data
insert into ticket (v) values ('a'), ('b'), ('c');
-- expect check: (select nextval(pg_get_serial_sequence('ticket', 'id')) > 3)
-- after
create table ticket (id integer generated by default as identity primary key, v text);

-- pair: a plain column becomes identity
-- before
create table ticket (id integer, v text);
-- data
insert into ticket values (1, 'a'), (7, 'b');
-- expect check: (select count(*) = 2 from ticket)
-- after
create table ticket (id integer generated by default as identity, v text);

-- pair: another expression of a generated column
-- before
alter table account add column shout text generated always as (upper(email)) stored;
-- expect changed: public.account.shout
-- expect check: (select bool_and(shout = lower(email)) from account)
-- after
alter table account add column shout text generated always as (lower(email)) stored;

-- pair: another primary key under a foreign key
-- before
create table item (id int primary key, code int not null unique);
create table line (item_id int references item (id));
-- data
insert into item values (1, 10);
insert into line values (1);
-- expect check: (select count(*) = 1 from line)
-- after
create table item (id int not null unique, code int primary key);
create table line (item_id int references item (id));

-- pair: an exclusion constraint
-- before
create table stay (room int4range);
-- data
insert into stay values ('[1,2)'), ('[3,4)');
-- after
create table stay (room int4range, constraint apart exclude using gist (room with &&));

-- pair: an index on a table with partitions
-- before
create table event (id int, at date) partition by range (at);
create table event_1 partition of event for values from ('2025-01-01') to ('2026-01-01');
-- data
insert into event values (1, '2025-05-05');
-- expect check: (select bool_and(indisvalid) and count(*) = 2 from pg_index where indrelid in ('event'::regclass, 'event_1'::regclass))
-- after
create table event (id int, at date) partition by range (at);
create table event_1 partition of event for values from ('2025-01-01') to ('2026-01-01');
create index event_id on event (id);

-- pair: a column and a key on a table with partitions
-- before
create table event (id int, at date) partition by range (at);
create table event_1 partition of event for values from ('2025-01-01') to ('2026-01-01');
-- data
insert into event values (1, '2025-05-05');
-- expect check: (select count(*) = 1 from event)
-- after
create table event (id int, at date, kind text, primary key (id, at)) partition by range (at);
create table event_1 partition of event for values from ('2025-01-01') to ('2026-01-01');

-- pair: a plain table becomes partitioned
-- before
create table event (id int, at date not null);
-- data
insert into event values (1, '2025-05-05'), (2, '2026-05-05');
-- expect check: (select count(*) = 2 from event)
-- after
create table event (id int, at date not null) partition by range (at);
create table event_rest partition of event default;

-- pair: a table inherits from another
-- before
create table base (id int);
create table child (id int, more text);
-- data
insert into child values (1, 'x');
-- expect check: (select count(*) = 1 from child)
-- after
create table base (id int);
create table child (more text) inherits (base);

-- pair: a view loses a column under another view
-- before
create view inner_view as select id, email, age from account;
create view outer_view as select id, email from inner_view;
-- after
create view inner_view as select id, email from account;
create view outer_view as select id, email from inner_view;

-- pair: security_invoker of a view
-- before
create view people as select id from account;
-- after
create view people with (security_invoker = true) as select id from account;

-- pair: a materialized view with a unique index
-- before
create materialized view totals as select age % 2 as odd, count(*) as n from account group by 1;
create unique index on totals (odd);
-- expect check: (select sum(n) = 100 from totals)
-- after
create materialized view totals as select age % 2 as odd, count(*)::int as n from account group by 1;
create unique index on totals (odd);

-- pair: a function returns another type, with a view, a default and an index on it
-- before
create function rate(v int) returns int language sql immutable as 'select v + 1';
create table bill (amount int default rate(1));
create index bill_rate on bill (rate(amount));
create view bills as select rate(amount) as rate from bill;
-- data
insert into bill values (5);
-- expect check: (select amount = 5 from bill)
-- after
create function rate(v int) returns bigint language sql immutable as 'select v + 1::bigint';
create table bill (amount int default rate(1));
create index bill_rate on bill (rate(amount));
create view bills as select rate(amount) as rate from bill;

-- pair: a function with a body of SQL that is parsed
-- before
create function adults() returns bigint language sql begin atomic select count(*) from account where age > 17; end;
-- after
alter table account add column late boolean;
create function adults() returns bigint language sql begin atomic select count(*) from account where age > 20; end;

-- pair: FORCE ROW LEVEL SECURITY
-- before
alter table account enable row level security;
create policy own on account using (email = current_user);
-- after
alter table account enable row level security;
alter table account force row level security;
create policy own on account for select using (email = current_user::text);

-- pair: a grant on a column
-- after
grant select (email) on account to pg_monitor;

-- pair: grants and default privileges
-- before
grant select on account to pg_monitor;
-- after
grant insert on account to pg_monitor;
alter default privileges grant select on tables to pg_monitor;

-- pair: storage and statistics of columns
-- after
alter table account alter column email set storage external, alter column age set statistics 500;

-- pair: comments and options
-- after
comment on table account is 'people';
comment on column account.email is 'where';
alter table account set (fillfactor = 70);

-- pair: a column is renamed
-- rename: column public.account.email to column public.account.mail
-- expect check: (select count(mail) = 100 from account)
-- after
alter table account rename column email to mail;
alter table account rename constraint account_email_not_null to account_mail_not_null;

-- pair: a table is renamed
-- rename: table public.note to table public.remark
-- before
create table note (id int primary key, v text);
create index note_v on note (v);
create view seen as select v from note;
-- data
insert into note values (1, 'x');
-- expect check: (select count(*) = 1 from remark)
-- after
create table remark (id int primary key, v text);
create index note_v on remark (v);
create view seen as select v from remark;

-- pair: a table moves to another schema
-- rename: table public.note to table archive.note
-- before
create schema archive;
create table note (id int primary key, v text);
-- data
insert into note values (1, 'x');
-- expect check: (select count(*) = 1 from archive.note)
-- after
create schema archive;
create table archive.note (id int primary key, v text);

-- pair: a trigger, its function and the column it watches
-- before
create function stamp() returns trigger language plpgsql as $$ begin new.note := 'old'; return new; end $$;
create trigger stamped before update of age on account for each row when (old.age <> new.age) execute function stamp();
-- after
alter table account alter column age type bigint;
create function stamp() returns trigger language plpgsql as $$ begin new.note := 'new'; return new; end $$;
create trigger stamped before update of age on account for each row when (old.age is distinct from new.age) execute function stamp();
