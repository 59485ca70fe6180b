-- Foreign data wrappers, servers and user mappings. pg_user_mappings, because pg_user_mapping may be read by superusers
-- alone; where it hides the options of a mapping, `hidden` says so (see unmodelled.sql).
select
  'foreign data wrapper' as kind,
  'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass::pg_catalog.oid as class,
  wrapper.oid,
  0 as sub,
  null as also,
  null as schema,
  null as relation,
  wrapper.fdwname::text as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(wrapper.fdwowner)::text as owner,
  description.description as comment,
  coalesce(acl.list, '[]') as acl,
  pg_catalog.jsonb_build_object(
    'handler', case when handler.oid is not null then pg_catalog.jsonb_build_object(
      'schema', handler_namespace.nspname, 'name', handler.proname
    ) end,
    'validator', case when validator.oid is not null then pg_catalog.jsonb_build_object(
      'schema', validator_namespace.nspname, 'name', validator.proname
    ) end,
    'options', coalesce(options.list, '{}')
  ) as props
from pg_catalog.pg_foreign_data_wrapper as wrapper
left join pg_catalog.pg_proc as handler on handler.oid = wrapper.fdwhandler
left join pg_catalog.pg_namespace as handler_namespace on handler_namespace.oid = handler.pronamespace
left join pg_catalog.pg_proc as validator on validator.oid = wrapper.fdwvalidator
left join pg_catalog.pg_namespace as validator_namespace on validator_namespace.oid = validator.pronamespace
left join pg_catalog.pg_description as description
  on description.objoid = wrapper.oid
  and description.classoid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass
left join lateral (
  select pg_catalog.jsonb_object_agg(option_name, coalesce(option_value, '')) as list
  from pg_catalog.pg_options_to_table(wrapper.fdwoptions)
) as options on true
cross join lateral (select coalesce(wrapper.fdwacl, pg_catalog.acldefault('F', wrapper.fdwowner)) as acl) as given
cross join lateral (
  /* privilege-list.sql */
) as acl

union all

select
  'server',
  'pg_catalog.pg_foreign_server'::pg_catalog.regclass::pg_catalog.oid,
  server.oid,
  0,
  null,
  null,
  null,
  server.srvname::text,
  null,
  null,
  pg_catalog.pg_get_userbyid(server.srvowner)::text,
  description.description,
  coalesce(acl.list, '[]'),
  pg_catalog.jsonb_build_object(
    'wrapper', wrapper.fdwname,
    'type', server.srvtype,
    'version', server.srvversion,
    'options', coalesce(options.list, '{}')
  )
from pg_catalog.pg_foreign_server as server
join pg_catalog.pg_foreign_data_wrapper as wrapper on wrapper.oid = server.srvfdw
left join pg_catalog.pg_description as description
  on description.objoid = server.oid
  and description.classoid = 'pg_catalog.pg_foreign_server'::pg_catalog.regclass
left join lateral (
  select pg_catalog.jsonb_object_agg(option_name, coalesce(option_value, '')) as list
  from pg_catalog.pg_options_to_table(server.srvoptions)
) as options on true
cross join lateral (select coalesce(server.srvacl, pg_catalog.acldefault('S', server.srvowner)) as acl) as given
cross join lateral (
  /* privilege-list.sql */
) as acl

union all

select
  'user mapping',
  'pg_catalog.pg_user_mapping'::pg_catalog.regclass::pg_catalog.oid,
  mapping.umid,
  0,
  null,
  null,
  null,
  server.srvname::text,
  case mapping.umuser when 0 then '' else mapping.usename::text end,
  -- DROP SERVER refuses to take them along.
  null,
  null,
  null,
  null,
  pg_catalog.jsonb_build_object(
    'hidden', not visible.yes,
    'options', coalesce((
      select pg_catalog.jsonb_object_agg(option_name, coalesce(option_value, ''))
      from pg_catalog.pg_options_to_table(mapping.umoptions)
    ), '{}')
  )
from pg_catalog.pg_user_mappings as mapping
join pg_catalog.pg_foreign_server as server on server.oid = mapping.srvid
cross join lateral (
  -- The view's own condition; a null of its options can mean either.
  select coalesce(
    mapping.umuser <> 0 and mapping.usename = current_user and (
      pg_catalog.pg_has_role(server.srvowner, 'USAGE')
      or pg_catalog.has_server_privilege(server.oid, 'USAGE')
    )
    or mapping.umuser = 0 and pg_catalog.pg_has_role(server.srvowner, 'USAGE')
    or (select rolsuper from pg_catalog.pg_roles where rolname = current_user),
    false
  ) as yes
) as visible
where $1::oid[] is not null
  and $2::text[] is not null
order by 1, 8, 9
