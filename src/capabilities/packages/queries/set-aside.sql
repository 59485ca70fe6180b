-- The row of a package whose schema has been renamed, as a revision beside the current one.
-- $1: id of the package, $2: name of the renamed schema, $3: number of the revision
with revision as (
  insert into _pgpm.packages (
    name, version, version_text, subclass, scope, schema_name, old_revision, status, description, license, owner_role,
    usage_roles, created_at, changed_at
  )
  select
    name, version, version_text, subclass, scope, $2, $3, status, description, license, owner_role, usage_roles,
    created_at, changed_at
  from _pgpm.packages
  where id = $1
  returning id
),
files as (
  insert into _pgpm.package_files (package_id, file, checksum)
  select revision.id, file.file, file.checksum
  from revision, _pgpm.package_files as file
  where file.package_id = $1
),
needs as (
  insert into _pgpm.package_dependencies (package_id, dependency_id, requirement)
  select revision.id, dependency.dependency_id, dependency.requirement
  from revision, _pgpm.package_dependencies as dependency
  where dependency.package_id = $1
),
evolutions as (
  update _pgpm.table_evolutions_log as log
  set package_id = revision.id
  from revision
  where log.package_id = $1
)
update _pgpm.package_steps as step
set package_id = revision.id
from revision
where step.package_id = $1
