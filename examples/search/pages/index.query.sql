-- @name asked :one
select coalesce(:colour, '#ff8800') as colour;

-- @name paints
select
  name,
  colour,
  round(distance::numeric, 1) as distance
from public.nearest_paint(coalesce(:colour, '#ff8800'));
