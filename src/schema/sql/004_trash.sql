-- What was dropped with a hint, for as long as [schema] trash says.
create table howdah.trash (
  id bigint generated always as identity,
  kind text not null,
  schema_name text not null,
  table_name text not null,
  column_name text,
  key_columns text[] not null default '{}',
  dropped_at timestamptz not null default pg_catalog.now(),
  kept_until timestamptz not null,
  constraint trash_pkey primary key (id),
  constraint trash_kind_check check (kind in ('table', 'column'))
);

comment on table howdah.trash is 'Tables and columns that were dropped, whose rows are still kept in howdah.trash_row; howdah schema trash lists them.';
comment on column howdah.trash.key_columns is 'Of a dropped column: the primary key, by which its values find their rows again.';
comment on column howdah.trash.kept_until is 'From then on the next assembly removes it.';

create table howdah.trash_row (
  trash_id bigint not null,
  content jsonb not null,
  constraint trash_row_trash_id_fkey foreign key (trash_id) references howdah.trash on delete cascade
);

create index trash_row_trash_id on howdah.trash_row (trash_id);

comment on table howdah.trash_row is 'The rows of what was dropped, by column: data alone, which needs none of the types and tables that it came from.';
