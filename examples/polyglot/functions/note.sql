-- SQL: who may see and write what, and the one function that the form calls.
create policy note_is_public on public.note
  for select
  to anon
  using (true);

create policy note_is_written_by_anyone on public.note
  for insert
  to anon
  with check (true);

-- Calls the other languages, in one transaction.
create function public.write_note(title text)
returns bigint
language sql
set search_path = ''
begin atomic
  insert into public.note (title, slug, words, mood)
  values (
    trim(write_note.title),
    public.slug(write_note.title),
    public.count_words(write_note.title),
    public.mood(write_note.title)
  )
  returning id;
end;

comment on function public.write_note(text) is 'Adds one note and returns its id.';

grant execute on function public.write_note(text) to anon;
