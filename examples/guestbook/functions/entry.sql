-- What visitors may see and write: change it and save, the page follows.
create policy entry_is_public on public.entry
  for select
  to anon
  using (true);

create policy entry_is_signed_by_anyone on public.entry
  for insert
  to anon
  with check (true);

-- Signs the guestbook; leading and trailing white space is dropped.
create function public.sign(author text, message text)
returns bigint
language sql
set search_path = ''
begin atomic
  insert into public.entry (author, message)
  values (trim(sign.author), trim(sign.message))
  returning id;
end;

comment on function public.sign(text, text) is 'Adds one entry to the guestbook and returns its id.';

grant execute on function public.sign(text, text) to anon;
