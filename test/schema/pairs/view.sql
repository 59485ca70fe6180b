-- Views and materialized views.

-- common
create table account (id int primary key, email text not null, age int);
create table purchase (id int primary key, account_id int references account, amount numeric);
create view base as select id, email, age from account;
create view above as select id, email from base where age > 3;
-- common data
insert into account values (1, 'a', 30), (2, 'b', 40);
insert into purchase values (1, 1, 5), (2, 1, 6);

-- pair: a view comes and goes
-- after
create view v as select a.email, sum(p.amount) as total from account a left join purchase p on p.account_id = a.id group by 1;

-- pair: a view gains a column at the end
-- expect never: drop view
-- before
create view v as select id from account;
-- back: no
-- after
create view v as select id, email from account;

-- pair: a view gains a column in the middle
-- before
create view v as select id, age from account;
-- after
create view v as select id, email, age from account;

-- pair: a column of a view is called otherwise
-- before
create view v as select id, email from account;
-- after
create view v as select id, email as mail from account;

-- pair: a column of a view has another type
-- before
create view v as select id, age from account;
create view w as select age from v;
-- after
create view v as select id, age::text from account;
create view w as select age from v;

-- pair: the condition of a view under another
-- before
drop view above, base;
create view base as select id, email, age from account where age > 5;
create view above as select id, email from base where age > 3;
-- after

-- pair: two views exchange what they are
-- before
create view v as select id from account;
create view w as select email from account;
-- after
create view w as select id from account;
create view v as select email from account;

-- pair: a view comes to depend on one that depended on it
-- before
create view v as select id from account;
create view w as select id from v;
-- after
create view w as select id from account;
create view v as select id from w;

-- pair: security invoker and barrier come and go
-- before
create view v as select id from account;
-- after
create view v with (security_invoker = true, security_barrier = true) as select id from account;

-- pair: options of a view change with its text
-- before
create view v with (security_invoker = true) as select id from account;
-- after
create view v with (security_barrier) as select id, age from account;

-- pair: options are kept as a view is replaced
-- before
create view v with (security_invoker = true) as select id from account;
-- after
create view v with (security_invoker = true) as select id, age from account;

-- pair: a check option comes and goes
-- before
create view v as select id, age from account where age > 3;
-- after
create view v as select id, age from account where age > 3 with cascaded check option;

-- pair: a local check option becomes cascaded
-- before
create view v as select id, age from account where age > 3 with local check option;
-- after
create view v as select id, age from account where age > 3 with check option;

-- pair: defaults of a view's columns
-- before
create view v as select id, age from account;
-- after
create view v as select id, age from account;
alter view v alter column age set default 7;

-- pair: defaults, comments, privileges, triggers and rules outlive a view that is made again
-- before
create view v as select id, age from account;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
alter view v alter column age set default 7;
comment on view v is 'view';
comment on column v.age is 'age';
grant select on v to pg_monitor;
grant update (age) on v to pg_monitor;
create trigger tr instead of update on v for each row execute function trg();
create rule ru as on delete to v do instead nothing;
-- after
create view v as select email, id, age from account;
create function trg() returns trigger language plpgsql as $$ begin return new; end $$;
alter view v alter column age set default 7;
comment on view v is 'view';
comment on column v.age is 'age';
grant select on v to pg_monitor;
grant update (age) on v to pg_monitor;
create trigger tr instead of update on v for each row execute function trg();
create rule ru as on delete to v do instead nothing;

-- pair: a recursive view
-- after
create recursive view numbers (n) as values (1) union all select n + 1 from numbers where n < 5;

-- pair: a view with everything
-- after
create view v as
with recent as materialized (select * from purchase where amount > 3)
select distinct on (a.id) a.id, a.email, r.amount, rank() over (partition by a.id order by r.amount) as place,
  case when a.age > 18 then 'adult' else 'child' end as stage, array(select p.id from purchase p where p.account_id = a.id) as ids
from account a
left join lateral (select * from recent where account_id = a.id limit 1) r on true
where exists (select from purchase)
order by a.id, r.amount desc nulls last
limit 10;

-- pair: a view with a star over a table that grows
-- before
create table g (a int, c int);
create view v as select * from g;
-- data
insert into g values (1, 3);
-- after
create table g (a int, b text, c int);
create view v as select * from g;

-- pair: views over a table that loses a column
-- before
create table g (a int, b int, c int);
create view v as select a, b, c from g;
create view w as select a from v;
-- after
create table g (a int, c int);
create view v as select a, c from g;
create view w as select a from v;

-- pair: a view over a function whose result grows
-- before
create function f() returns table (a int) language sql as 'select 1';
create view v as select * from f();
-- after
create function f() returns table (a int, b int) language sql as 'select 1, 2';
create view v as select * from f();

-- pair: a view and a function that use each other's types
-- after
create view v as select id, email from account;
create function f(v) returns text language sql as 'select $1.email';
create view w as select f(v) from v;

-- pair: a view becomes a table
-- before
create view t as select id, email from account;
-- after
create table t (id int, email text);

-- pair: a view becomes a materialized view under others
-- before
create view v as select id, email from account;
create view w as select id from v;
-- after
create materialized view v as select id, email from account;
create view w as select id from v;

-- pair: a materialized view comes and goes
-- after
create materialized view m as select account_id, sum(amount) as total from purchase group by 1;
create unique index m_account on m (account_id);
comment on materialized view m is 'sums';
grant select on m to pg_monitor;

-- pair: a materialized view changes, with all that hangs on it
-- expect check: (select count(*) = 2 from m)
-- before
create materialized view m as select id, email from account;
create unique index m_id on m (id);
create index m_email on m (lower(email));
comment on materialized view m is 'accounts';
comment on column m.id is 'id';
grant select on m to pg_monitor;
alter materialized view m alter column email set statistics 100;
create view over_m as select id from m;
-- after
create materialized view m as select id, age, email from account;
create unique index m_id on m (id);
create index m_email on m (lower(email));
comment on materialized view m is 'accounts';
comment on column m.id is 'id';
grant select on m to pg_monitor;
alter materialized view m alter column email set statistics 100;
create view over_m as select id from m;

-- pair: a materialized view over a materialized view
-- before
create materialized view m as select id, email from account;
create materialized view n as select count(*) as n from m;
-- expect check: (select n = 2 from n)
-- after
create materialized view m as select id, email, age from account where id > 0;
create materialized view n as select count(*) as n from m;

-- pair: a materialized view without data
-- before
create materialized view m as select id, email from account;
-- after
create materialized view m as select id, email from account with no data;

-- pair: parameters of a materialized view
-- before
create materialized view m as select id, email from account;
-- expect never: drop
-- after
create materialized view m with (fillfactor = 70, autovacuum_enabled = false) as select id, email from account;

-- pair: storage and statistics of a materialized view's columns
-- before
create materialized view m as select id, email from account;
-- expect never: drop
-- after
create materialized view m as select id, email from account;
alter materialized view m alter column email set storage external, alter column email set statistics 10, alter column id set (n_distinct = 5);

-- pair: clustered on an index of a materialized view
-- before
create materialized view m as select id, email from account;
create unique index m_id on m (id);
-- after
create materialized view m as select id, email from account;
create unique index m_id on m (id);
alter materialized view m cluster on m_id;

-- pair: an owner of views
-- needs: superuser
-- before
create view v as select id from account;
create materialized view m as select id from account;
-- after
create view v as select id from account;
create materialized view m as select id from account;
alter view v owner to pg_monitor;
alter materialized view m owner to pg_monitor;

-- pair: the same view written otherwise
-- expect actions: 0
-- before
create view v as select a.id, a.email from account as a where a.age = 3 or a.age = 4;
-- after
create view v (id, email) as select a.id, a.email as email from public.account a where ((a.age = 3) or (a.age = 4));
