-- The till was written for version 1, and stays with it until somebody changes the range.
create function public.till(pieces integer) returns text
language plpgsql
set search_path = ''
as $$
begin
  perform _pgpm.set_search_path('price', '^1', true);
  return quote(pieces);
end;
$$;
comment on function public.till(integer) is 'what the till shows';
grant execute on function public.till(integer) to anon;

create function public.shop(pieces integer, country text) returns text
language plpgsql
set search_path = ''
as $$
begin
  perform _pgpm.set_search_path('price', '^2', true);
  return (quote(pieces, country)).gross;
end;
$$;
comment on function public.shop(integer, text) is 'what the shop shows';
grant execute on function public.shop(integer, text) to anon;
