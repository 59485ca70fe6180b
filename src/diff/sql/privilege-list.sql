  -- The access list `given.acl` as facts hold it; an empty list is one as well: everything was revoked, from the owner too.
  select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
    'grantee', case item.grantee when 0 then '' else pg_catalog.pg_get_userbyid(item.grantee)::text end,
    'privilege', item.privilege_type,
    'grantable', item.grantable
  )), '[]') as list
  from (
    select grantee, privilege_type, pg_catalog.bool_or(is_grantable) as grantable
    from pg_catalog.aclexplode(given.acl)
    group by grantee, privilege_type
  ) as item
