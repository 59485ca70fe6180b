-- Indexes.

-- common
create table account (id int primary key, email text not null, age int, tags text[], at timestamptz, area box);
-- common data
insert into account select i, 'e' || i, i % 50, array['a', 'b' || i], timestamptz '2026-01-01' + i * interval '1 hour', box(point(i, i), point(i + 1, i + 1)) from generate_series(1, 100) i;

-- pair: an index comes and goes
-- expect untouched: public.account
-- after
create index account_email on account (email);

-- pair: a unique index over an expression
-- after
create unique index account_email on account (lower(email));

-- pair: a partial index
-- after
create index account_old on account (age) where age > 40 and email is not null;

-- pair: an index gains a column
-- before
create index i on account (age);
-- after
create index i on account (age, email);

-- pair: an index becomes unique
-- before
create index i on account (email);
-- after
create unique index i on account (email);

-- pair: order and nulls
-- before
create index i on account (age, email);
-- after
create index i on account (age desc, email asc nulls first);

-- pair: included columns
-- before
create index i on account (age);
-- after
create index i on account (age) include (email, id);

-- pair: another method
-- before
create index i on account (age);
-- after
create index i on account using hash (age);

-- pair: gin, gist, brin and spgist
-- after
create index a on account using gin (tags) with (fastupdate = off);
create index b on account using gist (area);
create index c on account using brin (at) with (pages_per_range = 32, autosummarize = on);
create index d on account using spgist (email);

-- pair: parameters come and go
-- expect never: drop index
-- before
create index i on account (age);
-- after
create index i on account (age) with (fillfactor = 70, deduplicate_items = off);

-- pair: parameters change
-- before
create index i on account (age) with (fillfactor = 70, deduplicate_items = off);
-- after
create index i on account (age) with (fillfactor = 80);

-- pair: an operator class
-- before
create index i on account (email);
-- after
create index i on account (email text_pattern_ops);

-- pair: an operator class with options
-- before
create table doc (v tsvector);
create index i on doc using gist (v);
-- after
create table doc (v tsvector);
create index i on doc using gist (v tsvector_ops (siglen = 100));

-- pair: a collation
-- before
create index i on account (email);
-- after
create index i on account (email collate "C");

-- pair: nulls not distinct
-- before
create unique index i on account (id, age);
-- after
create unique index i on account (id, age) nulls not distinct;

-- pair: the predicate changes
-- before
create index i on account (age) where age > 3;
-- after
create index i on account (age) where age > 4;

-- pair: a rename
-- expect plan: rename to
-- expect never: drop index
-- before
create index one on account (age);
-- after
create index two on account (age);

-- pair: two indexes exchange their names
-- before
create index one on account (age);
create index two on account (email);
-- after
create index two on account (age);
create index one on account (email);

-- pair: statistics of an expression
-- before
create index i on account ((age + 1), (id + 1));
-- after
create index i on account ((age + 1), (id + 1));
alter index i alter column 1 set statistics 300;

-- pair: a comment
-- before
create index i on account (age);
-- after
create index i on account (age);
comment on index i is 'by age';
comment on index account_pkey is 'by key';

-- pair: an index over a function that is new
-- after
create function norm(text) returns text language sql immutable as 'select lower($1)';
create index i on account (norm(email));

-- pair: an index over a function that changes its body
-- before
create function norm(text) returns text language sql immutable as 'select lower($1)';
create index i on account (norm(email));
-- after
create function norm(text) returns text language sql immutable as 'select pg_catalog.lower($1)';
create index i on account (norm(email));

-- pair: an index over a function that changes its result
-- before
create function norm(text) returns text language sql immutable as 'select lower($1)';
create index i on account (norm(email));
-- after
create function norm(text) returns varchar language sql immutable as 'select lower($1)';
create index i on account (norm(email));

-- pair: an index over a column whose type changes
-- before
create index i on account (age) where age > 10;
create index j on account ((age * 2));
-- after
alter table account alter age type bigint;
create index i on account (age) where age > 10;
create index j on account ((age * 2));

-- pair: an index on a materialized view
-- before
create materialized view m as select id, email from account;
-- after
create materialized view m as select id, email from account;
create unique index m_id on m (id);

-- pair: an index on a materialized view that changes
-- before
create materialized view m as select id, email from account;
create unique index m_id on m (id);
comment on index m_id is 'x';
-- after
create materialized view m as select id, email, age from account;
create unique index m_id on m (id);
comment on index m_id is 'x';

-- pair: an index that an enum is in
-- before
create type e as enum ('a', 'b');
create table t (e e, n int);
create index t_e on t (e) where e = 'a';
-- data
insert into t values ('a', 1);
-- after
create type e as enum ('a', 'c', 'b');
create table t (e e, n int);
create index t_e on t (e) where e = 'b';

-- pair: the same index written otherwise
-- expect actions: 0
-- before
create index i on account using btree (age asc nulls last) where (age > 3) and (email is not null);
-- after
create index i on public.account (age) where age > 3 and email is not null;

-- pair: an index that was left invalid
-- before
alter table account add column dup int default 1;
create index i on account (dup);
update pg_index set indisvalid = false where indexrelid = 'i'::regclass;
-- needs: superuser
-- back: no
-- after
alter table account add column dup int default 1;
create index i on account (dup);
