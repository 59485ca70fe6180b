-- Extended statistics. They live in a schema of their own choosing, so the table is no part of their name.
select
  'statistics' as kind,
  'pg_catalog.pg_statistic_ext'::pg_catalog.regclass::pg_catalog.oid as class,
  item.oid,
  0 as sub,
  null as also,
  namespace.nspname as schema,
  null as relation,
  item.stxname as name,
  null as args,
  pg_catalog.concat('pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, '/', item.stxrelid, '/0') as parent,
  pg_catalog.pg_get_userbyid(item.stxowner) as owner,
  description.description as comment,
  null as acl,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    -- `(ndistinct) ON a, b, (lower(c)) FROM public.t`. Postgres has the columns in the order of the table, which is no part
    -- of a schema.
    'definition', pg_catalog.concat(
      pg_catalog.substring(
        pg_catalog.substr(
          pg_catalog.pg_get_statisticsobjdef(item.oid),
          1 + pg_catalog.length(pg_catalog.format('CREATE STATISTICS %I.%I ', namespace.nspname, item.stxname))
        ),
        '^\([a-z, ]+\) '
      ),
      'ON ',
      pg_catalog.concat_ws(
        ', ',
        (
          select pg_catalog.string_agg(pg_catalog.quote_ident(attribute.attname), ', ' order by attribute.attname)
          from pg_catalog.pg_attribute as attribute
          where attribute.attrelid = item.stxrelid and attribute.attnum = any (item.stxkeys)
        ),
        (
          -- A call stands as it is; an operator comes in parentheses, a cast without.
          select pg_catalog.string_agg(
            case
              when expression ~ '^[a-z_"]' then expression
              when expression ~ '^\(.*\)$' and expression !~ '::[^()]*(\([0-9, ]*\))?$' then expression
              else '(' || expression || ')'
            end,
            ', ' order by place
          )
          from pg_catalog.unnest(pg_catalog.pg_get_statisticsobjdef_expressions(item.oid))
            with ordinality as list (expression, place)
        )
      ),
      ' FROM ',
      item.stxrelid::pg_catalog.regclass
    ),
    -- Up to 16 the default is -1, from 17 on null.
    'target', nullif(item.stxstattarget, -1)
  )) as props
from pg_catalog.pg_statistic_ext as item
join pg_catalog.pg_namespace as namespace on namespace.oid = item.stxnamespace
left join pg_catalog.pg_description as description
  on description.objoid = item.oid
  and description.classoid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass
where item.stxnamespace <> all ($1::oid[])
  and $2::text[] is not null
order by namespace.nspname, item.stxname
