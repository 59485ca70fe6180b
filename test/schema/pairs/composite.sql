-- Composite types, ranges, base types.

-- common
create type address as (street text, city varchar(50), zip int);
create table person (id int primary key, home address, others address[]);
create view v as select id, (home).city from person;
create function f(address) returns text language sql as $$ select ($1).street $$;
-- common data
insert into person values (1, row('s', 'c', 1), array[row('t', 'd', 2)::address]), (2, null, null);

-- pair: a composite type comes and goes
-- after
create type point3 as (x float8, y float8, z float8);
comment on type point3 is 'in space';
comment on column point3.x is 'right';

-- pair: a composite type without attributes
-- after
create type nothing as ();

-- pair: an attribute comes and goes in use
-- expect changed: public.person, public.u
-- back changed: public.person, public.u
-- expect check: (select (home).street = 's' from person where id = 1)
-- after
alter type address add attribute country text;

-- pair: several attributes at once
-- before
create type a as (x int, y int);
-- after
create type a as (x bigint, z text);

-- pair: the type of an attribute not in use
-- before
create type a as (x int, y text);
-- after
create type a as (x bigint, y text);

-- pair: the type of an attribute in use
-- expect check: (select (home).zip::text = '1' from person where id = 1)
-- after
drop function f;
drop view v;
drop table person;
drop type address;
create type address as (street text, city varchar(50), zip bigint);
create table person (id int primary key, home address, others address[]);
create view v as select id, (home).city from person;
create function f(address) returns text language sql as $$ select ($1).street $$;

-- pair: the collation of an attribute
-- before
create type a as (x text);
-- after
create type a as (x text collate "C");

-- pair: a composite within a composite
-- expect changed: public.person, public.u
-- back changed: public.person, public.u
-- before
create type outer_type as (a address, n int);
create table u (o outer_type);
-- data
insert into u values (row(row('s', 'c', 1), 2));
-- after
alter type address add attribute country text;
create type outer_type as (a address, n int, m int);
create table u (o outer_type);

-- pair: a composite type under a typed table
-- expect changed: public.person, public.u
-- back changed: public.person, public.u
-- before
create table homes of address;
-- data
insert into homes values ('s', 'c', 3);
-- after
alter type address add attribute country text;
create table homes of address;

-- pair: a composite type becomes a table
-- before
create type a as (x int, y text);
-- after
create table a (x int, y text);

-- pair: a composite type becomes an enum
-- before
create type a as (x int, y text);
-- after
create type a as enum ('x');

-- pair: privileges and owner of a composite type
-- needs: superuser
-- after
revoke usage on type address from public;
alter type address owner to pg_monitor;

-- pair: names that need quotes
-- before
create type "My Type" as ("A" int, "select" text);
-- after
create type "My Type" as ("A" bigint, "b c" text);

-- pair: a range comes and goes
-- after
create type floatrange as range (subtype = float8, subtype_diff = float8mi);
create table u (r floatrange, m floatmultirange, check (not isempty(r)));

-- pair: a range with all it can have
-- after
create function my_diff(text, text) returns float8 language sql immutable as $$ select 1.0::float8 $$;
create type textrange as range (subtype = text, collation = "C", subtype_opclass = text_pattern_ops, subtype_diff = my_diff, multirange_type_name = texts);

-- pair: a range changes its subtype in use
-- before
create type r as range (subtype = int4);
create table u (id int, r r);
-- data
insert into u values (1, '[1,3)');
-- after
create type r as range (subtype = int8);
create table u (id int, r r);

-- pair: the name of a multirange
-- before
create type r as range (subtype = float8);
-- after
create type r as range (subtype = float8, multirange_type_name = many);

-- pair: a comment and privileges on a range
-- before
create type r as range (subtype = float8);
-- after
create type r as range (subtype = float8);
comment on type r is 'r';
revoke usage on type r from public;

-- pair: a range over an enum and a domain
-- after
create type size as enum ('s', 'm', 'l');
create type sizes as range (subtype = size);
create domain some_sizes as sizes check (not isempty(value));
create table u (s some_sizes default '[s,m]');

-- pair: a shell type
-- needs: superuser
-- after
create type shell;

-- pair: a base type comes and goes
-- needs: superuser
-- after
create type mytext;
create function mytext_in(cstring) returns mytext language internal immutable strict as 'textin';
create function mytext_out(mytext) returns cstring language internal immutable strict as 'textout';
create type mytext (input = mytext_in, output = mytext_out, like = text, category = 'S', collatable = true);
create table u (m mytext);

-- pair: a base type changes what it can
-- needs: superuser
-- before
create type mytext;
create function mytext_in(cstring) returns mytext language internal immutable strict as 'textin';
create function mytext_out(mytext) returns cstring language internal immutable strict as 'textout';
create type mytext (input = mytext_in, output = mytext_out, like = text);
create table u (m mytext);
-- data
insert into u values ('x');
-- after
create type mytext;
create function mytext_in(cstring) returns mytext language internal immutable strict as 'textin';
create function mytext_out(mytext) returns cstring language internal immutable strict as 'textout';
create function mytext_send(mytext) returns bytea language internal immutable strict as 'textsend';
create type mytext (input = mytext_in, output = mytext_out, like = text, send = mytext_send, storage = external);
create table u (m mytext);

-- pair: an attribute comes between others, and they change places
-- before
create type place as (a int, b text);
create function at(int) returns place language sql as 'select row($1, ''x'')::place';
create table trip (id int primary key, stop place default row(1, 'd')::place, stops place[]);
create view stops as select id, (stop).b from trip;
create type free as (a int, b text);
create function f() returns free begin atomic select row(1, 'x')::free; end;
-- data
insert into trip values (1, row(1, 'x, "y"'), array[row(2, 'z'), null]::place[]), (2, null, '{}'), (3, row(null, null), null);
-- expect changed: public.trip.stop, public.trip.stops
-- expect check: (select (stops[1]).a = 2 and (stops[1]).b = 'z' and stops[2] is null from trip where id = 1)
-- expect check: (select array_agg(id) = '{2}' from trip where stops = '{}')
-- expect check: (select (stop).a = 1 and (stop).b = 'x, "y"' and (stop).between is null from trip where id = 1)
-- expect check: (select stop is not distinct from null from trip where id = 2)
-- expect check: (select stop is distinct from null and (stop).a is null from trip where id = 3)
-- back changed: public.trip.stop, public.trip.stops
-- after
create type place as (b text, between numeric, a bigint);
create function at(int) returns place language sql as 'select row(''x'', null, $1)::place';
create table trip (id int primary key, stop place default row('d', 2, 1)::place, stops place[]);
create view stops as select id, (stop).b from trip;
create type free as (b text, a int);
create function f() returns free begin atomic select row('x', 1)::free; end;

-- pair: a column of one composite type becomes one of another
-- before
create type old_place as (a int, b text);
create type place as (b varchar(3), a int);
create table trip (id int primary key, stop old_place);
-- data
insert into trip values (1, row(1, 'x')), (2, null);
-- expect check: (select (stop).a = 1 and (stop).b = 'x' from trip where id = 1)
-- after
create type place as (b varchar(3), a int);
create table trip (id int primary key, stop place);
-- back: no
