-- Text search parsers, templates, dictionaries, and configurations with their mappings.
with member as (
  select dep.classid, dep.objid
  from pg_catalog.pg_depend as dep
  where dep.deptype = 'e'
),
own as (
  select
    pg_catalog.format('text search parser %I.%I', nsp.nspname, prs.prsname) as object,
    pg_catalog.jsonb_build_object(
      'start', prs.prsstart::text,
      'token', prs.prstoken::text,
      'end', prs.prsend::text,
      'headline', prs.prsheadline::text,
      'lextype', prs.prslextype::text
    ) as value,
    prs.tableoid as classid,
    prs.oid as objid
  from pg_catalog.pg_ts_parser as prs
  join pg_catalog.pg_namespace as nsp on nsp.oid = prs.prsnamespace
  where prs.prsnamespace <> all ($1::oid[])
  union all
  select
    pg_catalog.format('text search template %I.%I', nsp.nspname, tmpl.tmplname),
    pg_catalog.jsonb_build_object('init', tmpl.tmplinit::text, 'lexize', tmpl.tmpllexize::text),
    tmpl.tableoid,
    tmpl.oid
  from pg_catalog.pg_ts_template as tmpl
  join pg_catalog.pg_namespace as nsp on nsp.oid = tmpl.tmplnamespace
  where tmpl.tmplnamespace <> all ($1::oid[])
  union all
  select
    pg_catalog.format('text search dictionary %I.%I', nsp.nspname, dict.dictname),
    pg_catalog.jsonb_build_object(
      'owner', pg_catalog.pg_get_userbyid(dict.dictowner),
      'template', pg_catalog.format('%I.%I', tmplnsp.nspname, tmpl.tmplname),
      'parameters', dict.dictinitoption
    ),
    dict.tableoid,
    dict.oid
  from pg_catalog.pg_ts_dict as dict
  join pg_catalog.pg_namespace as nsp on nsp.oid = dict.dictnamespace
  join pg_catalog.pg_ts_template as tmpl on tmpl.oid = dict.dicttemplate
  join pg_catalog.pg_namespace as tmplnsp on tmplnsp.oid = tmpl.tmplnamespace
  where dict.dictnamespace <> all ($1::oid[])
  union all
  select
    pg_catalog.format('text search configuration %I.%I', nsp.nspname, cfg.cfgname),
    pg_catalog.jsonb_build_object(
      'owner', pg_catalog.pg_get_userbyid(cfg.cfgowner),
      'parser', pg_catalog.format('%I.%I', prsnsp.nspname, prs.prsname),
      'mappings', (
        select pg_catalog.jsonb_agg(
          pg_catalog.concat_ws(' ', token.alias, map.mapseqno, map.mapdict::pg_catalog.regdictionary::text)
          order by map.maptokentype, map.mapseqno
        )
        from pg_catalog.pg_ts_config_map as map
        join pg_catalog.ts_token_type(cfg.cfgparser) as token on token.tokid = map.maptokentype
        where map.mapcfg = cfg.oid
      )
    ),
    cfg.tableoid,
    cfg.oid
  from pg_catalog.pg_ts_config as cfg
  join pg_catalog.pg_namespace as nsp on nsp.oid = cfg.cfgnamespace
  join pg_catalog.pg_ts_parser as prs on prs.oid = cfg.cfgparser
  join pg_catalog.pg_namespace as prsnsp on prsnsp.oid = prs.prsnamespace
  where cfg.cfgnamespace <> all ($1::oid[])
)
select object, value::text as value
from own
where not exists (select from member where member.classid = own.classid and member.objid = own.objid)
