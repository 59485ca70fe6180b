-- Writes a package into the ledger: its row (updated where it has one), files, table scripts, steps, what it needs, and
-- the event. Returns its id.
-- $1: json, see record.ts
with given as (
  select given.*
  from pg_catalog.json_to_record($1::json) as given(
    id bigint, name text, version text, version_text text, subclass text, scope text, schema_name text, status text,
    description text, license text, owner_role text, usage_roles text[], files json, whole boolean, fresh boolean, evolutions json,
    steps json, needs json, mode text, ran text[], vcs_ref text, vcs_link text, issue_ref text, issue_link text
  )
),
updated as (
  update _pgpm.packages as package
  set
    name = given.name,
    version = given.version,
    version_text = given.version_text,
    subclass = given.subclass,
    status = given.status,
    description = given.description,
    license = given.license,
    owner_role = given.owner_role,
    usage_roles = given.usage_roles,
    changed_at = pg_catalog.now()
  from given
  where package.id = given.id
  returning package.id
),
added as (
  insert into _pgpm.packages (
    name, version, version_text, subclass, scope, schema_name, status, description, license, owner_role, usage_roles
  )
  select name, version, version_text, subclass, scope, schema_name, status, description, license, owner_role, usage_roles
  from given
  where given.id is null
  returning id
),
target as (
  select id from updated union all select id from added
),
files as (
  insert into _pgpm.package_files as file (package_id, file, checksum)
  select target.id, each.key, each.value
  from target, given, pg_catalog.json_each_text(given.files) as each
  on conflict on constraint package_files_pkey do update set checksum = excluded.checksum
),
gone as (
  delete from _pgpm.package_files as file
  using given
  where given.whole and file.package_id = given.id and given.files -> file.file is null
),
forgotten as (
  delete from _pgpm.table_evolutions_log as log
  using given
  where given.fresh and log.package_id = given.id and given.evolutions -> log.file is null
),
dropped as (
  delete from _pgpm.package_steps as step
  using given
  where given.whole and step.package_id = given.id and given.files -> step.file is null
),
evolutions as (
  insert into _pgpm.table_evolutions_log (package_id, file, checksum)
  select target.id, each.key, each.value
  from target, given, pg_catalog.json_each_text(given.evolutions) as each
  on conflict on constraint table_evolutions_log_pkey do update
  set checksum = excluded.checksum, run_at = excluded.run_at
),
steps as (
  insert into _pgpm.package_steps (package_id, file, checksum)
  select target.id, each.key, each.value
  from target, given, pg_catalog.json_each_text(given.steps) as each
  on conflict on constraint package_steps_pkey do update
  set checksum = excluded.checksum, done = 0, status = 'pending', error = null
),
unneeded as (
  delete from _pgpm.package_dependencies as dependency
  using given
  where dependency.package_id = given.id
    and not exists (
      select
      from pg_catalog.json_to_recordset(given.needs) as need(id bigint)
      where need.id = dependency.dependency_id
    )
),
needs as (
  insert into _pgpm.package_dependencies (package_id, dependency_id, requirement)
  select target.id, need.id, need.requirement
  from target, given, pg_catalog.json_to_recordset(given.needs) as need(id bigint, requirement text)
  on conflict on constraint package_dependencies_pkey do update set requirement = excluded.requirement
),
event as (
  insert into _pgpm.deployment_events (package_id, mode, files, vcs_ref, vcs_link, issue_ref, issue_link)
  select target.id, mode, ran, vcs_ref, vcs_link, issue_ref, issue_link
  from target, given
)
select id from target
