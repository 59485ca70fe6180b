-- What is deployed into this database, by whom, from which files. `howdah package` alone writes it; reading is welcome.

comment on schema _pgpm is 'SQL packages of this database: what is deployed, its history, and how to reach a version.';

create table _pgpm.package_subclasses (
  name text not null,
  description text not null,
  constraint package_subclasses_pkey primary key (name)
);
comment on table _pgpm.package_subclasses is 'kinds of packages';
insert into _pgpm.package_subclasses (name, description) values
  ('versioned', 'a schema for each version, side by side'),
  ('basic', 'one schema of the package''s name');

create table _pgpm.package_statuses (
  name text not null,
  description text not null,
  constraint package_statuses_pkey primary key (name)
);
comment on table _pgpm.package_statuses is 'states of a deployed package';
insert into _pgpm.package_statuses (name, description) values
  ('ADDED', 'deployed'),
  ('IN PROGRESS', 'deployed, with steps outside of the transaction still to be done'),
  ('DELETED', 'was deployed; its schema is gone');

create table _pgpm.packages (
  id bigint generated always as identity,
  name text not null,
  version text not null,
  version_text text not null,
  subclass text not null,
  scope text not null,
  schema_name text,
  old_revision integer,
  status text not null default 'ADDED',
  description text,
  license text,
  owner_role text,
  usage_roles text[] not null default '{}',
  created_at timestamptz not null default pg_catalog.now(),
  changed_at timestamptz not null default pg_catalog.now(),
  constraint packages_pkey primary key (id),
  constraint packages_subclass_fkey foreign key (subclass) references _pgpm.package_subclasses (name),
  constraint packages_status_fkey foreign key (status) references _pgpm.package_statuses (name),
  constraint packages_scope_check check (scope in ('schema', 'database')),
  constraint packages_schema_name_check check ((scope = 'schema') = (schema_name is not null))
);
comment on table _pgpm.packages is 'each version of each package, and the revisions that mode moderate has set aside';
comment on column _pgpm.packages.version is 'as semver.org writes it: 1.9.0';
comment on column _pgpm.packages.version_text is 'as the manifest writes it: 01_09_00';
comment on column _pgpm.packages.old_revision is 'N of a schema that was renamed to …_N; null for the current one';

create unique index packages_current_key on _pgpm.packages (name, version)
where old_revision is null and status <> 'DELETED';
create unique index packages_schema_name_key on _pgpm.packages (schema_name)
where status <> 'DELETED';

create table _pgpm.package_dependencies (
  package_id bigint not null,
  dependency_id bigint not null,
  requirement text not null,
  constraint package_dependencies_pkey primary key (package_id, dependency_id),
  constraint package_dependencies_package_id_fkey
    foreign key (package_id) references _pgpm.packages (id) on delete cascade,
  constraint package_dependencies_dependency_id_fkey
    foreign key (dependency_id) references _pgpm.packages (id)
);
comment on table _pgpm.package_dependencies is 'the versions that a package was deployed against';
comment on column _pgpm.package_dependencies.requirement is 'the range that its manifest asks for';

create table _pgpm.package_files (
  package_id bigint not null,
  file text not null,
  checksum text not null,
  constraint package_files_pkey primary key (package_id, file),
  constraint package_files_package_id_fkey
    foreign key (package_id) references _pgpm.packages (id) on delete cascade
);
comment on table _pgpm.package_files is 'the files of a package as they were deployed last; '''' is its manifest';
comment on column _pgpm.package_files.checksum is 'SHA-256, hexadecimal';

create table _pgpm.table_evolutions_log (
  package_id bigint not null,
  file text not null,
  checksum text not null,
  run_at timestamptz not null default pg_catalog.clock_timestamp(),
  constraint table_evolutions_log_pkey primary key (package_id, file),
  constraint table_evolutions_log_package_id_fkey
    foreign key (package_id) references _pgpm.packages (id) on delete cascade
);
comment on table _pgpm.table_evolutions_log is 'table scripts that have run, each once';

create table _pgpm.package_steps (
  package_id bigint not null,
  file text not null,
  checksum text not null,
  done integer not null default 0,
  status text not null default 'pending',
  error text,
  changed_at timestamptz not null default pg_catalog.clock_timestamp(),
  constraint package_steps_pkey primary key (package_id, file),
  constraint package_steps_package_id_fkey
    foreign key (package_id) references _pgpm.packages (id) on delete cascade,
  constraint package_steps_status_check check (status in ('pending', 'failed', 'done'))
);
comment on table _pgpm.package_steps is 'scripts marked -- no-transaction: they run behind the transaction, and can be resumed';
comment on column _pgpm.package_steps.done is 'statements of the file that have run';

create table _pgpm.deployment_events (
  id bigint generated always as identity,
  package_id bigint not null,
  mode text not null,
  files text[] not null default '{}',
  vcs_ref text,
  vcs_link text,
  issue_ref text,
  issue_link text,
  deployed_by text not null default session_user,
  deployed_at timestamptz not null default pg_catalog.now(),
  txid bigint not null default (pg_catalog.pg_current_xact_id()::text)::bigint,
  constraint deployment_events_pkey primary key (id),
  constraint deployment_events_package_id_fkey
    foreign key (package_id) references _pgpm.packages (id) on delete cascade
);
comment on table _pgpm.deployment_events is 'every deployment that changed something';
comment on column _pgpm.deployment_events.vcs_ref is 'the commit that was deployed';
comment on column _pgpm.deployment_events.files is 'the files that ran';
create index deployment_events_package_id_idx on _pgpm.deployment_events (package_id);

create table _pgpm.ddl_changes_log (
  id bigint generated always as identity,
  tag text not null,
  object_kind text,
  object_identity text,
  query text,
  user_name text not null,
  application_name text,
  logged_at timestamptz not null default pg_catalog.now(),
  txid bigint not null default (pg_catalog.pg_current_xact_id()::text)::bigint,
  constraint ddl_changes_log_pkey primary key (id)
);
comment on table _pgpm.ddl_changes_log is
  'DDL of this database, written by an event trigger where the role that installed was allowed to create one';
