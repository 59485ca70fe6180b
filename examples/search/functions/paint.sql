create policy paint_is_public on public.paint
  for select
  to anon
  using (true);

-- "#ff8800" as a place among all colours. With words in place of colours, a model would do this.
create function public.place_of(colour text)
returns public.vector
language sql
immutable
set search_path = ''
begin atomic
  select
    array[
      ('x' || substr(lower(trim(place_of.colour)), 2, 2))::bit(8)::integer,
      ('x' || substr(lower(trim(place_of.colour)), 4, 2))::bit(8)::integer,
      ('x' || substr(lower(trim(place_of.colour)), 6, 2))::bit(8)::integer
    ]::public.vector;
end;

comment on function public.place_of(text) is 'The place of a colour like #ff8800.';

grant execute on function public.place_of(text) to anon;

-- The nearest paints first.
create function public.nearest_paint(colour text, wanted integer default 5)
returns table (name text, colour text, distance double precision)
language sql
stable
set search_path = ''
begin atomic
  select
    paint.name,
    '#' || lpad(to_hex((component[1]::integer << 16) + (component[2]::integer << 8) + component[3]::integer), 6, '0'),
    paint.place operator(public.<->) public.place_of(nearest_paint.colour)
  from public.paint
  cross join lateral (select paint.place::real[] as component) as place
  order by paint.place operator(public.<->) public.place_of(nearest_paint.colour)
  limit nearest_paint.wanted;
end;

comment on function public.nearest_paint(text, integer) is 'Paints by their distance from a colour like #ff8800.';

grant execute on function public.nearest_paint(text, integer) to anon;
