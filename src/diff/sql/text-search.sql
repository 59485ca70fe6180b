-- Text search: parsers, templates, dictionaries, and configurations with what they do with each kind of token.
select
  'text search parser' as kind,
  'pg_catalog.pg_ts_parser'::pg_catalog.regclass::pg_catalog.oid as class,
  parser.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  null as relation,
  parser.prsname as name,
  null as args,
  null as parent,
  null as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'start', parser.prsstart::text,
    'token', parser.prstoken::text,
    'end', parser.prsend::text,
    'headline', nullif(parser.prsheadline::text, '-'),
    'types', parser.prslextype::text
  ) as props
from pg_catalog.pg_ts_parser as parser
join pg_catalog.pg_namespace as namespace on namespace.oid = parser.prsnamespace
left join pg_catalog.pg_description as description
  on description.objoid = parser.oid
  and description.classoid = 'pg_catalog.pg_ts_parser'::pg_catalog.regclass
where parser.prsnamespace <> all ($1::oid[])
  and $2::text[] is not null

union all

select
  'text search template' as kind,
  'pg_catalog.pg_ts_template'::pg_catalog.regclass::pg_catalog.oid as class,
  template.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  null as relation,
  template.tmplname as name,
  null as args,
  null as parent,
  null as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'init', nullif(template.tmplinit::text, '-'),
    'lexize', template.tmpllexize::text
  )
from pg_catalog.pg_ts_template as template
join pg_catalog.pg_namespace as namespace on namespace.oid = template.tmplnamespace
left join pg_catalog.pg_description as description
  on description.objoid = template.oid
  and description.classoid = 'pg_catalog.pg_ts_template'::pg_catalog.regclass
where template.tmplnamespace <> all ($1::oid[])

union all

select
  'text search dictionary' as kind,
  'pg_catalog.pg_ts_dict'::pg_catalog.regclass::pg_catalog.oid as class,
  dictionary.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  null as relation,
  dictionary.dictname as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(dictionary.dictowner) as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'template', pg_catalog.format('%I.%I', template_namespace.nspname, template.tmplname),
    'options', dictionary.dictinitoption
  )
from pg_catalog.pg_ts_dict as dictionary
join pg_catalog.pg_namespace as namespace on namespace.oid = dictionary.dictnamespace
join pg_catalog.pg_ts_template as template on template.oid = dictionary.dicttemplate
join pg_catalog.pg_namespace as template_namespace on template_namespace.oid = template.tmplnamespace
left join pg_catalog.pg_description as description
  on description.objoid = dictionary.oid
  and description.classoid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass
where dictionary.dictnamespace <> all ($1::oid[])

union all

select
  'text search configuration' as kind,
  'pg_catalog.pg_ts_config'::pg_catalog.regclass::pg_catalog.oid as class,
  configuration.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  null as relation,
  configuration.cfgname as name,
  null as args,
  null as parent,
  pg_catalog.pg_get_userbyid(configuration.cfgowner) as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_build_object(
    'parser', pg_catalog.format('%I.%I', parser_namespace.nspname, parser.prsname),
    'mappings', coalesce(mappings.list, '{}')
  )
from pg_catalog.pg_ts_config as configuration
join pg_catalog.pg_namespace as namespace on namespace.oid = configuration.cfgnamespace
join pg_catalog.pg_ts_parser as parser on parser.oid = configuration.cfgparser
join pg_catalog.pg_namespace as parser_namespace on parser_namespace.oid = parser.prsnamespace
left join lateral (
  select pg_catalog.jsonb_object_agg(token.alias, token.dictionaries) as list
  from (
    select
      type.alias,
      pg_catalog.jsonb_agg(map.mapdict::pg_catalog.regdictionary::text order by map.mapseqno) as dictionaries
    from pg_catalog.pg_ts_config_map as map
    join pg_catalog.ts_token_type(configuration.cfgparser) as type on type.tokid = map.maptokentype
    where map.mapcfg = configuration.oid
    group by type.alias
  ) as token
) as mappings on true
left join pg_catalog.pg_description as description
  on description.objoid = configuration.oid
  and description.classoid = 'pg_catalog.pg_ts_config'::pg_catalog.regclass
where configuration.cfgnamespace <> all ($1::oid[])
order by 1, 6, 8
