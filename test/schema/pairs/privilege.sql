-- Privileges, default privileges, comments on everything, settings.

-- common
create schema app;
create table app.t (id serial primary key, a int, "B b" text);
create view app.v as select * from app.t;
create materialized view app.m as select * from app.t;
create sequence app.s;
create type app.e as enum ('a');
create domain app.d as int;
create function app.f(int, text) returns int language sql as $$ select 1 $$;
create procedure app.p(int) language sql as $$ $$;
create aggregate app.total(int) (sfunc = int4pl, stype = int);

-- pair: privileges of everything come and go
-- after
grant usage, create on schema app to pg_monitor;
grant all on app.t to pg_monitor;
grant select, insert on app.v to public;
grant select on app.m to pg_monitor with grant option;
grant usage on sequence app.s, app.t_id_seq to pg_monitor;
grant usage on type app.e, app.d to pg_monitor with grant option;
grant execute on function app.f(int, text) to pg_monitor;
grant execute on procedure app.p(int) to pg_monitor;
grant execute on function app.total(int) to pg_monitor;

-- pair: privileges of columns come and go
-- after
grant select (id, "B b"), update (a) on app.t to pg_monitor;
grant references (id) on app.t to public;
grant insert (a) on app.t to pg_read_all_data with grant option;

-- pair: privileges of columns beside those of the table
-- before
grant select on app.t to pg_monitor;
-- after
grant select (id) on app.t to pg_monitor;

-- pair: privileges of a column grow
-- before
grant select (id) on app.t to pg_monitor;
-- after
grant select (id, a), insert (a) on app.t to pg_monitor;

-- pair: privileges of a column of a view
-- after
grant select (id) on app.v to pg_monitor;

-- pair: the grant option comes and goes
-- before
grant select, update on app.t to pg_monitor;
-- after
grant select, update on app.t to pg_monitor with grant option;

-- pair: privileges are taken from public
-- after
revoke all on function app.f(int, text) from public;
revoke all on procedure app.p(int) from public;
revoke all on type app.e from public;
revoke all on schema public from public;

-- pair: privileges are taken from the owner
-- after
revoke insert, update, delete, truncate on app.t from current_user;

-- pair: all privileges are taken from the owner
-- after
revoke all on app.t from current_user;
revoke all on app.v from current_user;
revoke all on sequence app.s from current_user;
revoke all on function app.f(int, text) from current_user, public;
revoke all on type app.e from current_user, public;
revoke all on schema app from current_user;

-- pair: maintain
-- since: 17
-- after
grant maintain on app.t to pg_monitor;

-- pair: a privilege replaces another
-- before
grant select on app.t to pg_monitor;
-- after
grant insert on app.t to pg_monitor;

-- pair: a privilege goes from one role to another
-- before
grant select on app.t to pg_monitor;
-- after
grant select on app.t to pg_read_all_data;

-- pair: privileges of a table that is new
-- after
create table app.n (a int, b int);
grant select on app.n to pg_monitor;
grant update (b) on app.n to pg_monitor;
revoke select on app.n from current_user;

-- pair: privileges of a column that is new
-- after
alter table app.t add column c int;
grant select (c) on app.t to pg_monitor;

-- pair: privileges of a column that changes its type
-- before
create table app.n (a int, b int);
grant update (b) on app.n to pg_monitor;
-- after
create table app.n (a int, b bigint);
grant update (b), select (b) on app.n to pg_monitor;

-- pair: default privileges come and go
-- after
alter default privileges in schema app grant select on tables to pg_monitor;
alter default privileges grant usage on sequences to pg_monitor;
alter default privileges revoke execute on functions from public;
alter default privileges in schema app grant usage on types to pg_monitor with grant option;
alter default privileges grant create on schemas to pg_monitor;

-- pair: default privileges change
-- before
alter default privileges in schema app grant select on tables to pg_monitor;
-- after
alter default privileges in schema app grant select, insert on tables to pg_monitor, pg_read_all_data;

-- pair: default privileges of another role
-- needs: superuser
-- after
alter default privileges for role pg_monitor in schema app grant select on tables to pg_read_all_data;

-- pair: what is made under default privileges gets exactly what is wanted
-- before
alter default privileges in schema app grant select on tables to pg_monitor;
alter default privileges in schema app revoke execute on functions from public;
-- after
create table app.without (a int);
create function app.open() returns int language sql as $$ select 1 $$;
create view app.w as select 1 as a;
create sequence app.z;
alter default privileges in schema app grant select on tables to pg_monitor;
alter default privileges in schema app revoke execute on functions from public;

-- pair: what is made again under default privileges
-- before
alter default privileges in schema app grant select on tables to pg_monitor;
create view app.w as select 1 as a;
-- after
alter default privileges in schema app grant select on tables to pg_monitor;
create view app.w as select 'x' as b;
revoke select on app.w from pg_monitor;

-- pair: default privileges come with the things that they are for
-- after
alter default privileges in schema app grant select on tables to pg_monitor;
alter default privileges in schema app revoke execute on functions from public;
create table app.n (a int);
create function app.open() returns int language sql as $$ select 1 $$;

-- pair: a schema with default privileges goes
-- before
create schema gone;
alter default privileges in schema gone grant select on tables to pg_monitor;
create table gone.t (a int);
-- after

-- pair: comments on everything
-- after
comment on schema app is 'schema';
comment on table app.t is 'table';
comment on column app.t."B b" is 'column';
comment on constraint t_pkey on app.t is 'constraint';
comment on index app.t_pkey is 'index';
comment on view app.v is 'view';
comment on column app.v.id is 'column of a view';
comment on materialized view app.m is 'materialized view';
comment on sequence app.s is 'sequence';
comment on type app.e is 'type';
comment on domain app.d is 'domain';
comment on function app.f(int, text) is 'function';
comment on procedure app.p(int) is 'procedure';
comment on aggregate app.total(int) is 'aggregate';

-- pair: the comment on schema public
-- needs: superuser
-- after
comment on schema public is null;

-- pair: comments change
-- before
comment on schema app is 'one';
comment on table app.t is 'one';
comment on function app.f(int, text) is 'one';
-- after
comment on schema app is 'two';
comment on table app.t is 'two';
comment on function app.f(int, text) is e'two\n''lines''';

-- pair: owners of everything
-- needs: superuser
-- after
alter schema app owner to pg_monitor;
alter table app.t owner to pg_monitor;
alter view app.v owner to pg_monitor;
alter materialized view app.m owner to pg_monitor;
alter sequence app.s owner to pg_monitor;
alter type app.e owner to pg_monitor;
alter domain app.d owner to pg_monitor;
alter function app.f(int, text) owner to pg_monitor;
alter procedure app.p(int) owner to pg_monitor;
alter aggregate app.total(int) owner to pg_monitor;

-- pair: owner and privileges at once
-- needs: superuser
-- before
grant select on app.t to pg_read_all_data;
-- after
grant select, insert on app.t to pg_read_all_data;
alter table app.t owner to pg_monitor;
grant update on app.t to postgres;

-- pair: things of another owner are new
-- needs: superuser
-- after
create schema theirs authorization pg_monitor;
create table theirs.t (id serial primary key, a int);
alter table theirs.t owner to pg_monitor;
create view theirs.v as select id from theirs.t;
alter view theirs.v owner to pg_monitor;
create function theirs.f() returns int language sql as $$ select 1 $$;
alter function theirs.f() owner to pg_monitor;
revoke all on function theirs.f() from public;

-- pair: schemas come and go
-- after
create schema "New One";
comment on schema "New One" is 'n';
grant usage on schema "New One" to pg_monitor;

-- pair: a schema goes with all that is in it
-- before
create schema gone;
create table gone.t (id serial primary key, e app.e);
create function gone.f() returns setof gone.t language sql as $$ select * from gone.t $$;
create view gone.v as select * from gone.f();
create view app.over as select id from gone.v;
-- back: no
-- after
