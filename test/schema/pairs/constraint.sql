-- Constraints of tables.

-- common
create table account (id int primary key, email text not null, age int, parent int, kind text);
create table purchase (id int primary key, account_id int not null, a int, b int, during int4range);
-- common data
insert into account values (1, 'a', 30, null, 'x'), (2, 'b', 40, 1, 'y');
insert into purchase values (1, 1, 1, 1, '[1,3)'), (2, 2, 2, 2, '[4,5)');

-- pair: a check comes and goes
-- expect untouched: public.account
-- after
alter table account add constraint grown check (age >= 18);

-- pair: a check changes
-- before
alter table account add constraint grown check (age >= 18);
-- after
alter table account add constraint grown check (age >= 21 and email <> '');

-- pair: a check is renamed
-- expect plan: rename constraint
-- before
alter table account add constraint grown check (age >= 18);
-- after
alter table account add constraint adult check (age >= 18);

-- pair: a check that is not valid
-- after
alter table account add constraint grown check (age >= 35) not valid;

-- pair: a check becomes valid
-- expect plan: validate constraint
-- expect never: drop constraint
-- before
alter table account add constraint grown check (age >= 18) not valid;
-- after
alter table account add constraint grown check (age >= 18);

-- pair: a check that is not inherited
-- before
alter table account add constraint grown check (age >= 18);
-- after
alter table account add constraint grown check (age >= 18) no inherit;

-- pair: a check that is not enforced
-- since: 18
-- before
alter table account add constraint grown check (age >= 18);
-- after
alter table account add constraint grown check (age >= 18) not enforced;

-- pair: a check calls a function that is new
-- after
create function ok(int) returns boolean language sql immutable as 'select $1 > 0';
alter table account add constraint fine check (ok(age));

-- pair: a check calls a function whose arguments change
-- before
create function ok(int) returns boolean language sql immutable as 'select $1 > 0';
alter table account add constraint fine check (ok(age));
-- after
create function ok(int, int) returns boolean language sql immutable as 'select $1 > $2';
alter table account add constraint fine check (ok(age, id));

-- pair: a check across columns that change their types
-- before
alter table account add constraint c check (age > id);
-- after
alter table account alter column age type bigint;
alter table account add constraint c check (age > id);

-- pair: unique comes and goes
-- after
alter table account add unique (email);

-- pair: unique over other columns
-- before
alter table account add constraint u unique (email);
-- after
alter table account add constraint u unique (email, age);

-- pair: unique with nulls not distinct
-- before
alter table account add constraint u unique (age);
-- after
alter table account add constraint u unique nulls not distinct (age);

-- pair: unique becomes deferrable
-- before
alter table account add constraint u unique (age);
-- after
alter table account add constraint u unique (age) deferrable initially deferred;

-- pair: unique with included columns and parameters
-- before
alter table account add constraint u unique (age);
-- after
alter table account add constraint u unique (age) include (email) with (fillfactor = 70);

-- pair: unique is renamed
-- expect plan: rename
-- before
alter table account add constraint u unique (age);
-- after
alter table account add constraint v unique (age);

-- pair: a unique index becomes a constraint
-- before
create unique index u on account (age);
-- after
alter table account add constraint u unique (age);

-- pair: unique under a foreign key changes
-- before
alter table account add constraint u unique (email);
alter table purchase add column email text references account (email);
-- after
alter table account add constraint u unique (email) include (age);
alter table purchase add column email text references account (email);

-- pair: the primary key is another column under a foreign key
-- before
create table p (id int primary key, code int not null unique);
create table c (p_id int references p (id));
-- data
insert into p values (1, 10), (2, 20);
insert into c values (2);
-- after
create table p (id int not null unique, code int primary key);
create table c (p_id int references p (id));

-- pair: the primary key gains a column
-- before
create table p (a int primary key, b int not null);
-- data
insert into p values (1, 10), (2, 20);
-- after
create table p (a int, b int, primary key (a, b));

-- pair: the primary key comes and goes
-- before
create table p (a int, b int);
-- data
insert into p values (1, 10), (2, 20);
-- after
create table p (a int primary key, b int);

-- pair: the primary key is renamed
-- before
create table p (a int constraint one primary key, b int);
create table c (a int references p);
-- data
insert into p values (1, 10), (2, 20);
-- expect untouched: public.p
-- after
create table p (a int constraint two primary key, b int);
create table c (a int references p);

-- pair: primary key and foreign keys go
-- before
alter table purchase add foreign key (account_id) references account;
create view v as select id, email from account group by id;
-- back: no
-- after
alter table account drop constraint account_pkey;
alter table account alter id drop not null;

-- pair: a view that depends on the primary key
-- before
create view v as select id, email from account group by id;
-- after
alter table account drop constraint account_pkey, add primary key (id) include (age);
create view v as select id, email from account group by id;

-- pair: a foreign key comes and goes
-- expect untouched: public.purchase
-- after
alter table purchase add foreign key (account_id) references account;

-- pair: actions of a foreign key
-- before
alter table purchase add constraint fk foreign key (account_id) references account;
-- after
alter table purchase add constraint fk foreign key (account_id) references account on delete cascade on update restrict;

-- pair: a foreign key sets some columns to null
-- before
create table p (a int, b int, primary key (a, b));
create table c (a int, b int, constraint fk foreign key (a, b) references p on delete set null);
-- after
create table p (a int, b int, primary key (a, b));
create table c (a int, b int, constraint fk foreign key (a, b) references p on delete set null (b));

-- pair: a foreign key matches fully
-- before
create table p (a int, b int, primary key (a, b));
create table c (a int, b int, constraint fk foreign key (a, b) references p);
-- after
create table p (a int, b int, primary key (a, b));
create table c (a int, b int, constraint fk foreign key (a, b) references p match full);

-- pair: a foreign key becomes deferrable in place
-- before
alter table purchase add constraint fk foreign key (account_id) references account;
-- expect plan: alter constraint
-- expect never: drop constraint
-- after
alter table purchase add constraint fk foreign key (account_id) references account deferrable initially deferred;

-- pair: a foreign key that is not valid
-- data
insert into purchase values (3, 99);
-- after
alter table purchase add constraint fk foreign key (account_id) references account not valid;

-- pair: a foreign key becomes valid
-- before
alter table purchase add constraint fk foreign key (account_id) references account not valid;
-- expect plan: validate constraint
-- after
alter table purchase add constraint fk foreign key (account_id) references account;

-- pair: a foreign key that is not enforced
-- since: 18
-- before
alter table purchase add constraint fk foreign key (account_id) references account;
-- after
alter table purchase add constraint fk foreign key (account_id) references account not enforced;

-- pair: a foreign key refers to another table
-- before
create table other (id int primary key);
alter table purchase add constraint fk foreign key (account_id) references account;
-- data
insert into other values (1), (2);
-- after
create table other (id int primary key);
alter table purchase add constraint fk foreign key (account_id) references other;

-- pair: a foreign key is renamed
-- before
alter table purchase add constraint fk foreign key (account_id) references account;
-- expect plan: rename constraint
-- after
alter table purchase add constraint fk2 foreign key (account_id) references account;

-- pair: both columns of a foreign key change their type
-- before
alter table purchase add constraint fk foreign key (account_id) references account;
-- after
alter table account alter id type bigint;
alter table purchase alter account_id type bigint;
alter table purchase add constraint fk foreign key (account_id) references account;

-- pair: both columns of a foreign key go from integer to text
-- before
alter table purchase add constraint fk foreign key (account_id) references account;
-- after
alter table account alter id type text;
alter table purchase alter account_id type text;
alter table purchase add constraint fk foreign key (account_id) references account;

-- pair: a foreign key to a table that is new
-- data
delete from purchase;
-- back: no
-- after
create table shop (id int primary key);
alter table purchase add column shop_id int not null references shop;

-- pair: a table goes that a foreign key refers to
-- back: no
-- before
alter table purchase add constraint fk foreign key (account_id) references account;
-- after
drop table account;

-- pair: tables that refer to each other swap directions
-- before
create table a (id int primary key, b_id int);
create table b (id int primary key, a_id int references a);
-- after
create table b (id int primary key, a_id int);
create table a (id int primary key, b_id int references b);

-- pair: a circle of three, all types change
-- before
create table a (id int primary key, next int);
create table b (id int primary key, next int references a);
create table c (id int primary key, next int references b);
alter table a add foreign key (next) references c;
-- data
insert into a values (1);
insert into b values (1, 1);
insert into c values (1, 1);
update a set next = 1;
-- after
create table a (id bigint primary key, next bigint);
create table b (id bigint primary key, next bigint references a);
create table c (id bigint primary key, next bigint references b);
alter table a add foreign key (next) references c;

-- pair: an exclusion constraint comes and goes
-- after
alter table purchase add constraint apart exclude using gist (during with &&);

-- pair: an exclusion constraint changes
-- before
alter table purchase add constraint apart exclude using gist (during with &&);
-- after
alter table purchase add constraint apart exclude using gist (during with &&) where (id > 1) deferrable;

-- pair: an exclusion constraint of another operator
-- before
alter table purchase add constraint apart exclude using btree (a with =);
-- after
alter table purchase add constraint apart exclude using btree (a with =, b with =);

-- pair: without overlaps
-- since: 18
-- needs: extension btree_gist, superuser
-- before
create extension btree_gist;
-- after
create extension btree_gist;
alter table purchase add constraint once unique (a, during without overlaps);

-- pair: a temporal foreign key
-- since: 18
-- needs: extension btree_gist, superuser
-- before
create extension btree_gist;
-- after
create extension btree_gist;
create table room (id int, during int4range, primary key (id, during without overlaps));
create table stay (id int, during int4range, foreign key (id, period during) references room (id, period during));

-- pair: a named not null
-- since: 18
-- before
alter table account alter email drop not null;
-- after
alter table account alter email drop not null;
alter table account add constraint email_given not null email;

-- pair: a not null changes its name
-- since: 18
-- after
alter table account rename constraint account_email_not_null to email_given;

-- pair: a not null that is not valid
-- since: 18
-- data
update account set age = null where id = 1;
-- after
alter table account add constraint age_given not null age not valid;

-- pair: a not null becomes valid
-- since: 18
-- before
alter table account add constraint age_given not null age not valid;
-- after
alter table account add constraint age_given not null age;

-- pair: a not null that is not inherited
-- since: 18
-- before
alter table account add constraint age_given not null age;
-- after
alter table account add constraint age_given not null age no inherit;

-- pair: a comment on a constraint
-- before
alter table account add constraint grown check (age >= 18);
-- after
alter table account add constraint grown check (age >= 18);
comment on constraint grown on account is 'of age';
comment on constraint account_pkey on account is 'the key';

-- pair: a column under constraints of all sorts goes
-- back: no
-- before
alter table account add constraint grown check (age >= 18), add unique (age, email), add unique (age);
alter table purchase add column age int references account (age);
create index on account (age);
-- after
alter table account drop column age;
alter table purchase add column age int;

-- pair: a constraint makes room for one of its name
-- before
alter table account add constraint c check (age > 0);
-- after
alter table account add constraint c unique (age);

-- pair: two constraints exchange their names
-- before
alter table account add constraint a check (age > 0), add constraint b check (id > 0);
-- after
alter table account add constraint b check (age > 0), add constraint a check (id > 0);

-- pair: two indexes of constraints exchange their names
-- before
alter table account add constraint a unique (age), add constraint b unique (id, age);
-- after
alter table account add constraint b unique (age), add constraint a unique (id, age);

-- pair: constraint triggers
-- before
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
-- after
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create constraint trigger late after insert on account deferrable initially deferred for each row execute function trg();

-- pair: a constraint trigger changes
-- before
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create constraint trigger late after insert on account deferrable initially deferred for each row execute function trg();
-- after
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
create constraint trigger late after insert or update on account from purchase not deferrable for each row when (new.age > 3) execute function trg();
