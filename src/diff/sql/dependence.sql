-- Who needs whom, one line each: `class/oid/column class/oid/column`. Pinned objects of the system are not in pg_depend;
-- members of extensions are asked for elsewhere.
select pg_catalog.string_agg(
  pg_catalog.concat(classid, '/', objid, '/', objsubid, ' ', refclassid, '/', refobjid, '/', refobjsubid),
  E'\n'
) as text
from (
  -- An owned sequence ('a' on its column) can exist without its column: what needs both is the ownership, see
  -- sequence.sql. That of an identity column ('i') is a part of it.
  select
    case when sequence.seqrelid is null then depend.classid
      else 'pg_catalog.pg_sequence'::pg_catalog.regclass end::pg_catalog.oid as classid,
    depend.objid,
    depend.objsubid,
    depend.refclassid::pg_catalog.oid,
    depend.refobjid,
    depend.refobjsubid
  from pg_catalog.pg_depend as depend
  left join pg_catalog.pg_sequence as sequence
    on sequence.seqrelid = depend.objid
    and depend.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and depend.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and depend.refobjsubid > 0
    and depend.deptype in ('a', 'i')
  where depend.deptype in ('n', 'a', 'i', 'P', 'S')
    and depend.objid >= 16384
    and depend.refobjid >= 2200
    and not (sequence.seqrelid is not null and depend.deptype = 'i')
  union all
  -- pg_depend says nothing of inheritance: it needs the parent, and the columns of both.
  select
    'pg_catalog.pg_inherits'::pg_catalog.regclass::pg_catalog.oid,
    inheritance.inhrelid,
    inheritance.inhseqno,
    'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid,
    attribute.attrelid,
    case when attribute.attnum < 0 then 0 else attribute.attnum end
  from (
    select inhrelid, inhseqno, inhrelid as relation
    from pg_catalog.pg_inherits
    union all
    select inhrelid, inhseqno, inhparent
    from pg_catalog.pg_inherits
  ) as inheritance
  join pg_catalog.pg_attribute as attribute
    -- The column tableoid stands for the table itself.
    on attribute.attrelid = inheritance.relation
    and (attribute.attnum > 0 or attribute.attnum = -6)
    and not attribute.attisdropped
  where inheritance.inhrelid >= 16384
  union all
  -- A column that is inherited needs the one above it.
  select
    'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid,
    child.attrelid,
    child.attnum,
    'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid,
    parent.attrelid,
    parent.attnum
  from pg_catalog.pg_inherits as inheritance
  join pg_catalog.pg_attribute as child
    on child.attrelid = inheritance.inhrelid
    and child.attinhcount > 0
  join pg_catalog.pg_attribute as parent
    on parent.attrelid = inheritance.inhparent
    and parent.attname = child.attname
  where child.attnum > 0
    and not child.attisdropped
  union all
  -- A partition gets indexes and foreign keys of names of its own when it has them before it is attached.
  select
    'pg_catalog.pg_inherits'::pg_catalog.regclass::pg_catalog.oid,
    part.relation,
    1,
    part.class,
    part.oid,
    0
  from (
    select index.indrelid as relation, 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid as class, index.indexrelid as oid
    from pg_catalog.pg_index as index
    join pg_catalog.pg_inherits as inheritance on inheritance.inhrelid = index.indexrelid
    union all
    select conrelid, 'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid, oid
    from pg_catalog.pg_constraint
    where coninhcount > 0
      and contype in ('c', 'f', 'n')
  ) as part
  join pg_catalog.pg_class as partition
    on partition.oid = part.relation
    and partition.relispartition
  union all
  -- A check that is inherited comes with the one above it.
  select
    'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid,
    child.oid,
    0,
    'pg_catalog.pg_constraint'::pg_catalog.regclass::pg_catalog.oid,
    parent.oid,
    0
  from pg_catalog.pg_constraint as child
  join pg_catalog.pg_inherits as inheritance on inheritance.inhrelid = child.conrelid
  join pg_catalog.pg_constraint as parent
    on parent.conrelid = inheritance.inhparent
    and parent.conname = child.conname
  where child.coninhcount > 0
    and child.contype in ('c', 'n')
) as dependence
