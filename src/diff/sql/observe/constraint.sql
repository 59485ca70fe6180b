-- Constraints of tables, foreign tables and domains. What Postgres makes of a foreign key for each partition of the table it
-- refers to is left out: it belongs to the key, and bears no name of a user's. NOT NULL (a constraint since 18) goes by its
-- column, since Postgres names an inherited one as it happens. Whether something inherited is local too, nobody can change.
select
  pg_catalog.concat(
    case
      when con.contype = 'n' and con.contypid = 0 then 'not null of ' || pg_catalog.quote_ident(att.attname)
      else 'constraint ' || pg_catalog.quote_ident(con.conname)
    end,
    ' on ',
    case
      when con.contypid <> 0 then 'domain ' || con.contypid::pg_catalog.regtype::text
      else con.conrelid::pg_catalog.regclass::text
    end
  ) as object,
  con.conrelid::text as relation,
  case when con.coninhcount = 0 then con.conname end as name,
  con.contype as type,
  pg_catalog.pg_get_constraintdef(con.oid, true) as definition,
  nullif(not con.convalidated, false) as "not valid",
  nullif(con.condeferrable, false) as deferrable,
  nullif(con.condeferred, false) as deferred,
  case when con.contype in ('c', 'n') then nullif(con.connoinherit, false) end as "no inherit",
  nullif(con.coninhcount, 0) as inherited,
  pg_catalog.quote_ident(above.conname) as "part of",
  case
    when con.contype in ('p', 'u', 'x', 'f') then nullif(con.conindid, 0)::pg_catalog.regclass::text
  end as index
from pg_catalog.pg_constraint as con
left join pg_catalog.pg_attribute as att
  on att.attrelid = con.conrelid and att.attnum = con.conkey[1] and con.contype = 'n' and con.conrelid <> 0
left join pg_catalog.pg_constraint as above on above.oid = con.conparentid and con.conparentid <> 0
where con.connamespace <> all ($1::oid[])
  and ($2::oid[] is null or con.conrelid = 0 or con.conrelid = any ($2::oid[]))
  and con.contype <> 't'
  and above.conrelid is distinct from con.conrelid
  and con.conrelid not in (
    select dep.objid
    from pg_catalog.pg_depend as dep
    where dep.deptype = 'e' and dep.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  )
  and con.contypid not in (
    select dep.objid
    from pg_catalog.pg_depend as dep
    where dep.deptype = 'e' and dep.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
  )
