-- The page reads this view: it checks the rights of whoever asks, not of its owner.
create view public.recent_entry
with (security_invoker = true)
as
select
  id,
  author,
  message,
  signed_at
from public.entry
order by signed_at desc, id desc;

comment on view public.recent_entry is 'Entries of the guestbook, newest first.';

grant select on public.recent_entry to anon;
