create table public.note (
  id bigint generated always as identity,
  title text not null,
  slug text not null,
  words integer not null,
  mood text not null,
  constraint note_pkey primary key (id),
  constraint note_title_length check (char_length(title) between 1 and 80),
  constraint note_slug_key unique (slug)
);

comment on table public.note is 'Notes: written by a form, worked on by functions in four languages.';

alter table public.note enable row level security;
grant select, insert on public.note to anon;
