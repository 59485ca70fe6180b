-- The work of the REST figures: a function of ten columns, a table read by its key, one that is filtered and embeds another, and one
-- that is written.
create role bench_anon nologin;
create role bench_authenticator login noinherit password 'bench';
grant bench_anon to bench_authenticator;
grant usage on schema public to bench_anon;

create function test_func_v1(_records int, _text text, _int int, _ts timestamp, _bool bool)
returns table (
  id1 int, foo1 text, bar1 text, datetime1 timestamp,
  id2 int, foo2 text, bar2 text, datetime2 timestamp,
  long_foo_bar text, is_foobar bool
)
language sql
stable
as $$
  select
    i + _int, 'foo' || '_' || _text || '_' || i, 'bar' || i, _ts + (i::text || ' days')::interval,
    i + 1 + _int, 'foo' || '_' || _text || '_' || (i + 1), 'bar' || (i + 1), _ts + ((i + 1)::text || ' days')::interval,
    'long_foo_bar_' || _text || '_' || i, (i % 2 = 0) = _bool
  from generate_series(1, _records) as i
$$;

create table customer (id int primary key, name text not null, email text not null, since date not null);
create table purchase (
  id int primary key,
  customer_id int not null references customer,
  status text not null,
  amount numeric(10, 2) not null,
  ordered_at timestamptz not null
);
create index on purchase (status, id);
create table entry (id bigint generated always as identity primary key, author text not null, body text not null, rating int);

insert into customer
select n, 'Customer ' || n, 'customer' || n || '@example.org', date '2020-01-01' + n from generate_series(1, 10000) as n;
insert into purchase
select n, 1 + n % 10000, case when n % 50 = 0 then 'open' else 'done' end, n % 997 + 0.5, timestamptz '2024-01-01' + n * interval '1 minute'
from generate_series(1, 100000) as n;
grant select on customer, purchase to bench_anon, bench_authenticator;
grant select, insert on entry to bench_anon, bench_authenticator;
analyze;
