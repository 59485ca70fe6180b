-- Partitions and children in what happens to them at once.

-- common
create table m (id int not null, at date not null, v text, primary key (id, at)) partition by range (at);
create table m_1 partition of m for values from ('2025-01-01') to ('2026-01-01');
create table m_2 partition of m for values from ('2026-01-01') to ('2027-01-01');
-- common data
insert into m values (1, '2025-05-05', 'a'), (2, '2026-05-05', 'b');

-- pair: partitions of a partition come with keys, triggers, checks and a default one
-- before
create function fire() returns trigger language plpgsql as $$ begin return new; end $$;
-- after
create function fire() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t before insert on m for each row execute function fire();
alter table m add check (id > 0);
create table m_3 partition of m for values from ('2027-01-01') to ('2028-01-01') partition by hash (id);
create table m_3_0 partition of m_3 for values with (modulus 2, remainder 0);
create table m_3_1 partition of m_3 for values with (modulus 2, remainder 1);
create table m_rest partition of m default;
create index m_v on m (v);

-- pair: a partition has a check, an index, a trigger, a policy, a comment and privileges of its own
-- before
create function fire() returns trigger language plpgsql as $$ begin return new; end $$;
-- after
create function fire() returns trigger language plpgsql as $$ begin return new; end $$;
alter table m_1 add constraint own check (v <> '');
create index m_1_own on m_1 (v desc);
create trigger own before update on m_1 for each row execute function fire();
alter table m_1 enable row level security;
create policy own on m_1 using (id > 0);
comment on table m_1 is 'first';
comment on column m_1.v is 'value';
grant select on m_1 to pg_monitor;
alter table m_1 alter v set default 'x', alter v set storage external, alter v set statistics 7;

-- pair: a partition leaves, another comes in, with all that is on them
-- before
create table m_3 (id int not null, at date not null, v text, primary key (id, at));
create index m_v on m (v);
create index m_3_v on m_3 (v);
-- data
insert into m_3 values (3, '2027-05-05', 'c');
-- expect lost: public.m
-- back lost: public.m
-- after
create index m_v on m (v);
alter table m detach partition m_1;
create table m_3 (id int not null, at date not null, v text, primary key (id, at));
create index m_3_v on m_3 (v);
alter table m attach partition m_3 for values from ('2027-01-01') to ('2028-01-01');

-- pair: a column comes, another changes its type, a third goes, under an index and a partition's own default
-- before
alter table m add w int default 3, add x text;
alter table m_2 alter w set default 4;
create index m_w on m (w);
-- back: no
-- after
alter table m add w bigint default 3, add y date not null default '2025-01-01';
alter table m_2 alter w set default 5;
create index m_w on m (w, y);

-- pair: a foreign key to the partitioned table comes and goes with one from it
-- before
create table o (id int primary key, m_id int, m_at date);
-- data
insert into o values (1, 1, '2025-05-05');
-- after
create table o (id int primary key, m_id int, m_at date, foreign key (m_id, m_at) references m (id, at));
alter table m add o_id int references o;

-- pair: a foreign key to a partitioned table while a partition is added and its key's type changes
-- before
create table o (id int primary key, m_id int, m_at date, foreign key (m_id, m_at) references m (id, at));
-- data
insert into o values (1, 1, '2025-05-05');
-- back: no
-- after
alter table m alter id type bigint;
create table m_3 partition of m for values from ('2027-01-01') to ('2028-01-01');
create table o (id int primary key, m_id bigint, m_at date, foreign key (m_id, m_at) references m (id, at));

-- pair: the primary key of a partitioned table becomes another under another name
-- before
create index m_v on m (v);
-- after
alter table m drop constraint m_pkey, alter v set not null, add constraint m_key primary key (id, at, v);
create index m_v on m (v);

-- pair: a primary key becomes a unique constraint in partitions
-- after
alter table m drop constraint m_pkey, add unique (at, id);

-- pair: the table is partitioned otherwise with the same partitions' names
-- expect lost: public.m_1, public.m_2
-- back: no
-- after
drop table m;
create table m (id int not null, at date not null, v text, primary key (id, at)) partition by hash (id);
create table m_1 partition of m for values with (modulus 2, remainder 0);
create table m_2 partition of m for values with (modulus 2, remainder 1);

-- pair: a partitioned table becomes a plain one
-- expect lost: public.m_1, public.m_2
-- back: no
-- after
drop table m;
create table m (id int not null, at date not null, v text, primary key (id, at));

-- pair: partitions in another schema with names of their own
-- before
create schema old;
-- after
create schema old;
create table old.m_2024 partition of m for values from ('2024-01-01') to ('2025-01-01');
alter table old.m_2024 rename constraint m_2024_pkey to key_2024;
create index m_v on m (v);

-- pair: bounds of two partitions are exchanged
-- expect lost: public.m_1, public.m_2
-- back lost: public.m_1, public.m_2
-- after
drop table m;
create table m (id int not null, at date not null, v text, primary key (id, at)) partition by range (at);
create table m_2 partition of m for values from ('2025-01-01') to ('2026-01-01');
create table m_1 partition of m for values from ('2026-01-01') to ('2027-01-01');

-- pair: two partitions become one
-- expect lost: public.m_1, public.m_2, public.m
-- back: no
-- after
drop table m;
create table m (id int not null, at date not null, v text, primary key (id, at)) partition by range (at);
create table m_1 partition of m for values from ('2025-01-01') to ('2027-01-01');

-- pair: a generated column and an identity in a partitioned table
-- after
alter table m add g text generated always as (v || '!') stored;
alter table m add n bigint generated always as identity;
create index m_g on m (g);
-- since: 17

-- pair: children of several levels: a column, a check and a default at each
-- before
create table a (x int);
create table b (y int) inherits (a);
create table c (z int) inherits (b);
-- data
insert into a values (1);
insert into b values (2, 2);
insert into c values (3, 3, 3);
-- after
create table a (x bigint default 1, check (x > 0));
create table b (y int, check (y > 0)) inherits (a);
create table c (z int) inherits (b);
alter table c alter x set default 3;
alter table b add q text;

-- pair: a child of two parents with the same column
-- before
create table a (x int, n text);
create table b (x int, m text);
create table c () inherits (a, b);
-- data
insert into c values (1, 'n', 'm');
-- after
create table a (x int not null, n text);
create table b (x int, m text default 'q');
create table c (own int) inherits (a, b);

-- pair: a child stands alone, with what it inherited
-- before
create table a (x int, constraint pos check (x > 0));
create table b (y int) inherits (a);
create index b_x on b (x);
-- data
insert into b values (1, 2);
-- after
create table a (x int, constraint pos check (x > 0));
create table b (x int, y int, constraint pos check (x > 0));
create index b_x on b (x);

-- pair: a parent's column is renamed nowhere but retyped everywhere, under a view over the child
-- before
create table a (x int);
create table b (y int) inherits (a);
create view w as select x, y from b;
create view u as select x from a;
-- data
insert into b values (1, 2);
-- after
create table a (x text);
create table b (y int) inherits (a);
create view w as select x, y from b;
create view u as select x from a;
-- expect changed: public.a, public.b
-- back changed: public.a, public.b

-- pair: no inherit comes and goes on a check
-- before
create table a (x int, constraint one check (x > 0), constraint two check (x < 9) no inherit);
create table b () inherits (a);
-- data
insert into b values (5);
-- after
create table a (x int, constraint one check (x > 0) no inherit, constraint two check (x < 9));
create table b () inherits (a);

-- pair: triggers of a partitioned table: one goes, one changes, one is off in one partition
-- before
create function fire() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t1 after insert on m for each row execute function fire();
create trigger t2 after insert on m for each row execute function fire();
create trigger t3 after update on m for each row execute function fire();
-- after
create function fire() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger t2 after update on m for each row when (new.id > 1) execute function fire();
create trigger t3 after update on m for each row execute function fire();
alter table m_1 disable trigger t3;
create constraint trigger t4 after insert on m deferrable for each row execute function fire();

-- pair: a table of a type becomes partitioned
-- before
create type ty as (id int, k text);
create table p of ty;
-- data
insert into p values (1, 'a');
-- back: no
-- after
create type ty as (id int, k text);
create table p of ty partition by list (k);
create table p_a partition of p for values in ('a');

-- pair: an index of the whole comes where partitions have equal ones under other names
-- before
create index first on m_1 (v);
create index second on m_2 (v);
-- after
create index first on m_1 (v);
create index second on m_2 (v);
create index whole on m (v);

-- pair: an index of the whole goes, a partition keeps one of its own
-- before
create index whole on m (v);
-- after
create index first on m_1 (v);

-- pair: a null partition, a default one and lists of several columns' types
-- before
create table l (k text, n int) partition by list (k);
create table l_null partition of l for values in (null);
create table l_rest partition of l default;
-- data
insert into l values (null, 1), ('z', 2);
-- after
create table l (k text, n int) partition by list (k);
create table l_null partition of l for values in (null, 'none');
create table l_z partition of l for values in ('z');
create table l_rest partition of l default;
-- expect lost: public.l_rest
-- back: no
