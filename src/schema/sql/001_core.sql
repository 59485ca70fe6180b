-- howdah's own tables: what it has done to this database, and where every object of yours is written.
-- Reading them is welcome; howdah alone writes them.
create schema howdah;

comment on schema howdah is
  'What howdah knows of this database: versions, migrations, owned objects, releases. Written by howdah alone.';

-- The steps of this very schema. Capabilities keep their own ledger beside it.
create table howdah.version (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default pg_catalog.now(),
  constraint version_pkey primary key (number)
);

comment on table howdah.version is 'Steps of howdah''s own schema that have run: each runs once, the highest is its version.';
comment on column howdah.version.checksum is 'SHA-256 of the step''s SQL as it ran.';

-- The project's migrations, in the order of their numbers.
create table howdah.migration (
  version numeric not null,
  name text not null,
  file text not null,
  checksum text not null,
  source text not null,
  applied_at timestamptz not null default pg_catalog.clock_timestamp(),
  applied_by text not null default session_user,
  duration interval not null,
  constraint migration_pkey primary key (version),
  constraint migration_version_whole check (version >= 0 and scale(version) = 0)
);

comment on table howdah.migration is 'Migrations of the project that have run: each runs once.';
comment on column howdah.migration.version is 'The number that the file''s name begins with, of any length.';
comment on column howdah.migration.checksum is
  'SHA-256 of the part that ran, without comments and layout: another one means that the file was edited.';
comment on column howdah.migration.source is
  'The whole file as it ran, its "-- @down" part included: that part undoes it, whatever became of the file.';

-- Everything that files of functions/ have made, and the way from an error back to its line.
create table howdah.object (
  key text not null,
  kind text not null,
  file text not null,
  line integer not null,
  column_number integer not null,
  hash text not null,
  definition text not null,
  body_hash text,
  parents text[] not null default '{}',
  undo text,
  changed_at timestamptz not null default pg_catalog.now(),
  constraint object_pkey primary key (key)
);

comment on table howdah.object is
  'Routines, views, triggers, policies, and comments and grants on them: made by howdah, replaced and dropped with their definition.';
comment on column howdah.object.key is 'What there can be only one of, e.g. "routine public.sign(text,text)".';
comment on column howdah.object.line is 'Where its definition begins in the file, from 1; so does column_number, in characters.';
comment on column howdah.object.hash is 'Fingerprint of the definition: comments outside the body and layout do not count.';
comment on column howdah.object.body_hash is
  'MD5 of a routine''s body as Postgres stores it: lines are right for this body only.';
comment on column howdah.object.parents is 'Keys of the objects that a comment, grant or index belongs to.';
comment on column howdah.object.undo is 'The statement that takes a comment or grant back.';

-- Data of seeds/, loaded in development.
create table howdah.seed (
  file text not null,
  checksum text not null,
  applied_at timestamptz not null default pg_catalog.now(),
  constraint seed_pkey primary key (file)
);

comment on table howdah.seed is 'Files of seeds/ that have run: each runs once, edited or not.';

-- What is assembled here: the newest row is what servers serve.
create table howdah.release (
  id bigint generated always as identity,
  hash text not null,
  seeds text,
  core integer not null,
  at timestamptz not null default pg_catalog.now(),
  by text not null default session_user,
  constraint release_pkey primary key (id)
);

comment on table howdah.release is 'Assemblies that changed something, newest last; each is announced on the channel "howdah".';
comment on column howdah.release.hash is 'Fingerprint of all that it was assembled from: the same one needs no work.';
comment on column howdah.release.seeds is 'Fingerprint of seeds/, in development; null where seeds are not loaded.';
comment on column howdah.release.core is 'The newest version of this schema at that time.';
