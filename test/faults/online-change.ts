/** A change that is done online, and what is to be seen once it is done. */
export interface OnlineChange {
  readonly name: string;
  readonly before: string;
  readonly data: string;
  readonly after: string;
  /** Answers with one row and one column, `whole`: all rows have what they were to get. */
  readonly check: string;
}

/** Changes that have all forms among them. */
export const onlineChanges: readonly OnlineChange[] = [
  {
    name: "indexes, keys, checks, not null and new columns",
    before: `
      create table team (id bigint);
      create table account (id bigint primary key, name text, age int, team bigint, email text);
      create index by_name on account (name);`,
    data: `
      insert into public.team select i from generate_series(1, 10) as i;
      insert into public.account select i, 'n' || i, i, 1 + i % 10, 'e' || i from generate_series(1, 3000) as i;`,
    after: `
      create table team (id bigint primary key);
      create table account (
        id bigint primary key,
        name text not null,
        age int check (age > 0),
        team bigint references team,
        email text unique,
        -- @backfill name || id
        label text not null,
        token uuid not null default gen_random_uuid()
      );
      create index by_name on account (name, age);
      create index by_label on account (label);`,
    check: `
      select count(*) filter (where label = name || id) = 3000 and count(distinct token) = 3000 as whole
      from public.account`,
  },
  {
    name: "a type, with what hangs on the column",
    before: `
      create table account (id bigint primary key, age int not null default 7 check (age > 0), unique (age, id));
      create index by_age on account (age) where age > 1;`,
    data: "insert into public.account select i, i from generate_series(1, 3000) as i;",
    after: `
      create table account (id bigint primary key, age bigint not null default 7 check (age > 0), unique (age, id));
      create index by_age on account (age) where age > 1;`,
    check: `
      select count(*) filter (where age = id) = 3000 and bool_and(pg_typeof(age) = 'bigint'::regtype) as whole
      from public.account`,
  },
  {
    name: "partitions that leave",
    before: `
      create table log (kind text not null, at date not null, check (kind <> ''), primary key (kind, at))
        partition by list (kind);
      create table log_a partition of log for values in ('a', 'b');
      create table log_c partition of log for values in ('c');
      create table day (at date, what text) partition by range (at);
      create table day_1 partition of day for values from ('2025-01-01') to ('2026-01-01');
      create table day_2 partition of day for values from ('2026-01-01') to ('2027-01-01');`,
    data: `
      insert into public.log select chr(97 + i % 3), date '2025-01-01' + i from generate_series(1, 3000) as i;
      insert into public.day select date '2025-06-01' + i % 400, 'x' from generate_series(1, 3000) as i;`,
    after: `
      create table log (kind text not null, at date not null, check (kind <> ''), primary key (kind, at))
        partition by list (kind);
      create table log_a (kind text, at date);
      create table log_c partition of log for values in ('c');
      create table day (at date, what text) partition by range (at);
      create table day_1 (at date, what text);
      create table day_2 partition of day for values from ('2026-01-01') to ('2027-01-01');`,
    check: `
      select
        (select count(*) from public.log_a) = 2000
        and (select count(*) from public.log) = 1000
        and (select count(*) from public.day_1) + (select count(*) from public.day) = 3000
        and not exists (select from pg_constraint where conrelid in ('public.log_a'::regclass, 'public.day_1'::regclass))
        as whole`,
  },
];
