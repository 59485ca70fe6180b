-- A paint and its place among all colours: red, green and blue from 0 to 255.
create table public.paint (
  id bigint generated always as identity constraint paint_pkey primary key,
  name text not null constraint paint_name_key unique,
  place vector(3) not null
);

comment on table public.paint is 'Paints of the shop.';

-- Neighbours are found along this graph, without reading every row.
create index paint_place_idx on public.paint using hnsw (place vector_l2_ops);

alter table public.paint enable row level security;

grant select on public.paint to anon;
