-- Publications, subscriptions, foreign data, extensions.

-- common
create schema app;
create table t (id int primary key, a int, b text);
create table app.u (id int primary key, a int);
create table p (id int primary key) partition by hash (id);
create table p_0 partition of p for values with (modulus 1, remainder 0);

-- pair: publications come and go
-- needs: superuser
-- after
create publication one for table t, only p;
create publication two for table t (id, a) where (a > 3) with (publish = 'insert, update', publish_via_partition_root = true);
create publication three for all tables;
create publication four for tables in schema app;
create publication five;
comment on publication one is '1';

-- pair: tables of a publication
-- before
create publication one for table t;
-- after
create publication one for table t, app.u, p;

-- pair: columns and filters of a publication
-- before
create publication one for table t;
-- after
create publication one for table t (id, b) where (id > 3 and a is null);

-- pair: a filter of a publication changes
-- before
create publication one for table t where (a > 1), app.u;
-- after
create publication one for table t where (a > 2), app.u where (a < 5);

-- pair: schemas of a publication
-- needs: superuser
-- before
create publication one for table t;
-- after
create publication one for table t, tables in schema app;

-- pair: parameters of a publication
-- before
create publication one for table t;
-- after
create publication one for table t with (publish = 'delete', publish_via_partition_root);

-- pair: generated columns of a publication
-- since: 18
-- before
create publication one for table t;
-- after
create publication one for table t with (publish_generated_columns = stored);

-- pair: a publication comes to be for all tables
-- needs: superuser
-- before
create publication one for table t;
-- after
create publication one for all tables;

-- pair: owner of a publication
-- needs: superuser
-- before
create publication one for table t;
-- after
create publication one for table t;
alter publication one owner to pg_monitor;

-- pair: a published table is new, another goes
-- before
create table gone (id int primary key);
create publication one for table t, gone;
-- after
create table fresh (id int primary key);
create publication one for table t, fresh;

-- pair: a published column goes
-- before
create table w (id int primary key, a int, b int);
create publication one for table w (id, a, b) where (b > 3);
-- after
create table w (id int primary key, a int);
create publication one for table w (id, a);

-- pair: a published table is made again as another kind of thing
-- before
create table w (id int primary key, a int);
create publication one for table w, t;
-- after
create view w as select 1 as id;
create publication one for table t;

-- pair: a subscription is refused aloud
-- needs: superuser
-- refused: WD468
-- after
create subscription sub connection 'dbname=nowhere' publication one, two with (connect = false, slot_name = none, enabled = false, binary = true);

-- pair: foreign data come and go
-- needs: superuser
-- after
create foreign data wrapper w options (a '1', "B b" 'it''s');
create server s type 'x' version '2' foreign data wrapper w options (host 'h', port '1');
create user mapping for public server s options (user 'u');
create user mapping for current_user server s options (user 'u', password 'secret');
create foreign table ft (id int options (x 'y') not null, b text default 'q', constraint ok check (id > 0)) server s options (relation 'r');
comment on foreign data wrapper w is 'w';
comment on server s is 's';
comment on foreign table ft is 'ft';
comment on column ft.id is 'id';
grant usage on foreign data wrapper w to pg_monitor;
grant usage on foreign server s to pg_monitor;
grant select on ft to pg_monitor;

-- pair: options of foreign data
-- needs: superuser
-- before
create foreign data wrapper w options (a '1', b '2');
create server s foreign data wrapper w options (host 'h', port '1');
create user mapping for public server s options (user 'u');
create foreign table ft (id int options (x 'y', z 'z')) server s options (relation 'r', gone 'g');
-- after
create foreign data wrapper w options (a '3', c '4');
create server s foreign data wrapper w options (host 'i', user 'x');
create user mapping for public server s options (user 'v', password 'w');
create foreign table ft (id int options (x 'yy', w 'w')) server s options (relation 'q', fresh 'f');

-- pair: version of a server
-- needs: superuser
-- before
create foreign data wrapper w;
create server s version '1' foreign data wrapper w;
-- after
create foreign data wrapper w;
create server s version '2' foreign data wrapper w;

-- pair: type and wrapper of a server under a foreign table
-- needs: superuser
-- before
create foreign data wrapper w;
create foreign data wrapper w2;
create server s type 'a' foreign data wrapper w;
create user mapping for public server s;
create foreign table ft (id int) server s;
create view v as select id from ft;
-- after
create foreign data wrapper w;
create foreign data wrapper w2;
create server s type 'b' foreign data wrapper w2;
create user mapping for public server s;
create foreign table ft (id int) server s;
create view v as select id from ft;

-- pair: columns of a foreign table
-- needs: superuser
-- before
create foreign data wrapper w;
create server s foreign data wrapper w;
create foreign table ft (id int, b text default 'x', c int) server s;
create view v as select id, b from ft;
-- after
create foreign data wrapper w;
create server s foreign data wrapper w;
create foreign table ft (id bigint not null, b text default 'y', d int, check (id > 3)) server s;
create view v as select id, b from ft;

-- pair: the server of a foreign table
-- needs: superuser
-- before
create foreign data wrapper w;
create server s foreign data wrapper w;
create server s2 foreign data wrapper w;
create foreign table ft (id int) server s;
-- after
create foreign data wrapper w;
create server s foreign data wrapper w;
create server s2 foreign data wrapper w;
create foreign table ft (id int) server s2;

-- pair: a foreign table becomes a table
-- needs: superuser
-- before
create foreign data wrapper w;
create server s foreign data wrapper w;
create foreign table ft (id int) server s;
-- after
create foreign data wrapper w;
create server s foreign data wrapper w;
create table ft (id int);

-- pair: a foreign table as a partition
-- needs: superuser
-- before
create foreign data wrapper w;
create server s foreign data wrapper w;
create table part (id int, k text) partition by list (k);
-- after
create foreign data wrapper w;
create server s foreign data wrapper w;
create table part (id int, k text) partition by list (k);
create foreign table part_a partition of part for values in ('a') server s options (x 'y');

-- pair: a trigger on a foreign table
-- needs: superuser
-- before
create foreign data wrapper w;
create server s foreign data wrapper w;
create foreign table ft (id int) server s;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
-- after
create foreign data wrapper w;
create server s foreign data wrapper w;
create foreign table ft (id int) server s;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger tr before insert on ft for each row execute function trg();

-- pair: owners of foreign data
-- needs: superuser
-- before
create foreign data wrapper w;
create server s foreign data wrapper w;
create foreign table ft (id int) server s;
-- after
create foreign data wrapper w;
create server s foreign data wrapper w;
create foreign table ft (id int) server s;
grant usage on foreign data wrapper w to pg_monitor;
alter server s owner to pg_monitor;
alter foreign table ft owner to pg_monitor;

-- pair: an extension comes and goes with what uses it
-- needs: extension hstore, extension citext, superuser
-- after
create schema ext;
create extension hstore schema ext;
create extension citext;
create table h (id int, tags ext.hstore not null default '', name citext unique);
create index h_tags on h using gin (tags);
create function tag(ext.hstore) returns text language sql as $$ select $1 operator(ext.->) 'a' $$;

-- pair: an extension moves to another schema
-- needs: extension hstore, superuser
-- before
create schema ext;
create extension hstore;
create table h (tags hstore default 'a=>b');
-- data
insert into h default values;
-- after
create schema ext;
create extension hstore schema ext;
create table h (tags ext.hstore default 'a=>b');

-- pair: the version of an extension
-- needs: extension hstore, superuser
-- before
create extension hstore version '1.4';
create table h (tags hstore);
-- data
insert into h values ('a=>b');
-- back: no
-- after
create extension hstore;
create table h (tags hstore);

-- pair: a comment on an extension
-- needs: extension hstore, superuser
-- before
create extension hstore;
-- after
create extension hstore;
comment on extension hstore is 'mine';

-- pair: things of an extension are left alone
-- needs: extension hstore, superuser
-- expect actions: 0
-- before
create extension hstore;
create view v as select 'a=>b'::hstore -> 'a' as a;
-- after
create extension hstore;
create view v as select 'a=>b'::hstore -> 'a' as a;

-- pair: an extension makes room for a type of one's own
-- open: what an extension holds is not known
-- needs: extension citext, superuser
-- before
create extension citext;
create table h (name citext);
-- data
insert into h values ('a');
-- after
create domain citext as text;
create table h (name citext);
