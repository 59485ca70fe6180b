-- Every current package with the versions that it was deployed against.
select
  package.id,
  package.name,
  package.version,
  package.schema_name,
  coalesce(
    (
      select pg_catalog.json_object_agg(needed.name, needed.version)
      from _pgpm.package_dependencies as dependency
      join _pgpm.packages as needed on needed.id = dependency.dependency_id
      where dependency.package_id = package.id
    ),
    '{}'
  ) as needs
from _pgpm.packages as package
where package.status <> 'DELETED'
  and package.old_revision is null
order by package.name, package.id
