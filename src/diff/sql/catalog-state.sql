-- One text that stays the same exactly as long as nobody makes, alters or drops anything: which version of which row stands
-- where in every catalog that a model is read from (each change of a row writes a new version, at another place or by another
-- transaction). For as long as the server runs: one that was started anew may have been restored from a copy, and give the
-- same numbers out again. Roles and user mappings by what may be seen of them, since not everybody may read their catalogs;
-- of subscriptions nobody sees enough, so that null is the answer where there is one.
select
  pg_catalog.concat_ws(
    ' ',
    (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()),
    pg_catalog.pg_postmaster_start_time(),
    session_user,
    current_user,
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_aggregate),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_am),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_amop),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_amproc),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_attrdef),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_attribute),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_auth_members),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_cast),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_class),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_collation),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_constraint),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_conversion),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_database),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_db_role_setting),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_default_acl),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_depend),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_description),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_enum),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_event_trigger),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_extension),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_foreign_data_wrapper),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_foreign_server),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_foreign_table),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_index),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_inherits),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_init_privs),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_language),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_namespace),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_opclass),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_operator),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_opfamily),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_partitioned_table),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_policy),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_proc),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_publication),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_publication_namespace),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_publication_rel),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_range),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_rewrite),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_seclabel),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_sequence),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_shdepend),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_shdescription),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_shseclabel),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_statistic_ext),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_tablespace),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_transform),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_trigger),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_ts_config),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_ts_config_map),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_ts_dict),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_ts_parser),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_ts_template),
    (select pg_catalog.concat(pg_catalog.count(*), '/', pg_catalog.bit_xor(pg_catalog.hash_record_extended(row(ctid, xmin), 0))) from pg_catalog.pg_type),
    (
      select pg_catalog.md5(pg_catalog.string_agg(pg_catalog.to_jsonb(role)::text, E'\n' order by role.oid))
      from pg_catalog.pg_roles as role
    ),
    (
      select pg_catalog.md5(pg_catalog.string_agg(pg_catalog.to_jsonb(mapping)::text, E'\n' order by mapping.umid))
      from pg_catalog.pg_user_mappings as mapping
    )
  ) as state
where not exists (select oid from pg_catalog.pg_subscription)
