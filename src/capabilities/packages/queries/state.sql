-- What the ledger and the catalog say of packages that are about to be deployed.
-- $1: json array of {name, version, schema, basic, roles}
select
  wanted.place,
  wanted.name,
  pg_catalog.to_regnamespace(pg_catalog.quote_ident(wanted.schema)) is not null as schema_exists,
  package.id,
  package.name as occupant,
  package.version as occupant_version,
  package.status,
  coalesce(
    (select pg_catalog.json_object_agg(file.file, file.checksum) from _pgpm.package_files as file where file.package_id = package.id),
    '{}'
  ) as files,
  coalesce(
    (select pg_catalog.json_object_agg(log.file, log.checksum) from _pgpm.table_evolutions_log as log where log.package_id = package.id),
    '{}'
  ) as evolutions,
  coalesce(
    (
      select pg_catalog.json_object_agg(step.file, pg_catalog.json_build_object('checksum', step.checksum, 'status', step.status, 'done', step.done))
      from _pgpm.package_steps as step
      where step.package_id = package.id
    ),
    '{}'
  ) as steps,
  array(
    select role.name
    from pg_catalog.json_array_elements_text(wanted.roles) as role(name)
    where pg_catalog.lower(role.name) <> 'public'
      and not exists (select from pg_catalog.pg_roles as pg_role where pg_role.rolname = role.name)
  ) as missing_roles,
  array(
    select pg_namespace.nspname::text
    from pg_catalog.pg_namespace
    where pg_namespace.nspname ~ ('^' || pg_catalog.regexp_replace(wanted.schema, '([^\w])', '\\\1', 'g') || '_\d+$')
  ) as revisions,
  case
    when package.id is null or not wanted.detail then '{}'
    else array(
      select dependent.kind || ' ' || dependent.identity from _pgpm.outside_dependents(wanted.schema) as dependent
    )
  end as outsiders,
  case
    when package.id is null or not wanted.detail then '{}'
    else array(select dependent.identity from _pgpm.textual_dependents(wanted.schema) as dependent)
  end as textual,
  case
    when package.id is null or not wanted.detail then '[]'
    else (
      select coalesce(pg_catalog.json_agg(class.relname order by class.relname), '[]')
      from pg_catalog.pg_class as class
      where class.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(wanted.schema))
        and class.relkind in ('r', 'p')
    )
  end as tables
from pg_catalog.json_to_recordset($1::json) as wanted(
  place integer, name text, version text, schema text, roles json, detail boolean
)
left join _pgpm.packages as package
  on package.status <> 'DELETED'
  and package.old_revision is null
  and case
    when wanted.schema is null then package.name = wanted.name and package.version = wanted.version
    else package.schema_name = wanted.schema
  end
order by wanted.place
