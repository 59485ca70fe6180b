-- Tables that inherit.

-- common
create table base (id int not null, name text default 'x', constraint named check (name <> ''));
create table one (extra int) inherits (base);
-- common data
insert into base values (1, 'a');
insert into one values (2, 'b', 3);

-- pair: a child comes and goes
-- after
create table two (more text) inherits (base);

-- pair: a child of two parents
-- after
create table other (id int not null, at date);
create table two (own int) inherits (base, other);

-- pair: a child of a child
-- after
create table two (own int) inherits (one);

-- pair: a column of the parent
-- after
alter table base add column more int default 7;

-- pair: a column of the parent that the child has as well
-- before
alter table one add column more int;
-- after
alter table one add column more int;
alter table base add column more int;

-- pair: a column of the parent that the child keeps
-- before
create table p (a int, b int);
create table c () inherits (p);
-- data
insert into c values (1, 2);
-- expect untouched: public.c
-- after
create table p (a int);
create table c (b int) inherits (p);

-- pair: a column of the parent goes
-- before
create table p (a int, b int);
create table c (d int) inherits (p);
-- data
insert into c values (1, 2, 3);
-- after
create table p (a int);
create table c (d int) inherits (p);

-- pair: a column's type
-- after
alter table base alter column id type bigint;

-- pair: a default of the parent, another of the child
-- after
alter table base alter column name set default 'y';
alter table one alter column name set default 'z';

-- pair: not null of the parent
-- data
-- after
alter table base alter column name set not null;

-- pair: not null of the child
-- after
alter table one alter column name set not null;

-- pair: not null goes from the parent
-- after
alter table base alter column id drop not null;

-- pair: a check of the parent
-- after
alter table base add constraint positive check (id > 0);

-- pair: a check of the parent that is not inherited
-- after
alter table base add constraint positive check (id > 0) no inherit;

-- pair: a check that the child has as well
-- before
alter table one add constraint positive check (id > 0);
-- after
alter table one add constraint positive check (id > 0);
alter table base add constraint positive check (id > 0);

-- pair: a check of the parent changes
-- before
alter table base add constraint positive check (id > 0);
-- after
alter table base add constraint positive check (id > -1);

-- pair: a child leaves its parent
-- expect untouched: public.one
-- expect lost: public.base
-- back lost: public.base
-- after
alter table one no inherit base;

-- pair: a table becomes a child
-- before
create table two (id int not null, name text default 'x', constraint named check (name <> ''));
-- data
insert into two values (5, 'e');
-- expect untouched: public.two
-- after
create table two () inherits (base);

-- pair: a child changes its parent
-- before
create table base2 (id int not null, name text default 'x', constraint named check (name <> ''));
create table two () inherits (base);
-- data
insert into two values (5, 'e');
-- after
create table base2 (id int not null, name text default 'x', constraint named check (name <> ''));
create table two () inherits (base2);

-- pair: a parent goes, the child stays
-- before
create table p (a int, b int);
create table c (d int) inherits (p);
-- data
insert into c values (1, 2, 3);
-- expect untouched: public.c
-- after
create table c (a int, b int, d int);

-- pair: a view over the parent
-- before
create view v as select id, name from base;
-- after
alter table base alter column id type bigint;
create view v as select id, name from base;

-- pair: a generated column of parent and child
-- before
create table p (a int);
create table c () inherits (p);
-- data
insert into c values (1);
-- after
create table p (a int, b int generated always as (a * 2) stored);
create table c () inherits (p);

-- pair: a table inherits from one that loses and gains columns
-- before
create table above (gone int, kept int);
create table below (kept int, own int);
-- data
insert into above values (1, 2);
insert into below values (3, 4);
-- after
create table above (kept int, fresh int default 7);
create table below (own int) inherits (above);

-- pair: a child of a table with a check that is not valid
-- before
create table above (a int);
alter table above add constraint positive check (a > 0) not valid;
create table other (b int);
-- data
insert into other values (1);
-- after
create table above (a int);
create table below (b int) inherits (above);
create table other (b int) inherits (above);
alter table above add constraint positive check (a > 0) not valid;

-- pair: a table inherits from another than before, what it has from both stays
-- before
create table top (id int, v int, constraint b check (id > 0));
create table first_middle () inherits (top);
create table leaf (x int) inherits (first_middle);
-- data
insert into leaf values (1, 2, 3);
-- expect untouched: public.leaf
-- after
create table top (id int, v int, w int, constraint b check (id > 0));
create table second_middle () inherits (top);
create table leaf (x int) inherits (second_middle);

-- pair: a parent gets the column that its child has, of another type
-- before
create table above (id int);
create table below (n int) inherits (above);
-- data
insert into below values (1, 2);
-- after
create table above (id int, n bigint);
create table below () inherits (above);
