-- @name notes
select
  title,
  slug,
  words,
  mood
from public.note
order by id desc
limit 20;

-- @name common
select
  word,
  times
from public.common_words()
order by times desc, word;
