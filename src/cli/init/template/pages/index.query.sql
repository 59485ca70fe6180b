-- The data of index.html, read as the role of whoever asks: each statement is one name in the template.
-- @name tasks
select
  title,
  to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SSOF') as created_at,
  to_char(created_at, 'FMDD FMMonth, HH24:MI') as created
from public.task
order by id desc
limit 100;
