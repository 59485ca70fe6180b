-- Sequences.

-- common
create sequence s;
create table t (id int, n int);
-- common data
select setval('s', 10);

-- pair: a sequence comes and goes
-- after
create sequence s2 as smallint increment by -2 minvalue -100 maxvalue 0 start with -10 cache 5 cycle;

-- pair: the increment
-- after
alter sequence s increment by 5;

-- pair: the bounds
-- after
drop sequence s;
create sequence s minvalue 5 maxvalue 1000;

-- pair: the start
-- expect check: nextval('s') = 11
-- back lost: public.s
-- after
alter sequence s start with 7;

-- pair: cache and cycle
-- after
alter sequence s cache 20 cycle;

-- pair: the type is narrowed
-- after
drop sequence s;
create sequence s as smallint;

-- pair: the type is widened
-- before
drop sequence s;
create sequence s as integer;
-- after

-- pair: owned by a column
-- after
alter sequence s owned by t.id;

-- pair: owned by another column
-- before
alter sequence s owned by t.id;
-- after
alter sequence s owned by t.n;

-- pair: owned by a column of a new table
-- back: no
-- after
create table u (id int default nextval('s'));
alter sequence s owned by u.id;

-- pair: a column goes, its sequence with it
-- before
create table u (id serial, v text);
-- back: no
-- after
create table u (v text);

-- pair: a column goes, its sequence stays
-- before
create table u (id int default nextval('s'), v text);
alter sequence s owned by u.id;
-- expect check: nextval('s') = 11
-- after
create table u (v text);

-- pair: a table goes, its sequence stays
-- before
create table u (id int default nextval('s'), v text);
alter sequence s owned by u.id;
-- expect check: nextval('s') = 11
-- after

-- pair: a sequence that two tables use
-- before
create table a (id int default nextval('s'));
-- after
create table a (id int default nextval('s'));
create table b (id int default nextval('s'), c text default currval('s')::text);

-- pair: unlogged
-- after
alter sequence s set unlogged;

-- pair: privileges
-- after
grant usage, select on sequence s to pg_monitor;

-- pair: a comment
-- after
comment on sequence s is 'numbers';

-- pair: owner
-- needs: superuser
-- after
alter sequence s owner to pg_monitor;

-- pair: descending becomes ascending
-- before
create sequence d increment by -1;
-- after
create sequence d increment by 1;
-- expect lost: public.d
-- back lost: public.d

-- pair: a serial column's sequence under another name
-- before
create table u (id serial primary key, v text);
-- data
insert into u (v) values ('a'), ('b');
-- back: no
-- after
create table u (id serial primary key, v text);
alter sequence u_id_seq rename to u_numbers;
-- expect check: nextval('u_numbers') = 3

-- pair: a sequence becomes a table
-- after
drop sequence s;
create table s (a int);
-- expect lost: public.s
