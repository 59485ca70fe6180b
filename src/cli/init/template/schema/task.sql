-- Files in schema/ say which tables there are: edit one in place, save it, and the table follows with its rows.
-- What would lose data is asked first; `howdah plan` shows everything ahead of it.
create table public.task (
  id bigint generated always as identity constraint task_pkey primary key,
  title text not null,
  created_at timestamptz not null default now(),
  constraint task_title_length check (char_length(title) between 1 and 200)
);

comment on table public.task is 'One thing to do.';

-- Nobody may do anything until it is granted; row security says which rows.
alter table public.task enable row level security;

-- Visitors who are not signed in act as the role anon.
grant select on public.task to anon;
grant insert (title) on public.task to anon;
