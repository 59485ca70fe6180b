create type offer as (net text, tax text, gross text);
comment on type offer is 'a price in its parts';
