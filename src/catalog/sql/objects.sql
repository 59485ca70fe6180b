-- Every object that files of functions/ can own, those of extensions included: they are told apart, not hidden.
with user_schema as (
  /* user-schema.sql */
),
object as (
  /* object.sql */
)
select
  object.class::text as class,
  object.oid::text as oid,
  object.kind,
  object.identity,
  object.body_hash,
  object.sql_name,
  pg_catalog.pg_get_userbyid(object.owner) as owner,
  exists (
    select
    from pg_catalog.pg_depend as depend
    where depend.classid = object.class
      and depend.objid = object.oid
      and depend.deptype = 'e'
  ) as of_extension
from object
