create or replace function written(cents bigint) returns text
language sql
immutable
as $$
  select to_char(cents / 100.0, 'FM999999990.00') || ' EUR'
$$;
comment on function written(bigint) is 'cents as an amount with its currency';
