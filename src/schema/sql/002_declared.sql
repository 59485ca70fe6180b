-- What the files of schema/ and functions/ own in this database: only what stands here is ever dropped or revoked.
create table howdah.declared (
  key text not null,
  file text not null,
  line integer not null,
  column_number integer not null,
  privileges jsonb,
  constraint declared_pkey primary key (key)
);

comment on table howdah.declared is
  'Objects that files declare, down to columns, constraints and indexes: whatever is not here belongs to somebody else and is left alone.';
comment on column howdah.declared.key is 'What there can be only one of, e.g. "column public.account.email".';
comment on column howdah.declared.line is 'Where it is written, from 1; so is column_number, in characters.';
comment on column howdah.declared.privileges is 'The privileges that the files give: others were granted by hand and stay.';

-- Hints that have done their work: they are harmless from then on.
create table howdah.hint (
  key text not null,
  applied_at timestamptz not null default pg_catalog.now(),
  constraint hint_pkey primary key (key)
);

comment on table howdah.hint is
  'Hints of schema/ that were followed here, such as "renamed column public.account.full_name from name": each works once.';

-- What a transaction has left to be done behind it, since it would hold its locks for too long.
create table howdah.step (
  id bigint generated always as identity,
  step jsonb not null,
  recorded_at timestamptz not null default pg_catalog.now(),
  done_at timestamptz,
  constraint step_pkey primary key (id)
);

comment on table howdah.step is
  'Statements that run outside a transaction (constraints validated, backfills): recorded with the change that needs them, and done behind it.';
comment on column howdah.step.done_at is 'Null until it is done: howdah migrate goes on with the oldest of these.';

-- Where it is the same as the files', routines and views alone have changed: they are reloaded without looking at the rest.
alter table howdah.release add column declared text;

comment on column howdah.release.declared is 'Fingerprint of all that it was assembled from but functions/.';

-- A migration that runs outside a transaction, statement by statement: it goes on behind the last one that was done.
create table howdah.unfinished (
  version numeric not null,
  done text[] not null,
  begun_at timestamptz not null default pg_catalog.now(),
  constraint unfinished_pkey primary key (version)
);

comment on table howdah.unfinished is
  'Migrations marked "-- no-transaction" that were interrupted: howdah migrate goes on with them.';
comment on column howdah.unfinished.done is 'Fingerprints of the statements that have run, in their order.';
