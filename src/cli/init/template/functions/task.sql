-- Files in functions/ are the only truth: edit one, save it, and the database follows; delete it, and its objects go.
create policy task_is_public on public.task
  for select
  to anon
  using (true);

create policy task_is_added_by_anyone on public.task
  for insert
  to anon
  with check (true);

create function public.add_task(title text)
returns bigint
language sql
set search_path = ''
begin atomic
  insert into public.task (title)
  values (trim(add_task.title))
  returning id;
end;

comment on function public.add_task(text) is 'Adds one task and returns its id.';

grant execute on function public.add_task(text) to anon;
