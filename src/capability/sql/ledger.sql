-- What capabilities have put into this database. Run once, when howdah.capability is not there; the schema is the
-- core's.

create table howdah.capability (
  name text not null,
  schema_name text not null,
  routines_checksum text,
  installed_at timestamptz not null default pg_catalog.now(),
  constraint capability_pkey primary key (name),
  constraint capability_schema_name_key unique (schema_name)
);
comment on table howdah.capability is 'capabilities that own a schema of this database';
comment on column howdah.capability.routines_checksum is 'sha256 of the routines.sql that ran last';

create table howdah.capability_migration (
  capability text not null,
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default pg_catalog.now(),
  constraint capability_migration_pkey primary key (capability, version),
  constraint capability_migration_capability_fkey
    foreign key (capability) references howdah.capability (name) on delete cascade
);
comment on table howdah.capability_migration is 'files of the capabilities'' migration lines that have run, each once';

create table howdah.owned_object (
  id bigint generated always as identity,
  capability text not null,
  kind text not null,
  identity text not null,
  constraint owned_object_pkey primary key (id),
  constraint owned_object_kind_identity_key unique (kind, identity),
  constraint owned_object_capability_fkey
    foreign key (capability) references howdah.capability (name) on delete cascade,
  constraint owned_object_kind_check check (
    kind in (
      'aggregate', 'cast', 'collation', 'domain', 'event trigger', 'extension', 'foreign table', 'function', 'index',
      'language', 'materialized view', 'operator', 'operator class', 'operator family', 'policy', 'procedure',
      'publication', 'rule', 'schema', 'sequence', 'statistics object', 'table', 'table column', 'table constraint',
      'text search configuration', 'text search dictionary', 'trigger', 'type', 'view'
    )
  )
);
comment on table howdah.owned_object is
  'objects outside of a capability''s schema that it made: kind and identity as pg_identify_object has them';

create function howdah.own(p_kind text, p_identity text)
returns void
language sql
set search_path = ''
begin atomic
  insert into howdah.owned_object (capability, kind, identity)
  values (pg_catalog.current_setting('howdah.installing'), p_kind, p_identity)
  on conflict on constraint owned_object_kind_identity_key do nothing;
end;
comment on function howdah.own(text, text) is
  'called by a capability''s migration for each object that it makes outside of its schema: howdah.own(''trigger'', ''t on public.x'')';
revoke execute on function howdah.own(text, text) from public;
