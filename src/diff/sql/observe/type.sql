-- Types that are more than the rows of a relation: enums with their labels in order, domains, composites, ranges, base
-- types, shells.
with member as (
  select dep.objid
  from pg_catalog.pg_depend as dep
  where dep.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
    and dep.deptype = 'e'
)
select
  'type ' || typ.oid::pg_catalog.regtype::text as object,
  case when typ.typisdefined then typ.typtype::text else 'shell' end as sort,
  pg_catalog.pg_get_userbyid(typ.typowner) as owner,
  coalesce(typ.typacl, pg_catalog.acldefault('T', typ.typowner))::text[] as acl,
  case typ.typtype
    when 'e' then (
      select pg_catalog.jsonb_agg(label.enumlabel order by label.enumsortorder)
      from pg_catalog.pg_enum as label
      where label.enumtypid = typ.oid
    )
  end as labels,
  case typ.typtype
    when 'd' then pg_catalog.jsonb_build_object(
      'type', pg_catalog.format_type(typ.typbasetype, typ.typtypmod),
      'not null', typ.typnotnull,
      'default', typ.typdefault,
      'collation', nullif(typ.typcollation, 0)::pg_catalog.regcollation::text
    )
  end as domain,
  case typ.typtype
    when 'r' then (
      select pg_catalog.jsonb_build_object(
        'subtype', pg_catalog.format_type(rng.rngsubtype, null),
        'multirange', rng.rngmultitypid::pg_catalog.regtype::text,
        'collation', nullif(rng.rngcollation, 0)::pg_catalog.regcollation::text,
        'operator class', pg_catalog.concat(nsp.nspname, '.', opc.opcname),
        'canonical', rng.rngcanonical::text,
        'difference', rng.rngsubdiff::text
      )
      from pg_catalog.pg_range as rng
      join pg_catalog.pg_opclass as opc on opc.oid = rng.rngsubopc
      join pg_catalog.pg_namespace as nsp on nsp.oid = opc.opcnamespace
      where rng.rngtypid = typ.oid
    )
  end as range,
  case
    when typ.typtype = 'b' and typ.typisdefined then pg_catalog.jsonb_build_object(
      'length', typ.typlen,
      'by value', typ.typbyval,
      'category', typ.typcategory,
      'preferred', typ.typispreferred,
      'delimiter', typ.typdelim,
      'subscript', typ.typsubscript::text,
      'element', nullif(typ.typelem, 0)::pg_catalog.regtype::text,
      'input', typ.typinput::text,
      'output', typ.typoutput::text,
      'receive', typ.typreceive::text,
      'send', typ.typsend::text,
      'modifier input', typ.typmodin::text,
      'modifier output', typ.typmodout::text,
      'analyze', typ.typanalyze::text,
      'alignment', typ.typalign,
      'storage', typ.typstorage,
      'default', typ.typdefault,
      'collatable', typ.typcollation <> 0
    )
  end as base
from pg_catalog.pg_type as typ
left join pg_catalog.pg_class as rel on rel.oid = typ.typrelid
where typ.typnamespace <> all ($1::oid[])
  and (typ.typtype in ('e', 'd', 'r', 'b', 'p') or rel.relkind = 'c')
  and not (typ.typtype = 'b' and typ.typelem <> 0 and typ.typcategory = 'A')
  and typ.oid not in (select objid from member)
