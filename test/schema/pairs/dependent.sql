-- What hangs on what: several kinds on one thing that changes, in both directions.

-- common
create schema app;
create table app.account (id bigint generated always as identity primary key, email text not null, score int, kind varchar(10) default 'a');
create table app.entry (id bigint primary key, account_id bigint references app.account, note text, amount numeric(10, 2));
-- common data
insert into app.account (email, score) values ('a@x', 1), ('b@x', 2), ('c@x', null);
insert into app.entry values (1, 1, 'x', 1.5), (2, 1, null, 2), (3, 3, 'y', 3.25);

-- pair: a view over a view over a view, the column at the bottom changes its type
-- before
create view app.v1 as select id, score from app.account;
create view app.v2 as select id, score + 1 as more from app.v1;
create materialized view app.m3 as select sum(more) as total from app.v2;
create view app.v4 as select total from app.m3;
create unique index m3_total on app.m3 (total);
grant select on app.v1, app.m3 to pg_monitor;
comment on column app.v4.total is 'all of it';
-- after
alter table app.account alter score type numeric;
create view app.v1 as select id, score from app.account;
create view app.v2 as select id, score + 1 as more from app.v1;
create materialized view app.m3 as select sum(more) as total from app.v2;
create view app.v4 as select total from app.m3;
create unique index m3_total on app.m3 (total);
grant select on app.v1, app.m3 to pg_monitor;
comment on column app.v4.total is 'all of it';

-- pair: a view in the middle is dropped and its user reads the table
-- before
create view app.v1 as select id, score from app.account;
create view app.v2 as select id, score from app.v1;
-- after
create view app.v2 as select id, score from app.account;

-- pair: views exchange the order in which they build on each other
-- before
create view app.v1 as select id, email from app.account;
create view app.v2 as select id, email from app.v1;
create view app.v3 as select id, email from app.v2;
-- after
create view app.v3 as select id, email from app.account;
create view app.v2 as select id, email from app.v3;
create view app.v1 as select id, email from app.v2;

-- pair: a function that returns rows of a view that gains a column
-- before
create view app.v1 as select id, email from app.account;
create function app.rows() returns setof app.v1 language sql stable as $$ select * from app.v1 $$;
create view app.v2 as select id from app.rows();
-- after
create view app.v1 as select id, email, score from app.account;
create function app.rows() returns setof app.v1 language sql stable as $$ select * from app.v1 $$;
create view app.v2 as select id, score from app.rows();

-- pair: a function that takes a row of a view that loses a column
-- before
create view app.v1 as select id, email, score from app.account;
create function app.label(r app.v1) returns text language sql immutable as $$ select r.email || r.id $$;
create view app.v2 as select app.label(v) as l from app.v1 v;
-- after
create view app.v1 as select id, email from app.account;
create function app.label(r app.v1) returns text language sql immutable as $$ select r.email || r.id $$;
create view app.v2 as select app.label(v) as l from app.v1 v;

-- pair: a computed column of a table whose column goes
-- before
create function app.label(r app.account) returns text language sql stable as $$ select r.email || coalesce(r.score, 0) $$;
create view app.v as select a.id, app.label(a) from app.account a;
-- back: no
-- after
alter table app.account drop column score;
create function app.label(r app.account) returns text language sql stable as $$ select r.email $$;
create view app.v as select a.id, app.label(a) from app.account a;

-- pair: a policy calls a function with a new signature
-- before
create function app.may(id bigint) returns boolean language sql stable as $$ select id > 0 $$;
create policy p on app.account for select using (app.may(id));
alter table app.account enable row level security;
-- after
create function app.may(id bigint, kind text) returns boolean language sql stable as $$ select id > 0 and kind <> 'b' $$;
create policy p on app.account for select using (app.may(id, kind));
alter table app.account enable row level security;

-- pair: a policy in one table reads another that is made again
-- before
create table app.member (who text, account bigint);
create policy p on app.account using (exists (select from app.member m where m.account = account.id and m.who = current_user));
-- expect lost: app.member
-- back lost: app.member
-- after
create view app.member as select current_user::text as who, 1::bigint as account;
create policy p on app.account using (exists (select from app.member m where m.account = account.id and m.who = current_user));

-- pair: policies of two tables that read each other
-- after
create policy p on app.account using (exists (select from app.entry e where e.account_id = account.id));
create policy p on app.entry using (exists (select from app.account a where a.id = entry.account_id));
alter table app.account enable row level security;
alter table app.entry enable row level security;

-- pair: a policy on a column whose type changes, with a restrictive one beside
-- before
create policy p on app.account using (kind = 'a');
create policy q on app.account as restrictive for update to pg_monitor using (length(kind) < 5) with check (kind <> 'z');
comment on policy q on app.account is 'held';
-- after
alter table app.account alter kind type text;
create policy p on app.account using (kind = 'a');
create policy q on app.account as restrictive for update to pg_monitor using (length(kind) < 5) with check (kind <> 'z');
comment on policy q on app.account is 'held';

-- pair: a function under an expression index, a unique one and a partial one changes its result
-- before
create function app.fold(text) returns varchar language sql immutable as $$ select lower($1)::varchar $$;
create index by_fold on app.account (app.fold(email));
create unique index by_fold_unique on app.account (app.fold(email)) where app.fold(email) <> '';
create statistics app.st on (app.fold(email)), score from app.account;
-- after
create function app.fold(text) returns text language sql immutable as $$ select lower($1) $$;
create index by_fold on app.account (app.fold(email));
create unique index by_fold_unique on app.account (app.fold(email)) where app.fold(email) <> '';
create statistics app.st on (app.fold(email)), score from app.account;

-- pair: a function in an exclusion constraint gets another argument's name
-- before
create function app.span(a int) returns int4range language sql immutable as $$ select int4range($1, $1 + 1) $$;
alter table app.account add constraint apart exclude using gist (app.span(id::int) with &&);
-- after
create function app.span(b int) returns int4range language sql immutable as $$ select int4range($1, $1 + 1) $$;
alter table app.account add constraint apart exclude using gist (app.span(id::int) with &&);

-- pair: a function in a trigger's condition changes its result
-- before
create function app.fire() returns trigger language plpgsql as $$ begin return new; end $$;
create function app.worth(int) returns boolean language sql immutable as $$ select $1 > 0 $$;
create trigger t before update on app.account for each row when (app.worth(new.score)) execute function app.fire();
-- after
create function app.fire() returns trigger language plpgsql as $$ begin return new; end $$;
create function app.worth(int, int default 0) returns boolean language sql immutable as $$ select $1 > $2 $$;
create trigger t before update on app.account for each row when (app.worth(new.score)) execute function app.fire();

-- pair: a function in a rule changes its arguments
-- before
create function app.log(text) returns void language sql as $$ select null::void $$;
create rule r as on update to app.account do also select app.log(new.email);
-- after
create function app.log(text, int) returns void language sql as $$ select null::void $$;
create rule r as on update to app.account do also select app.log(new.email, new.score);

-- pair: a function in the key of a partitioned table is made again
-- refused: WD460
-- before
create function app.part(text) returns int language sql immutable as $$ select length($1) $$;
create table app.parted (k text) partition by range (app.part(k));
create table app.parted_1 partition of app.parted for values from (0) to (100);
-- data
insert into app.parted values ('a'), ('bb');
-- after
create function app.part(text) returns bigint language sql immutable as $$ select length($1)::bigint $$;
create table app.parted (k text) partition by range (app.part(k));
create table app.parted_1 partition of app.parted for values from (0) to (100);

-- pair: a function in a publication's filter
-- before
create publication pub for table app.account where (lower(email) = 'a');
-- after
create publication pub for table app.account where (upper(email) = 'A' and id > 3);

-- pair: a table with a default from a function that reads another table with a default from a function
-- after
create function app.next_kind() returns text language sql stable as $$ select max(kind) from app.account $$;
create table app.late (k text default app.next_kind());
create function app.next_late() returns text language sql stable as $$ select max(k) from app.late $$;
alter table app.account add column late text default app.next_late();

-- pair: generated columns on the same column, with an index, a check and a view on them
-- before
alter table app.account add lower_email text generated always as (lower(email)) stored, add len int generated always as (length(email)) stored;
create index by_lower on app.account (lower_email);
alter table app.account add check (len > 0);
create view app.v as select lower_email, len from app.account;
-- after
alter table app.account alter email type varchar(200);
alter table app.account add lower_email text generated always as (lower(email)) stored, add len int generated always as (length(email)) stored;
create index by_lower on app.account (lower_email);
alter table app.account add check (len > 0);
create view app.v as select lower_email, len from app.account;

-- pair: a generated column becomes the key of a foreign key
-- before
create table app.code (c text primary key);
-- data
insert into app.code values ('a@x'), ('b@x'), ('c@x');
-- after
create table app.code (c text primary key);
alter table app.account add low text generated always as (lower(email)) stored references app.code;

-- pair: an enum goes, what used it becomes text
-- before
create type app.mood as enum ('sad', 'glad');
alter table app.account add mood app.mood default 'sad' not null;
create view app.v as select mood from app.account where mood = 'glad';
create function app.is_glad(m app.mood) returns boolean language sql immutable as $$ select m = 'glad' $$;
create index by_glad on app.account (app.is_glad(mood));
-- after
alter table app.account add mood text default 'sad' not null;
create view app.v as select mood from app.account where mood = 'glad';
create function app.is_glad(m text) returns boolean language sql immutable as $$ select m = 'glad' $$;
create index by_glad on app.account (app.is_glad(mood));

-- pair: a domain becomes another under keys, checks and a view
-- before
create domain app.mail as text check (value like '%@%');
create domain app.address as text check (value ~ '@');
alter table app.account alter email type app.mail;
alter table app.account add constraint email_unique unique (email), add check (length(email) > 1);
create table app.sent (email app.mail references app.account (email));
create view app.v as select email from app.sent;
-- after
create domain app.mail as text check (value like '%@%');
create domain app.address as text check (value ~ '@');
alter table app.account alter email type app.address;
alter table app.account add constraint email_unique unique (email), add check (length(email) > 1);
create table app.sent (email app.address references app.account (email));
create view app.v as select email from app.sent;

-- pair: a foreign key stands on a unique index alone
-- before
create unique index account_email on app.account (email);
create table app.sent (email text references app.account (email));
-- data
insert into app.sent values ('a@x');
-- after
create unique index account_email on app.account (email) include (score);
create table app.sent (email text references app.account (email));

-- pair: the unique index under a foreign key becomes a constraint
-- before
create unique index account_email on app.account (email);
create table app.sent (email text references app.account (email));
-- after
alter table app.account add constraint account_email unique (email);
create table app.sent (email text references app.account (email));

-- pair: a table goes together with the view, function, policy, trigger and key that use it
-- before
create table app.gone (id bigint primary key, a int);
create view app.v as select * from app.gone;
create function app.all_gone() returns setof app.gone language sql as $$ select * from app.gone $$;
create function app.on_gone() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t before insert on app.gone for each row execute function app.on_gone();
create policy p on app.entry using (exists (select from app.gone));
alter table app.entry add gone_id bigint references app.gone;
-- after
select 1;

-- pair: a table becomes a view with the same name over a new table
-- before
create table app.person (id int primary key, name text);
create function app.person_name(app.person) returns text language sql stable as $$ select $1.name $$;
create view app.names as select app.person_name(p) as n from app.person p;
-- expect lost: app.person
-- back lost: app.people
-- after
create table app.people (id int primary key, name text, gone boolean not null default false);
create view app.person as select id, name from app.people where not gone;
create function app.person_name(app.person) returns text language sql stable as $$ select $1.name $$;
create view app.names as select app.person_name(p) as n from app.person p;

-- pair: an aggregate, an operator and a cast on one function that changes
-- before
create function app.plus(a int, b int) returns int language sql immutable as $$ select a + b $$;
create aggregate app.total(int) (sfunc = app.plus, stype = int, initcond = '0');
create operator app.|+| (function = app.plus, leftarg = int, rightarg = int);
create view app.v as select app.total(score) as t, 1 operator(app.|+|) 2 as o from app.account;
-- after
create function app.plus(x int, y int) returns int language sql immutable as $$ select x + y $$;
create aggregate app.total(int) (sfunc = app.plus, stype = int, initcond = '0');
create operator app.|+| (function = app.plus, leftarg = int, rightarg = int);
create view app.v as select app.total(score) as t, 1 operator(app.|+|) 2 as o from app.account;

-- pair: a column's type changes under a foreign key, a unique constraint, a trigger, a default and an owned sequence
-- before
create table app.doc (id serial primary key, code int unique default 7);
create table app.page (doc_id int references app.doc, code int references app.doc (code));
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t before update of id, code on app.doc for each row execute function app.touch();
create view app.docs as select d.id, p.code from app.doc d join app.page p on p.doc_id = d.id;
-- data
insert into app.doc (code) values (1), (2);
insert into app.page values (1, 2), (2, 1);
-- after
create table app.doc (id bigserial primary key, code bigint unique default 7);
create table app.page (doc_id bigint references app.doc, code bigint references app.doc (code));
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t before update of id, code on app.doc for each row execute function app.touch();
create view app.docs as select d.id, p.code from app.doc d join app.page p on p.doc_id = d.id;

-- pair: everything moves into a new schema by name
-- expect lost: app.moved
-- back lost: late.moved
-- before
create table app.moved (id int primary key);
create view app.v as select id from app.moved;
-- after
create schema late;
create table late.moved (id int primary key);
create view app.v as select id from late.moved;

-- pair: a column goes from a table that a recursive view, a rule and a statement-level trigger use
-- before
create recursive view tree (id, depth) as select id, 0 from app.entry union all select t.id, depth + 1 from tree t where depth < 2;
create function app.touch() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger t after insert on app.entry referencing new table as fresh for each statement execute function app.touch();
create rule r as on delete to app.entry where old.note is null do instead nothing;
-- back: no
-- after
alter table app.entry drop column note;
create recursive view tree (id, depth) as select id, 0 from app.entry union all select t.id, depth + 1 from tree t where depth < 3;
create function app.touch() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger t after insert on app.entry referencing new table as fresh for each statement execute function app.touch();
create rule r as on delete to app.entry where old.amount is null do instead nothing;

-- pair: a materialized view over a function over a table whose column is retyped
-- before
create function app.sums() returns table (k varchar, s int) language sql stable as $$ select kind, sum(score)::int from app.account group by 1 $$;
create materialized view app.m as select * from app.sums();
create unique index on app.m (k);
-- after
alter table app.account alter kind type text;
create function app.sums() returns table (k text, s bigint) language sql stable as $$ select kind, sum(score) from app.account group by 1 $$;
create materialized view app.m as select * from app.sums();
create unique index on app.m (k);

-- pair: a sequence shared by two defaults becomes the identity of neither
-- before
create sequence app.ids;
alter table app.entry alter id set default nextval('app.ids');
alter table app.account add other bigint default nextval('app.ids');
-- back: no
-- after
alter table app.entry alter id add generated by default as identity;
alter table app.account add other bigint;

-- pair: a type in another schema that is dropped with its schema, used by a column that goes over
-- before
create schema old;
create type old.state as enum ('on', 'off');
alter table app.account add state old.state default 'on';
-- after
create type app.state as enum ('on', 'off');
alter table app.account add state app.state default 'on';

-- pair: a column under a view with a rule that makes it writable
-- before
create view app.v as select id, score from app.account;
create rule w as on update to app.v do instead update app.account set score = new.score where id = old.id;
create function app.ins() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger i instead of insert on app.v for each row execute function app.ins();
alter view app.v alter score set default 3;
-- after
alter table app.account alter score type bigint;
create view app.v as select id, score from app.account;
create rule w as on update to app.v do instead update app.account set score = new.score where id = old.id;
create function app.ins() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger i instead of insert on app.v for each row execute function app.ins();
alter view app.v alter score set default 3;
