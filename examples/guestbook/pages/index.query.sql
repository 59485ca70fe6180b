-- @name entries
select
  author,
  message,
  to_char(signed_at, 'YYYY-MM-DD"T"HH24:MI:SSOF') as signed_at,
  to_char(signed_at, 'FMDD FMMonth YYYY, HH24:MI') as signed
from public.recent_entry
limit 20;

-- @name total :one
select count(*) as entries
from public.entry;
