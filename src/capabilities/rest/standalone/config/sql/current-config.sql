-- What a function set as pgrst.… in this transaction.
select wanted.name, pg_catalog.current_setting('pgrst.' || wanted.name, true) as value
from pg_catalog.unnest($1::text[]) as wanted(name)
where pg_catalog.current_setting('pgrst.' || wanted.name, true) is not null
  and pg_catalog.current_setting('pgrst.' || wanted.name, true) <> ''
