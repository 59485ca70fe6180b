-- Partitioned tables and their partitions.

-- common
create table event (id bigint not null, at date not null, kind text) partition by range (at);
create table event_2025 partition of event for values from ('2025-01-01') to ('2026-01-01');
create table event_2026 partition of event for values from ('2026-01-01') to ('2027-01-01') partition by list (kind);
create table event_2026_a partition of event_2026 for values in ('a');
create table event_2026_rest partition of event_2026 default;
-- common data
insert into event select i, date '2025-06-01' + i, case i % 2 when 0 then 'a' else 'b' end from generate_series(1, 400) i;

-- pair: a partitioned table comes and goes
-- after
create table log (id int, at timestamptz not null default now(), primary key (id, at)) partition by range (at);
create table log_1 partition of log for values from (minvalue) to ('2026-01-01');
create table log_2 partition of log for values from ('2026-01-01') to (maxvalue);
create index on log (at desc);

-- pair: hash partitions
-- after
create table log (id int) partition by hash (id);
create table log_0 partition of log for values with (modulus 2, remainder 0);
create table log_1 partition of log for values with (modulus 2, remainder 1);

-- pair: range over expression, operator class and collation
-- after
create table log (id int, v text) partition by range (lower(v) collate "C" text_pattern_ops, (id + 1));
create table log_1 partition of log for values from ('a', minvalue) to ('n', maxvalue);

-- pair: a partition comes and goes
-- back: no
-- after
create table event_2027 partition of event for values from ('2027-01-01') to ('2028-01-01');

-- pair: a default partition
-- after
create table event_rest partition of event default;

-- pair: a partition goes, its rows with it
-- back: no
-- expect lost: public.event
-- after
drop table event_2025;

-- pair: a partition is detached and attached
-- expect untouched: public.event_2025
-- expect lost: public.event
-- back lost: public.event
-- after
alter table event detach partition event_2025;

-- pair: a table becomes a partition
-- before
create table event_2027 (id bigint not null, at date not null, kind text);
-- data
insert into event_2027 values (1, '2027-05-05', 'x');
-- expect untouched: public.event_2027
-- expect lost: public.event
-- back lost: public.event
-- after
create table event_2027 partition of event for values from ('2027-01-01') to ('2028-01-01');

-- pair: the bounds of a partition change
-- after
alter table event detach partition event_2025;
alter table event attach partition event_2025 for values from ('2024-01-01') to ('2026-01-01');

-- pair: a list gains a value
-- before
create table l (k text, v int) partition by list (k);
create table l_1 partition of l for values in ('a', 'b');
-- data
insert into l values ('a', 1), ('b', 2);
-- after
create table l (k text, v int) partition by list (k);
create table l_1 partition of l for values in ('a', 'b', 'c', null);

-- pair: a column
-- after
alter table event add column note text not null default 'x';

-- pair: a column goes, with what is on it
-- before
create table m (id int not null, k text default 'x', v int check (v > 0)) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (maxvalue);
create index on m (k);
create view w as select id, k from m;
-- data
insert into m values (1, 'a', 1);
-- after
create table m (id int not null) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (maxvalue);
create view w as select id from m;

-- pair: a column's type
-- after
alter table event alter column id type numeric;

-- pair: a column's type under a view and an index
-- before
create index on event (id);
create view v as select id from event where kind = 'a';
-- after
alter table event alter column id type numeric;
create index on event (id);
create view v as select id from event where kind = 'a';

-- pair: a default of the table and another of a partition
-- after
alter table event alter column kind set default 'a';
alter table event_2025 alter column kind set default 'b';

-- pair: not null
-- after
alter table event alter column kind set not null;

-- pair: not null of a partition alone
-- after
alter table event_2025 alter column kind set not null;

-- pair: a primary key on a table with partitions
-- before
create table log (id int, at date, v text) partition by range (at);
create table log_1 partition of log for values from (minvalue) to ('2026-01-01');
create table log_2 partition of log for values from ('2026-01-01') to (maxvalue);
-- data
insert into log values (1, '2025-01-01', 'a'), (2, '2026-01-01', 'b');
-- after
create table log (id int, at date, v text, primary key (id, at)) partition by range (at);
create table log_1 partition of log for values from (minvalue) to ('2026-01-01');
create table log_2 partition of log for values from ('2026-01-01') to (maxvalue);

-- pair: an index on a table with partitions
-- after
create index event_kind on event (kind, id);

-- pair: an index of a partition alone
-- after
create index event_2025_kind on event_2025 (kind);

-- pair: an index of a partition becomes part of the table's
-- before
create index event_2025_kind on event_2025 (kind);
-- after
create index event_2025_kind on event_2025 (kind);
create index event_kind on event (kind);

-- pair: an index of the table alone is invalid
-- after
create index event_kind on only event (kind);

-- pair: an index becomes valid as the partitions' are attached
-- before
create index event_kind on only event (kind);
-- after
create index event_kind on event (kind);

-- pair: an index on a partitioned table changes
-- before
create index event_kind on event (kind);
-- after
create index event_kind on event (kind, id desc);

-- pair: an index on a partitioned table is renamed
-- before
create index event_kind on event (kind);
-- after
create index event_kind on event (kind);
alter index event_kind rename to event_sort;
alter index event_2025_kind_idx rename to event_2025_sort;

-- pair: a unique constraint on a partitioned table
-- after
alter table event add constraint event_unique unique (id, at, kind);

-- pair: a new partition of a table with indexes and keys
-- before
alter table event add constraint event_unique unique (id, at, kind);
create index event_kind on event (kind);
-- after
alter table event add constraint event_unique unique (id, at, kind);
create index event_kind on event (kind);
create table event_2027 partition of event for values from ('2027-01-01') to ('2028-01-01');
-- back: no

-- pair: a foreign key from a partitioned table
-- before
create table kind (name text primary key);
-- data
insert into kind values ('a'), ('b');
-- after
create table kind (name text primary key);
alter table event add foreign key (kind) references kind;

-- pair: a foreign key to a partitioned table
-- before
create table p (id int primary key) partition by hash (id);
create table p_0 partition of p for values with (modulus 2, remainder 0);
create table p_1 partition of p for values with (modulus 2, remainder 1);
create table c (p_id int);
-- data
insert into p select generate_series(1, 10);
insert into c select generate_series(1, 10);
-- after
create table p (id int primary key) partition by hash (id);
create table p_0 partition of p for values with (modulus 2, remainder 0);
create table p_1 partition of p for values with (modulus 2, remainder 1);
create table c (p_id int references p on delete cascade);

-- pair: a foreign key between partitioned tables
-- before
create table p (id int primary key) partition by hash (id);
create table p_0 partition of p for values with (modulus 1, remainder 0);
create table c (p_id int) partition by hash (p_id);
create table c_0 partition of c for values with (modulus 1, remainder 0);
-- data
insert into p select generate_series(1, 10);
insert into c select generate_series(1, 10);
-- after
create table p (id int primary key) partition by hash (id);
create table p_0 partition of p for values with (modulus 1, remainder 0);
create table c (p_id int references p on delete cascade) partition by hash (p_id);
create table c_0 partition of c for values with (modulus 1, remainder 0);

-- pair: a check of the table
-- after
alter table event add constraint positive check (id > 0);

-- pair: a check of a partition
-- after
alter table event_2025 add constraint small check (id < 100000);

-- pair: a trigger of the table
-- before
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
-- after
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert on event for each row execute function trg();

-- pair: a trigger of the table is off in a partition
-- before
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert on event for each row execute function trg();
-- after
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert on event for each row execute function trg();
alter table event_2025 disable trigger tr;

-- pair: a trigger of the table changes
-- before
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert on event for each row execute function trg();
-- after
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert or update on event for each row when (new.id > 0) execute function trg();

-- pair: identity of a partitioned table
-- since: 17
-- before
create table p (id int not null, v text) partition by hash (id);
create table p_0 partition of p for values with (modulus 1, remainder 0);
-- data
insert into p values (1, 'a'), (5, 'b');
-- after
create table p (id int generated always as identity, v text) partition by hash (id);
create table p_0 partition of p for values with (modulus 1, remainder 0);

-- pair: a generated column of a partitioned table
-- after
alter table event add column kinds text generated always as (kind || kind) stored;

-- pair: privileges, comments and row security of partitions
-- after
grant select on event_2025 to pg_monitor;
comment on table event_2025 is 'old';
comment on column event_2025.kind is 'kind';
alter table event_2025 enable row level security;
create policy p on event_2025 using (true);

-- pair: parameters of a partition
-- after
alter table event_2025 set (fillfactor = 50, autovacuum_enabled = off);

-- pair: a plain table becomes partitioned
-- before
create table m (id int, at date not null, v text);
-- data
insert into m values (1, '2025-01-01', 'a'), (2, '2026-01-01', 'b');
-- expect check: (select count(*) = 2 from m)
-- after
create table m (id int, at date not null, v text) partition by range (at);
create table m_1 partition of m for values from (minvalue) to ('2026-01-01');
create table m_2 partition of m for values from ('2026-01-01') to (maxvalue);

-- pair: a plain table with keys to and from it becomes partitioned
-- before
create table o (id int primary key);
create table m (id int primary key, o_id int references o, v text);
create table n (m_id int references m);
create view w as select v from m;
grant select on m to pg_monitor;
-- data
insert into o values (1);
insert into m values (1, 1, 'a'), (2, 1, 'b');
insert into n values (2);
-- after
create table o (id int primary key);
create table m (id int primary key, o_id int references o, v text) partition by hash (id);
create table m_0 partition of m for values with (modulus 2, remainder 0);
create table m_1 partition of m for values with (modulus 2, remainder 1);
create table n (m_id int references m);
create view w as select v from m;
grant select on m to pg_monitor;

-- pair: a serial table becomes partitioned and goes on
-- before
create table m (id serial primary key, v text);
-- data
insert into m (v) values ('a'), ('b');
-- after
create table m (id serial primary key, v text) partition by hash (id);
create table m_0 partition of m for values with (modulus 1, remainder 0);
-- expect check: nextval('m_id_seq') = 3

-- pair: the key of a partitioned table changes
-- before
create table m (id int not null, k text not null) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (maxvalue);
-- data
insert into m values (1, 'a'), (2, 'b');
-- after
create table m (id int not null, k text not null) partition by list (k);
create table m_1 partition of m for values in ('a', 'b');

-- pair: a partition is split
-- before
create table m (id int not null, k text not null) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (maxvalue);
-- data
insert into m values (1, 'a'), (200, 'b');
-- expect lost: public.m_1
-- expect check: (select array_agg(id order by id) = '{1,200}' from m)
-- expect check: (select id = 200 from m_2)
-- back lost: public.m, public.m_1, public.m_2
-- after
create table m (id int not null, k text not null) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (100);
create table m_2 partition of m for values from (100) to (maxvalue);

-- pair: partitions are taken out of the default one, and bounds are exchanged
-- before
create table m (id int not null, k text default 'k', n int generated always as (id + 1) stored) partition by range (id);
create table m_1 partition of m for values from (0) to (100);
create table m_2 (k text, n int generated always as (id + 1) stored, id int not null);
alter table m attach partition m_2 for values from (100) to (200);
create table m_rest partition of m default;
-- data
insert into m values (1, 'a'), (150, 'b'), (250, 'c'), (350, 'd'), (-1, 'e');
-- expect lost: public.m_1, public.m_2, public.m_rest
-- expect check: (select array_agg(id order by id) = '{-1,1,150,250,350}' and sum(n - id) = 5 from m)
-- expect check: (select array_agg(id) = '{150}' from m_1)
-- expect check: (select array_agg(id) = '{1}' from m_2)
-- expect check: (select array_agg(id) = '{250}' from m_3)
-- back lost: public.m_1, public.m_2, public.m_3, public.m_rest, public.m
-- after
create table m (id int not null, k text default 'k', n int generated always as (id + 1) stored) partition by range (id);
create table m_1 partition of m for values from (100) to (200);
create table m_2 (k text, n int generated always as (id + 1) stored, id int not null);
alter table m attach partition m_2 for values from (0) to (100);
create table m_3 partition of m for values from (200) to (300);
create table m_rest partition of m default;

-- pair: a partition of lists gives a value to a new one
-- before
create table m (k text not null, v int) partition by list (k);
create table m_ab partition of m for values in ('a', 'b');
-- data
insert into m values ('a', 1), ('b', 2);
-- expect lost: public.m_ab
-- expect check: (select count(*) = 2 from m)
-- back: no
-- after
create table m (k text not null, v int) partition by list (k);
create table m_ab partition of m for values in ('a');
create table m_b partition of m for values in ('b');

-- pair: a partition becomes partitioned itself
-- before
create table m (id int not null, k text not null) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (maxvalue);
-- data
insert into m values (1, 'a'), (200, 'b');
-- after
create table m (id int not null, k text not null) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (maxvalue) partition by list (k);
create table m_1_rest partition of m_1 default;

-- pair: partitions written in another order and way
-- expect actions: 0
-- before
create table m (id int not null primary key, k text not null) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (5);
create table m_2 partition of m for values from (5) to (maxvalue);
-- after
create table m (id int not null primary key, k text not null) partition by range (id);
create table m_2 partition of m for values from ('5') to (maxvalue);
create table m_1 partition of m for values from (minvalue) to ('5');

-- pair: a partition with columns in another order
-- before
create table m (id int, k text) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (maxvalue);
-- data
insert into m values (1, 'a');
-- expect actions: 0
-- after
create table m (id int, k text) partition by range (id);
create table m_1 (gone int, k text, id int);
alter table m_1 drop column gone;
alter table m attach partition m_1 for values from (minvalue) to (maxvalue);

-- pair: indexes of partitions are counted otherwise
-- before
create table m (id int, k text) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (maxvalue);
create index a on m (k);
create index b on m (k) where k <> '';
create index c on m (k) where k <> 'c';
-- after
create table m (id int, k text) partition by range (id);
create table m_1 partition of m for values from (minvalue) to (maxvalue);
create index d on m (k) where k <> 'd';
create index c on m (k) where k <> 'c';
create index b on m (k) where k <> '';
-- expect never: create index[^;]* b on

-- pair: a partition goes from one table to another
-- before
create table one (id int, k text) partition by list (id);
create table p partition of one for values in (1);
-- data
insert into one values (1, 'a');
-- expect untouched: public.p
-- after
create table two (id int, k text) partition by list (id);
create table p partition of two for values in (1);

-- pair: a partitioned table with a key to itself goes
-- before
create table node (id int primary key, parent int references node) partition by list (id);
create table node_1 partition of node default;
-- data
insert into node values (1, null), (2, 1);
-- after

-- pair: a default of a partition gives way to an identity
-- since: 17
-- before
create table m (id int default 1) partition by list (id);
create table m_1 partition of m default;
-- data
insert into m values (1);
-- after
create table m (id int generated always as identity) partition by list (id);
create table m_1 partition of m default;
