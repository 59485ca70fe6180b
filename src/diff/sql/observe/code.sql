-- Languages, casts, transforms, conversions, collations, access methods, event triggers: what works on types and code.
with member as (
  select dep.classid, dep.objid
  from pg_catalog.pg_depend as dep
  where dep.deptype = 'e'
),
own as (
  select
    'language ' || pg_catalog.quote_ident(lan.lanname) as object,
    pg_catalog.jsonb_build_object(
      'owner', pg_catalog.pg_get_userbyid(lan.lanowner),
      'trusted', lan.lanpltrusted,
      'handler', nullif(lan.lanplcallfoid, 0)::pg_catalog.regproc::text,
      'inline', nullif(lan.laninline, 0)::pg_catalog.regproc::text,
      'validator', nullif(lan.lanvalidator, 0)::pg_catalog.regproc::text,
      'acl', coalesce(lan.lanacl, pg_catalog.acldefault('l', lan.lanowner))::text[]
    ) as value,
    lan.tableoid as classid,
    lan.oid as objid
  from pg_catalog.pg_language as lan
  where lan.oid >= 16384
  union all
  select
    pg_catalog.format(
      'cast (%s as %s)', pg_catalog.format_type(cas.castsource, null), pg_catalog.format_type(cas.casttarget, null)
    ),
    pg_catalog.jsonb_build_object(
      'function', nullif(cas.castfunc, 0)::pg_catalog.regprocedure::text,
      'context', cas.castcontext,
      'method', cas.castmethod
    ),
    cas.tableoid,
    cas.oid
  from pg_catalog.pg_cast as cas
  where cas.oid >= 16384
    -- One that is made with a type of somebody else's schema is theirs; those of the system may be cast to anything.
    and not exists (
      select
      from pg_catalog.pg_type as typ
      where typ.oid in (cas.castsource, cas.casttarget)
        and typ.oid >= 16384
        and typ.typnamespace = any ($1::oid[])
    )
  union all
  select
    pg_catalog.format('transform for %s language %I', pg_catalog.format_type(trf.trftype, null), lan.lanname),
    pg_catalog.jsonb_build_object(
      'from sql', nullif(trf.trffromsql, 0)::pg_catalog.regprocedure::text,
      'to sql', nullif(trf.trftosql, 0)::pg_catalog.regprocedure::text
    ),
    trf.tableoid,
    trf.oid
  from pg_catalog.pg_transform as trf
  join pg_catalog.pg_language as lan on lan.oid = trf.trflang
  union all
  select
    pg_catalog.format('conversion %I.%I', nsp.nspname, con.conname),
    pg_catalog.jsonb_build_object(
      'owner', pg_catalog.pg_get_userbyid(con.conowner),
      'from', con.conforencoding,
      'to', con.contoencoding,
      'function', con.conproc::text,
      'default', con.condefault
    ),
    con.tableoid,
    con.oid
  from pg_catalog.pg_conversion as con
  join pg_catalog.pg_namespace as nsp on nsp.oid = con.connamespace
  where con.connamespace <> all ($1::oid[])
  union all
  select
    pg_catalog.format('collation %I.%I', nsp.nspname, col.collname),
    -- Its version is what the library of this machine says, and in one database there is one encoding.
    pg_catalog.to_jsonb(col) - 'oid' - 'collnamespace' - 'collowner' - 'collversion' - 'collencoding'
      || pg_catalog.jsonb_build_object('owner', pg_catalog.pg_get_userbyid(col.collowner)),
    col.tableoid,
    col.oid
  from pg_catalog.pg_collation as col
  join pg_catalog.pg_namespace as nsp on nsp.oid = col.collnamespace
  where col.collnamespace <> all ($1::oid[])
  union all
  select
    'access method ' || pg_catalog.quote_ident(am.amname),
    pg_catalog.jsonb_build_object('handler', am.amhandler::text, 'type', am.amtype),
    am.tableoid,
    am.oid
  from pg_catalog.pg_am as am
  where am.oid >= 16384
  union all
  select
    'event trigger ' || pg_catalog.quote_ident(evt.evtname),
    pg_catalog.jsonb_build_object(
      'event', evt.evtevent,
      'owner', pg_catalog.pg_get_userbyid(evt.evtowner),
      'function', evt.evtfoid::pg_catalog.regprocedure::text,
      'enabled', evt.evtenabled,
      'tags', (select pg_catalog.jsonb_agg(tag order by tag) from pg_catalog.unnest(evt.evttags) as tag)
    ),
    evt.tableoid,
    evt.oid
  from pg_catalog.pg_event_trigger as evt
  -- One of somebody else's schema (howdah's) is theirs.
  where (select pronamespace from pg_catalog.pg_proc where oid = evt.evtfoid) <> all ($1::oid[])
)
select object, value::text as value
from own
where not exists (select from member where member.classid = own.classid and member.objid = own.objid)
