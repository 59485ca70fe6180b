-- Operators, casts, collations, conversions, languages, transforms, access methods, text search.

-- common
create table t (id int primary key, v text);
-- common data
insert into t values (1, 'running'), (2, 'dogs');

-- pair: an operator comes and goes
-- after
create function same(text, text) returns boolean language sql immutable as $$ select lower($1) = lower($2) $$;
create function other(text, text) returns boolean language sql immutable as $$ select lower($1) <> lower($2) $$;
create operator === (leftarg = text, rightarg = text, function = same, commutator = ===, negator = !==, restrict = eqsel, join = eqjoinsel, hashes, merges);
create operator !== (leftarg = text, rightarg = text, function = other, commutator = !==, negator = ===, restrict = neqsel, join = neqjoinsel);
comment on operator === (text, text) is 'same';

-- pair: a prefix operator
-- after
create function up(text) returns text language sql immutable as $$ select upper($1) $$;
create operator !! (rightarg = text, function = up);

-- pair: an operator changes its estimators
-- before
create function same(text, text) returns boolean language sql immutable as $$ select true $$;
create operator === (leftarg = text, rightarg = text, function = same);
-- after
create function same(text, text) returns boolean language sql immutable as $$ select true $$;
create operator === (leftarg = text, rightarg = text, function = same, restrict = eqsel, join = eqjoinsel);

-- pair: an operator under a view, an index and a check changes its function
-- before
create function same(text, text) returns boolean language sql immutable as $$ select true $$;
create operator === (leftarg = text, rightarg = text, function = same);
create view w as select id from t where v === 'a';
create index t_i on t (id) where v === 'b';
alter table t add check (v === 'c');
-- after
create function same2(text, text) returns boolean language sql immutable as $$ select true $$;
create operator === (leftarg = text, rightarg = text, function = same2);
create view w as select id from t where v === 'a';
create index t_i on t (id) where v === 'b';
alter table t add check (v === 'c');

-- pair: an operator of a schema in a view
-- after
create schema ops;
create function ops.plus(int, text) returns text language sql immutable as $$ select $1 || $2 $$;
create operator ops.+ (leftarg = int, rightarg = text, function = ops.plus);
create view w as select id operator(ops.+) v as sum from t;

-- pair: owner of an operator
-- needs: superuser
-- before
create operator === (leftarg = text, rightarg = text, function = texteq);
-- after
create operator === (leftarg = text, rightarg = text, function = texteq);
alter operator === (text, text) owner to pg_monitor;

-- pair: an operator class comes and goes
-- needs: superuser
-- after
create function compare(int, int) returns int language sql immutable as $$ select btint4cmp($2, $1) $$;
create operator class backwards for type int using btree as operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 compare(int, int);
create index t_back on t (id backwards);

-- pair: an operator class in a family
-- needs: superuser
-- after
create operator family numbers using btree;
create operator class small_ops for type smallint using btree family numbers as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint2cmp(smallint, smallint);
alter operator family numbers using btree add operator 1 < (smallint, int), operator 2 <= (smallint, int), operator 3 = (smallint, int), operator 4 >= (smallint, int), operator 5 > (smallint, int), function 1 btint24cmp(smallint, int);
comment on operator family numbers using btree is 'n';
comment on operator class small_ops using btree is 's';

-- pair: a family gains and loses members
-- needs: superuser
-- before
create operator family numbers using btree;
-- after
create operator family numbers using btree;
alter operator family numbers using btree add operator 1 < (smallint, int), operator 3 = (smallint, int), function 1 btint24cmp(smallint, int);

-- pair: an operator class changes under an index
-- needs: superuser
-- before
create operator class mine for type int using btree as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint4cmp(int, int);
create index t_i on t (id mine);
-- after
create operator class mine for type int using btree as operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 btint4cmp(int, int), function 2 btint4sortsupport(internal);
create index t_i on t (id mine);

-- pair: the default operator class of a type
-- needs: superuser
-- before
create type pair as (a int, b int);
-- after
create type pair as (a int, b int);
create function pair_hash(pair) returns int language sql immutable as $$ select ($1).a $$;
create function pair_same(pair, pair) returns boolean language sql immutable as $$ select ($1).a = ($2).a $$;
create operator ==== (leftarg = pair, rightarg = pair, function = pair_same, hashes);
create operator class pair_ops default for type pair using hash as operator 1 ====, function 1 pair_hash(pair);

-- pair: casts come and go
-- before
create type mood as enum ('a', 'b');
-- after
create type mood as enum ('a', 'b');
create function to_int(mood) returns int language sql immutable as $$ select 1 $$;
create cast (mood as int) with function to_int(mood) as assignment;
create cast (int as mood) with inout;
comment on cast (mood as int) is 'number';

-- pair: a cast becomes implicit
-- before
create type mood as enum ('a', 'b');
create function to_int(mood) returns int language sql immutable as $$ select 1 $$;
create cast (mood as int) with function to_int(mood);
-- after
create type mood as enum ('a', 'b');
create function to_int(mood) returns int language sql immutable as $$ select 1 $$;
create cast (mood as int) with function to_int(mood) as implicit;

-- pair: a cast under a view changes its function
-- before
create type mood as enum ('a', 'b');
create function to_int(mood) returns int language sql immutable as $$ select 1 $$;
create cast (mood as int) with function to_int(mood);
create table u (m mood);
create view w as select m::int as n from u;
-- after
create type mood as enum ('a', 'b');
create function as_int(mood) returns int language sql immutable as $$ select 2 $$;
create cast (mood as int) with function as_int(mood);
create table u (m mood);
create view w as select m::int as n from u;

-- pair: a binary cast
-- needs: superuser
-- after
create cast (text as bytea) without function as assignment;

-- pair: collations come and go
-- after
create collation german (provider = icu, locale = 'de-u-co-phonebk');
create collation numeric_order (provider = icu, locale = 'en-u-kn-true', deterministic = false);
create collation copied from "C";
comment on collation german is 'de';
alter table t add column g text collate german, add column n text collate numeric_order;
create index t_g on t (g);

-- pair: a collation in use changes
-- before
create collation c (provider = icu, locale = 'de');
alter table t add column g text collate c;
create index t_g on t (g);
create view w as select g from t;
-- data
update t set g = v;
-- after
create collation c (provider = icu, locale = 'fr');
alter table t add column g text collate c;
create index t_g on t (g);
create view w as select g from t;

-- pair: rules of a collation
-- since: 16
-- after
create collation ruled (provider = icu, locale = 'und', rules = '& a < g');

-- pair: a builtin collation
-- since: 17
-- after
create collation plain (provider = builtin, locale = 'C.UTF-8');

-- pair: conversions come and go
-- needs: superuser
-- after
create conversion mine for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
create default conversion yours for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;
comment on conversion mine is 'm';

-- pair: a conversion becomes the default
-- needs: superuser
-- before
create conversion mine for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
-- after
create default conversion mine for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;

-- pair: a language
-- needs: superuser
-- after
create trusted language plmine handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;
comment on language plmine is 'mine';
revoke usage on language plmine from public;
grant usage on language plmine to pg_monitor;
create function f() returns int language plmine as $$ begin return 1; end $$;

-- pair: a language changes
-- needs: superuser
-- before
create trusted language plmine handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;
create function f() returns int language plmine as $$ begin return 1; end $$;
-- after
create language plmine handler plpgsql_call_handler validator plpgsql_validator;
create function f() returns int language plmine as $$ begin return 1; end $$;

-- pair: a transform
-- needs: superuser
-- after
create function to_pl(internal) returns internal language internal immutable strict as 'prsd_lextype';
create transform for int language sql (from sql with function to_pl(internal));
comment on transform for int language sql is 't';

-- pair: a transform changes
-- needs: superuser
-- before
create function to_pl(internal) returns internal language internal immutable strict as 'prsd_lextype';
create function to_pl2(internal) returns internal language internal immutable strict as 'prsd_lextype';
create transform for int language sql (from sql with function to_pl(internal));
-- after
create function to_pl(internal) returns internal language internal immutable strict as 'prsd_lextype';
create function to_pl2(internal) returns internal language internal immutable strict as 'prsd_lextype';
create transform for int language sql (from sql with function to_pl2(internal));

-- pair: an access method
-- needs: superuser
-- after
create access method heap2 type table handler heap_tableam_handler;
create access method btree2 type index handler bthandler;
comment on access method heap2 is 'h';
create table u (a int) using heap2;

-- pair: an access method changes
-- needs: superuser
-- before
create access method am type index handler bthandler;
-- after
create access method am type index handler hashhandler;

-- pair: text search comes and goes
-- after
create text search dictionary plain (template = simple, stopwords = english, accept = false);
create text search dictionary stems (template = snowball, language = german);
create text search configuration mine (copy = german);
alter text search configuration mine alter mapping for asciiword, word with plain, stems;
alter text search configuration mine drop mapping for url, email;
comment on text search configuration mine is 'm';
comment on text search dictionary plain is 'p';
create index t_fts on t using gin (to_tsvector('mine', v));

-- pair: options of a dictionary
-- before
create text search dictionary plain (template = simple, stopwords = english);
-- after
create text search dictionary plain (template = simple, accept = false);

-- pair: the template of a dictionary under a configuration
-- before
create text search dictionary d (template = simple);
create text search configuration c (copy = simple);
alter text search configuration c alter mapping for word with d;
-- after
create text search dictionary d (template = snowball, language = english);
create text search configuration c (copy = simple);
alter text search configuration c alter mapping for word with d;

-- pair: mappings of a configuration
-- before
create text search configuration c (copy = simple);
-- after
create text search configuration c (copy = simple);
alter text search configuration c alter mapping for word, asciiword with english_stem, simple;
alter text search configuration c drop mapping for url;

-- pair: a configuration under a generated column and an index changes
-- before
create text search configuration c (copy = simple);
create table doc (body text, words tsvector generated always as (to_tsvector('public.c', body)) stored);
create index doc_words on doc using gin (words);
-- data
insert into doc values ('running dogs');
-- after
create text search configuration c (copy = english);
create table doc (body text, words tsvector generated always as (to_tsvector('public.c', body)) stored);
create index doc_words on doc using gin (words);

-- pair: the parser of a configuration
-- needs: superuser
-- before
create text search configuration c (copy = simple);
-- after
create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype, headline = prsd_headline);
create text search configuration c (parser = p);
comment on text search parser p is 'p';

-- pair: a template
-- needs: superuser
-- after
create text search template tt (init = dsimple_init, lexize = dsimple_lexize);
create text search dictionary d (template = tt, accept = true);
comment on text search template tt is 'tt';

-- pair: owners of text search and collations
-- needs: superuser
-- before
create text search dictionary d (template = simple);
create text search configuration c (copy = simple);
create collation k from "C";
create conversion v for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
-- after
create text search dictionary d (template = simple);
create text search configuration c (copy = simple);
create collation k from "C";
create conversion v for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
alter text search dictionary d owner to pg_monitor;
alter text search configuration c owner to pg_monitor;
alter collation k owner to pg_monitor;
alter conversion v owner to pg_monitor;
