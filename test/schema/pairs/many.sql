-- Several changes at once, as a release makes them.

-- pair: a tenant column comes into every table, its key, policies and indexes
-- before
create table account (id int primary key, name text unique);
create table note (id int primary key, account_id int references account, body text);
create index note_account on note (account_id);
create policy own on note using (account_id > 0);
alter table note enable row level security;
-- back: no
-- after
create table tenant (id int primary key);
create table account (id int not null, tenant_id int not null default 0, name text, primary key (tenant_id, id), unique (tenant_id, name));
create table note (id int primary key, tenant_id int not null default 0, account_id int, body text, foreign key (tenant_id, account_id) references account (tenant_id, id));
create index note_account on note (tenant_id, account_id);
create policy own on note using (tenant_id = current_setting('app.tenant', true)::int);
alter table note enable row level security;
alter table note force row level security;

-- pair: soft deletion: a column, partial unique indexes in the place of constraints, views that hide
-- before
create table person (id int primary key, email text, constraint person_email_key unique (email));
create view people as select id, email from person;
-- data
insert into person values (1, 'a'), (2, 'b');
-- after
create table person (id int primary key, email text, deleted_at timestamptz);
create unique index person_email_key on person (email) where deleted_at is null;
create view people as select id, email from person where deleted_at is null;

-- pair: text states become a lookup table
-- before
create table job (id int primary key, state text not null default 'new' check (state in ('new', 'done')));
create index job_new on job (id) where state = 'new';
-- data
insert into job values (1), (2);
-- back: no
-- using: column public.job.state: case state when 'new' then 1 else 2 end
-- expect changed: public.job.state
-- after
create table state (id int primary key, name text not null unique);
create table job (id int primary key, state int not null default 1);
create index job_new on job (id) where state = 1;
alter table job add constraint job_state_fkey foreign key (state) references state not valid;

-- pair: a check over a list of texts becomes an enum with the same values, under a trigger and a function
-- before
create table job (id int primary key, state text not null default 'new' check (state in ('new', 'done')));
create function job_done(j job) returns boolean language sql stable as $$ select $1.state = 'done' $$;
create function job_touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger touch before update of state on job for each row when (old.state <> new.state) execute function job_touch();
-- data
insert into job values (1, 'new'), (2, 'done');
-- after
create type job_state as enum ('new', 'done');
create table job (id int primary key, state job_state not null default 'new');
create function job_done(j job) returns boolean language sql stable as $$ select $1.state = 'done' $$;
create function job_touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger touch before update of state on job for each row when (old.state <> new.state) execute function job_touch();

-- pair: audit triggers come to all tables through one function
-- before
create table a (id int primary key);
create table b (id int primary key);
-- after
create schema audit;
create table audit.log (id bigint generated always as identity primary key, rel regclass not null, op text, old jsonb, new jsonb, at timestamptz not null default clock_timestamp());
create function audit.write() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into audit.log (rel, op) values (tg_relid, tg_op); return null; end $$;
create table a (id int primary key);
create table b (id int primary key);
create trigger audit after insert or update or delete on a for each row execute function audit.write();
create trigger audit after insert or update or delete on b for each row execute function audit.write();
create trigger audit_truncate after truncate on b for each statement execute function audit.write();

-- pair: a table is split into two with a view of the old name
-- expect lost: public.person
-- back lost: public.person_base, public.person_contact
-- before
create table person (id int primary key, name text, phone text);
-- after
create table person_base (id int primary key, name text);
create table person_contact (person_id int primary key references person_base on delete cascade, phone text);
create view person as select b.id, b.name, c.phone from person_base b left join person_contact c on c.person_id = b.id;
create function person_insert() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger person_insert instead of insert on person for each row execute function person_insert();

-- pair: a time series becomes partitioned, with a materialized view over it
-- before
create table reading (at timestamptz not null, sensor int not null, value float8, primary key (sensor, at));
create index on reading (at);
create materialized view daily as select date_trunc('day', at) as day, sensor, avg(value) as value from reading group by 1, 2;
create unique index on daily (day, sensor);
-- data
insert into reading select '2026-01-01'::timestamptz + i * interval '1 hour', i % 3, i from generate_series(1, 50) i;
-- back: no
-- after
create table reading (at timestamptz not null, sensor int not null, value float8, primary key (sensor, at)) partition by range (at);
create table reading_2025 partition of reading for values from ('2025-01-01') to ('2026-01-01');
create table reading_2026 partition of reading for values from ('2026-01-01') to ('2027-01-01');
create index on reading (at);
create materialized view daily as select date_trunc('day', at) as day, sensor, avg(value) as value from reading group by 1, 2;
create unique index on daily (day, sensor);

-- pair: uuid keys in the place of integer ones, everywhere
-- using: column public.p.id: ('00000000-0000-0000-0000-' || lpad(id::text, 12, '0'))::uuid
-- using: column public.c.p_id: ('00000000-0000-0000-0000-' || lpad(p_id::text, 12, '0'))::uuid
-- expect changed: public.p.id, public.c.p_id
-- expect lost: public.p_id_seq
-- back: no
-- before
create table p (id serial primary key);
create table c (id int primary key, p_id int not null references p on delete cascade);
create view pc as select p.id, c.id as c_id from p join c on c.p_id = p.id;
-- data
insert into p default values;
insert into c values (1, 1);
-- after
create table p (id uuid primary key default gen_random_uuid());
create table c (id int primary key, p_id uuid not null references p on delete cascade);
create view pc as select p.id, c.id as c_id from p join c on c.p_id = p.id;

-- pair: functions, views and types of one module move into a schema
-- before
create type money_amount as (amount numeric, currency text);
create table invoice (id int primary key, total money_amount);
create function in_euro(money_amount) returns numeric language sql immutable as $$ select $1.amount $$;
create view totals as select id, in_euro(total) as eur from invoice;
-- data
insert into invoice values (1, (3, 'EUR'));
-- after
create schema billing;
create type billing.money_amount as (amount numeric, currency text);
create table invoice (id int primary key, total billing.money_amount);
create function billing.in_euro(billing.money_amount) returns numeric language sql immutable as $$ select $1.amount $$;
create view billing.totals as select id, billing.in_euro(total) as eur from invoice;
-- expect changed: public.invoice
-- back changed: public.invoice

-- pair: many to many: an array becomes a table, with a function that keeps the old face
-- before
create table post (id int primary key, tags text[] not null default '{}');
create index post_tags on post using gin (tags);
-- back: no
-- expect lost: public.post.tags
-- after
create table post (id int primary key);
create table post_tag (post_id int references post on delete cascade, tag text, primary key (post_id, tag));
create index post_tag_tag on post_tag (tag) include (post_id);
create function tags(p post) returns text[] language sql stable as $$ select coalesce(array_agg(t.tag order by t.tag), '{}') from post_tag t where t.post_id = $1.id $$;

-- pair: an overloaded function loses one signature and gains another, under callers by default arguments
-- before
create function area(a int) returns int language sql immutable as $$ select a * a $$;
create function area(a int, b int) returns int language sql immutable as $$ select a * b $$;
create table box (a int, b int, s int generated always as (area(a, b)) stored);
create view sizes as select area(a) as sq, area(a, b) as r from box;
-- data
insert into box (a, b) values (2, 3);
-- after
create function area(a int, b int default 1) returns int language sql immutable as $$ select a * b $$;
create function area(a numeric) returns numeric language sql immutable as $$ select a * a $$;
create table box (a int, b int, s int generated always as (area(a, b)) stored);
create view sizes as select area(a::numeric) as sq, area(a, b) as r from box;

-- pair: parsed bodies call each other across a type that changes
-- before
create type level as enum ('low', 'high', 'gone');
create table t (id int, l level);
create function worst() returns level language sql stable begin atomic select max(l) from t; end;
create function is_bad() returns boolean language sql stable return worst() = 'high'::level;
create view bad as select id from t where l = worst() and is_bad();
-- data
insert into t values (1, 'low');
-- after
create type level as enum ('low', 'mid', 'high');
create table t (id int, l level);
create function worst() returns level language sql stable begin atomic select max(l) from t; end;
create function is_bad() returns boolean language sql stable return worst() = 'high'::level;
create view bad as select id from t where l = worst() and is_bad();
-- back: no

-- pair: indexes change their method, operator class, order, collation and predicate at once
-- before
create table d (id int primary key, body text, meta jsonb, at date);
create index d1 on d (body);
create index d2 on d using gin (meta);
create index d3 on d (at);
create unique index d4 on d (lower(body));
-- after
create table d (id int primary key, body text, meta jsonb, at date);
create index d1 on d (body text_pattern_ops desc nulls last) where at is not null;
create index d2 on d using gin (meta jsonb_path_ops);
create index d3 on d using brin (at) with (pages_per_range = 32);
create unique index d4 on d (lower(body) collate "C", id) include (at) nulls not distinct;

-- pair: two schemas depend on each other and lose it
-- before
create schema one;
create schema two;
create table one.a (id int primary key, b int);
create table two.b (id int primary key, a int references one.a);
alter table one.a add foreign key (b) references two.b;
create view one.v as select b.id from two.b b;
create view two.v as select v.id from one.v v;
-- after
create schema one;
create schema two;
create table one.a (id bigint primary key);
create table two.b (id bigint primary key);
create view two.v as select b.id from two.b b;
create view one.v as select v.id from two.v v;
-- expect lost: one.a.b, two.b.a

-- pair: names that were quoted for no reason, and ones that must be
-- before
create table "plain" ("Id" int primary key, "select" text, "with space" int, "dot.ted" int);
create index "Ix" on "plain" ("with space");
create view "V w" as select "Id", "dot.ted" from "plain";
-- data
insert into "plain" values (1, 'a', 2, 3);
-- after
create table plain ("Id" bigint primary key, "select" varchar(9) default 'q''t', "with space" numeric, "dot.ted" bigint check ("dot.ted" > 0));
create index "Ix" on plain ("with space" desc, "select");
create view "V w" as select "Id", "dot.ted" from plain;

-- pair: a role's rights in one go: schema, tables, columns, sequences, functions, defaults
-- before
create schema api;
create table api.t (id serial primary key, secret text);
create function api.f() returns int language sql as $$ select 1 $$;
-- after
create schema api;
create table api.t (id serial primary key, secret text);
create function api.f() returns int language sql as $$ select 1 $$;
revoke all on schema api from public;
grant usage on schema api to pg_monitor;
grant select (id) on api.t to pg_monitor;
grant insert, delete on api.t to pg_monitor;
grant usage on sequence api.t_id_seq to pg_monitor;
revoke execute on function api.f() from public;
grant execute on function api.f() to pg_monitor;
alter default privileges in schema api grant select on tables to pg_monitor;
alter default privileges in schema api revoke execute on functions from public;

-- pair: statistics, storage and parameters follow a table that is made partitioned
-- before
create table w (id int not null, body text) with (fillfactor = 90);
alter table w alter body set storage external, alter body set statistics 500;
create statistics w_st on id, body from w;
comment on table w is 'w';
comment on column w.body is 'b';
grant select on w to pg_monitor;
-- data
insert into w values (1, 'x'), (2, 'y');
-- back: no
-- after
create table w (id int not null, body text) partition by range (id);
alter table w alter body set storage external, alter body set statistics 500;
create table w_1 partition of w for values from (minvalue) to (maxvalue) with (fillfactor = 90);
create statistics w_st on id, body from w;
comment on table w is 'w';
comment on column w.body is 'b';
grant select on w to pg_monitor;
