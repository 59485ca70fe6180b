create or replace function quote(pieces integer) returns text
language sql
stable
as $$
  select written(pieces * 250)
$$;
comment on function quote(integer) is 'the price of so many pieces';
