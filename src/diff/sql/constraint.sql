-- Constraints of tables and foreign tables. Left out are the rows that Postgres keeps for itself: a foreign key to a
-- partitioned table once more for each partition, and constraint triggers.
select
  'constraint' as kind,
  'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid as class,
  item.oid,
  0 as sub,
  case when item.contype in ('p', 'u', 'x') then array[
    pg_catalog.concat('pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, '/', item.conindid, '/0')
  ] end as also,
  namespace.nspname as schema,
  relation.relname as relation,
  item.conname as name,
  null as args,
  pg_catalog.concat('pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, '/', relation.oid, '/0') as parent,
  null as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'type', case item.contype
      when 'p' then 'primary key'
      when 'u' then 'unique'
      when 'x' then 'exclusion'
      when 'c' then 'check'
      when 'f' then 'foreign key'
    end,
    -- Without what can be altered, which stands at its end.
    'definition', pg_catalog.left(
      definition.text,
      pg_catalog.length(definition.text) - pg_catalog.length(pg_catalog.concat(
        case when item.condeferrable then ' DEFERRABLE' end,
        case when item.condeferred then ' INITIALLY DEFERRED' end,
        case when not item.enforced then ' NOT ENFORCED' when not item.convalidated then ' NOT VALID' end
      ))
    ),
    'columns', case when item.contype <> 'c' then pg_catalog.to_jsonb(array(
      select (select attname from pg_catalog.pg_attribute where attrelid = item.conrelid and attnum = key.attnum)
      from pg_catalog.unnest(item.conkey) as key(attnum)
    )) end,
    'deferrable', case when item.condeferrable then true end,
    'deferred', case when item.condeferred then true end,
    'notEnforced', case when not item.enforced then true end,
    'notValid', case when item.enforced and not item.convalidated then true end,
    'inherited', case when not item.conislocal then case when relation.relispartition then 'partition' else 'child' end end,
    -- A part of the constraint, or of the index, of the table that this one is a partition of.
    'attached', case when index_relation.relispartition or item.conparentid <> 0 then true end,
    'partitioned', case when relation.relkind = 'p' then true end,
    'temporal', case when item.temporal then true end,
    'references', case when item.contype = 'f' then pg_catalog.jsonb_build_object(
      'schema', foreign_namespace.nspname,
      'relation', foreign_relation.relname,
      'columns', array(
        select (select attname from pg_catalog.pg_attribute where attrelid = item.confrelid and attnum = key.attnum)
        from pg_catalog.unnest(item.confkey) as key(attnum)
      ),
      'full', case when item.confmatchtype = 'f' then true end
    ) end,
    -- How two rows are compared: those of a foreign key as "referenced = referencing".
    'operators', case when item.contype = 'f' or item.conexclop is not null then pg_catalog.to_jsonb(array(
      -- `=(integer,bigint)`, `public.&&(…)`
      select pg_catalog.substring(oid::pg_catalog.regoperator::text, '^(.*)\(')
      from pg_catalog.unnest(coalesce(item.conexclop, item.conpfeqop)) as operator(oid)
    )) end,
    'expressions', case when item.conexclop is not null then pg_catalog.to_jsonb(array(
      select pg_catalog.pg_get_indexdef(item.conindid, place, true)
      from pg_catalog.generate_series(1, pg_catalog.cardinality(item.conexclop)) as place
    )) end,
    'predicate', case when item.contype = 'x' then pg_catalog.pg_get_expr(index.indpred, index.indrelid, true) end,
    'index', case when item.contype in ('p', 'u', 'x') then pg_catalog.jsonb_build_object(
      -- Those of an exclusion constraint are part of its definition.
      'options', case when item.contype <> 'x' then pg_catalog.to_jsonb(index_relation.reloptions) end,
      'tablespace', tablespace.spcname,
      'clustered', case when index.indisclustered then true end,
      'replicaIdentity', case when index.indisreplident then true end,
      'invalid', case when not index.indisvalid then true end,
      'comment', index_description.description
    ) end
  )) as props
-- What came with 18, read as it was before where the column is missing: a name is looked up inside first.
from (select true as conenforced, false as conperiod) as missing
cross join lateral (
  select
    oid, conname, contype, condeferrable, condeferred, convalidated, conrelid, conindid, conparentid, confrelid,
    confmatchtype, conislocal, conkey, confkey, conpfeqop, conexclop,
    conenforced as enforced,
    conperiod as temporal
  from pg_catalog.pg_constraint
) as item
join pg_catalog.pg_class as relation on relation.oid = item.conrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
left join pg_catalog.pg_constraint as parent on parent.oid = nullif(item.conparentid, 0)
left join pg_catalog.pg_index as index
  on index.indexrelid = item.conindid
  and item.contype in ('p', 'u', 'x')
left join pg_catalog.pg_class as index_relation on index_relation.oid = index.indexrelid
left join pg_catalog.pg_tablespace as tablespace on tablespace.oid = index_relation.reltablespace
left join pg_catalog.pg_class as foreign_relation on foreign_relation.oid = nullif(item.confrelid, 0)
left join pg_catalog.pg_namespace as foreign_namespace on foreign_namespace.oid = foreign_relation.relnamespace
left join pg_catalog.pg_description as description
  on description.objoid = item.oid
  and description.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
left join pg_catalog.pg_description as index_description
  on index_description.objoid = index.indexrelid
  and index_description.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and index_description.objsubid = 0
cross join lateral (select pg_catalog.pg_get_constraintdef(item.oid, true) as text offset 0) as definition
where item.contype in ('p', 'u', 'x', 'c', 'f')
  and relation.relkind in ('r', 'p', 'f')
  and relation.relpersistence <> 't'
  and (parent.oid is null or parent.conrelid <> item.conrelid)
  and relation.relnamespace <> all ($1::oid[])
  and $2::text[] is not null
union all
-- NOT NULL (18) that says more than its column does, the name that Postgres makes up apart; its column tells it apart.
select
  'constraint',
  'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid,
  item.oid,
  0,
  null,
  namespace.nspname,
  relation.relname,
  'not null ' || attribute.attname,
  null,
  pg_catalog.concat('pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, '/', relation.oid, '/0'),
  null,
  description.description,
  null,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'type', 'not null',
    'name', item.conname,
    'columns', array[attribute.attname],
    'noInherit', case when item.connoinherit then true end,
    'notValid', case when not item.convalidated then true end,
    'inherited', case when not item.conislocal then
      case when relation.relispartition then 'partition' else 'child' end end,
    'merged', case when item.conislocal and item.coninhcount > 0 then true end
  ))
from pg_catalog.pg_constraint as item
join pg_catalog.pg_class as relation on relation.oid = item.conrelid
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
join pg_catalog.pg_attribute as attribute
  on attribute.attrelid = item.conrelid
  and attribute.attnum = item.conkey[1]
left join pg_catalog.pg_description as description
  on description.objoid = item.oid
  and description.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
where item.contype = 'n'
  and (
    -- As makeObjectName() shortens it.
    item.conname <> pg_catalog.concat(
      pg_catalog.left(relation.relname, 53 - least(
        pg_catalog.octet_length(attribute.attname), greatest(26, 53 - pg_catalog.octet_length(relation.relname))
      )),
      '_',
      pg_catalog.left(attribute.attname, greatest(26, 53 - pg_catalog.octet_length(relation.relname))),
      '_not_null'
    )
    or item.connoinherit
    or not item.convalidated
    or description.description is not null
  )
  and relation.relkind in ('r', 'p', 'f')
  and relation.relpersistence <> 't'
  and relation.relnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by schema, relation, name
