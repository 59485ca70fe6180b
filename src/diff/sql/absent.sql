-- Names of the queries that would find nothing, since nobody has made anything of their sort: what initdb makes has lower
-- oids. Looking costs far less than asking, mostly because none of them has to be planned.
select query
from (
  values
    ('access-method', exists (select from pg_catalog.pg_am where oid >= 16384)),
    ('attribute', exists (select from pg_catalog.pg_class where relkind = 'c' and oid >= 16384)),
    ('cast', exists (select from pg_catalog.pg_cast where oid >= 16384)),
    ('collation', exists (select from pg_catalog.pg_collation where oid >= 16384)),
    ('conversion', exists (select from pg_catalog.pg_conversion where oid >= 16384)),
    ('domain', exists (select from pg_catalog.pg_type where typtype = 'd' and oid >= 16384)),
    ('event-trigger', exists (select from pg_catalog.pg_event_trigger)),
    (
      'foreign-data',
      exists (select from pg_catalog.pg_foreign_data_wrapper) or exists (select from pg_catalog.pg_foreign_server)
    ),
    ('inheritance', exists (select from pg_catalog.pg_inherits)),
    ('operator', exists (select from pg_catalog.pg_operator where oid >= 16384)),
    (
      'operator-class',
      exists (select from pg_catalog.pg_opfamily where oid >= 16384)
      or exists (select from pg_catalog.pg_opclass where oid >= 16384)
      or exists (select from pg_catalog.pg_amop where oid >= 16384)
      or exists (select from pg_catalog.pg_amproc where oid >= 16384)
    ),
    ('publication', exists (select from pg_catalog.pg_publication)),
    ('rule', exists (select from pg_catalog.pg_rewrite where rulename <> '_RETURN' and oid >= 16384)),
    (
      'security-label',
      exists (select from pg_catalog.pg_seclabel) or exists (select from pg_catalog.pg_shseclabel)
    ),
    ('statistics', exists (select from pg_catalog.pg_statistic_ext)),
    (
      'text-search',
      exists (select from pg_catalog.pg_ts_parser where oid >= 16384)
      or exists (select from pg_catalog.pg_ts_template where oid >= 16384)
      or exists (select from pg_catalog.pg_ts_dict where oid >= 16384)
      or exists (select from pg_catalog.pg_ts_config where oid >= 16384)
    ),
    ('transform', exists (select from pg_catalog.pg_transform)),
    ('view', exists (select from pg_catalog.pg_class where relkind in ('v', 'm') and oid >= 16384))
) as kind(query, found)
where not found
