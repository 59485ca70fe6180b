-- Who signed, when, and what they said. Edit it in place: howdah plan shows what that does to the table, and to its rows.
create table public.entry (
  id bigint generated always as identity constraint entry_pkey primary key,
  author text not null,
  message text not null,
  signed_at timestamptz not null default now(),
  constraint entry_author_length check (char_length(author) between 1 and 60),
  constraint entry_message_length check (char_length(message) between 1 and 500)
);

comment on table public.entry is 'One entry of the guestbook.';

-- The newest entries come first.
create index entry_signed_at_idx on public.entry (signed_at desc, id desc);

-- Nobody may do anything until it is granted; row security says which rows.
alter table public.entry enable row level security;

grant select on public.entry to anon;
grant insert (author, message) on public.entry to anon;
