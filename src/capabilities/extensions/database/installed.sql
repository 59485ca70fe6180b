-- What the server has of some extensions, and what the database has of them.
-- $1: their names
select
  wanted.name,
  available.default_version as "defaultVersion",
  extension.extversion as "installed",
  pg_catalog.pg_get_userbyid(extension.extowner) as "owner",
  array(
    select version.version
    from pg_catalog.pg_available_extension_versions as version
    where version.name = wanted.name
  ) as "versions",
  coalesce(
    (
      select version.trusted or not version.superuser
      from pg_catalog.pg_available_extension_versions as version
      where version.name = wanted.name
      order by version.version = available.default_version desc
      limit 1
    ),
    false
  ) as "trusted"
from unnest($1::text[]) as wanted(name)
left join pg_catalog.pg_available_extensions as available
  on available.name = wanted.name
left join pg_catalog.pg_extension as extension
  on extension.extname = wanted.name
