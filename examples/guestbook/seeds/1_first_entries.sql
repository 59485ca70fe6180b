-- Loaded once, in development only.
select public.sign('First visitor', 'Hello! A whole application, and it is one table, one function and one page.');
select public.sign('Second visitor', 'I changed the query while typing this, and my words stayed in the form.');
