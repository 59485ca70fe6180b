import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair, schemaPairBothWays } from "../../../test/support/schema-pair.ts";

const log = `create table public.log (id bigint not null, day date, note text default 'x', check (id > 0), primary key (id, day)) partition by range (day);`;
const year = (number: number): string =>
  `create table public.log_${number} partition of public.log for values from ('${number}-01-01') to ('${number + 1}-01-01');`;

test("a partitioned table comes with its partitions and goes with them", async (t) => {
  await schemaPairBothWays(t, {
    before: ``,
    after: `${log} ${year(2024)} ${year(2025)} create table public.log_rest partition of public.log default; create index on public.log (note);
      create unique index on public.log (day, id); alter table public.log add unique (day, id)`,
  });
});

test("partitions come, and go with their rows counted", async (t) => {
  const { backward } = await schemaPairBothWays(t, {
    before: `${log} create index on public.log (note); ${year(2024)}`,
    data: `insert into public.log values (1, '2024-05-05', 'a')`,
    after: `${log} create index on public.log (note); ${year(2024)} ${year(2025)}
      create table public.rest partition of public.log default; create index own on public.log_2025 (note, id)`,
    expect: { untouched: ["public.log_2024"] },
  });
  assert.deepEqual(
    backward.actions
      .flatMap(({ loss }) => loss ?? [])
      .map(({ what, name }) => `${what} ${name}`)
      .toSorted(),
    ["partition public.log_2025", "partition public.rest"],
  );
});

test("partitions of partitions, with columns in another order and defaults of their own", async (t) => {
  await schemaPairBothWays(t, {
    before: `create table public.m (a integer, b text default 'm', c integer) partition by list (a)`,
    after: `create table public.m (a integer, b text default 'm', c integer) partition by list (a);
      create table public.m1 partition of public.m for values in (1) partition by hash (c);
      create table public.m10 partition of public.m1 for values with (modulus 2, remainder 0);
      create table public.m11 (c integer, b text default 'own', a integer); alter table public.m1 attach partition public.m11 for values with (modulus 2, remainder 1);
      create unlogged table public.m2 partition of public.m (b default 'two', check (c > 3)) for values in (2, null)`,
  });
});

test("a table is attached and detached with its rows", async (t) => {
  const { forward } = await schemaPairBothWays(
    t,
    {
      before: `${log} create index on public.log (note); create table public.log_2024 (id bigint not null, day date not null, note text, constraint log_id_check check (id > 0), primary key (id, day)); create index log_2024_note_idx on public.log_2024 (note)`,
      data: `insert into public.log_2024 values (1, '2024-05-05', 'a')`,
      after: `${log} create index on public.log (note); create table public.log_2024 (id bigint not null, day date not null, note text, constraint log_id_check check (id > 0), primary key (id, day)); create index log_2024_note_idx on public.log_2024 (note);
     alter table public.log attach partition public.log_2024 for values from ('2024-01-01') to ('2025-01-01')`,
      expect: { untouched: ["public.log_2024"], changed: ["public.log"] },
    },
    { expect: { untouched: ["public.log_2024"], changed: ["public.log"] } },
  );
  const [probe] = forward.actions.flatMap(({ probes }) => probes);
  assert.equal(probe?.what, "partition");
});

test("a partition's bound changes and its rows stay, those outside are found", async (t) => {
  const { actions, connection } = await schemaPair(t, {
    before: `${log} ${year(2024)}`,
    data: `insert into public.log values (1, '2024-05-05', 'a')`,
    after: `${log} create table public.log_2024 partition of public.log for values from ('2024-03-01') to ('2026-01-01')`,
    expect: { untouched: ["public.log_2024"] },
  });
  const [probe] = actions.flatMap(({ probes }) => probes);
  assert.ok(probe);
  assert.deepEqual(await connection.query({ text: probe.sql, values: [] }), []);
  await connection.execute(
    "alter table public.log detach partition public.log_2024; insert into public.log_2024 values (2, '2020-01-01')",
  );
  assert.equal((await connection.query({ text: probe.sql, values: [] })).length, 1);
});

test("rows of the default partition that belong into a new one are found, where a trigger would see them go", async (t) => {
  const rest = `${log} create table public.rest partition of public.log default;
    create function public.watch() returns trigger language plpgsql as 'begin return null; end';
    create trigger watch after delete on public.rest for each row execute function public.watch();`;
  const { actions, connection } = await schemaPair(t, { before: rest, after: `${rest} ${year(2024)}` });
  const [probe] = actions.flatMap(({ probes }) => probes);
  assert.ok(probe, "there is a probe");
  await connection.execute("drop table public.log_2024; insert into public.log values (1, '2024-05-05')");
  assert.equal((await connection.query({ text: probe.sql, values: [] })).length, 1);
});

test("what is done to columns of a partitioned table is done to its partitions once", async (t) => {
  const { forward } = await schemaPairBothWays(
    t,
    {
      before: `create table public.m (a integer, b varchar(10), c integer default 1, gone text) partition by list (a);
      create table public.m1 partition of public.m for values in (1);
      create table public.m2 partition of public.m for values in (2) partition by list (c);
      create table public.m21 partition of public.m2 for values in (1);
      create view public.v as select b from public.m1; create view public.w as select b from public.m21; create index on public.m (b)`,
      data: `insert into public.m values (1, 'x', 1, 'y'), (2, 'z', 1, 'q')`,
      after: `create table public.m (a integer, b text not null, c integer default 2, come text default 'new' not null, "Late" integer) partition by list (a);
      create table public.m1 partition of public.m for values in (1);
      create table public.m2 partition of public.m (c default 7) for values in (2) partition by list (c);
      create table public.m21 partition of public.m2 for values in (1);
      create view public.v as select b from public.m1; create view public.w as select b from public.m21; create index on public.m (b);
      alter table public.m alter column come drop default`,
      backfill: { "column public.m.come": "'new'" },
      expect: { lost: ["public.m1", "public.m21"], checks: ["(select count(*) = 2 from public.m where come = 'new')"] },
    },
    { expect: { lost: ["public.m1", "public.m21"] } },
  );
  assert.equal(forward.statements.filter((statement) => /add column "Late"/.test(statement)).length, 1);
  assert.equal(forward.statements.filter((statement) => /type text/.test(statement)).length, 1);
});

test("children of tables inherit, from more than one, with columns of their own", async (t) => {
  await schemaPairBothWays(t, {
    before: `create table public.person (id integer, name text default 'x' not null, check (id > 0))`,
    after: `create table public.person (id integer, name text default 'x' not null, check (id > 0));
      create table public.paid (salary numeric(10,2), id integer);
      create table public.worker (desk text, check (desk <> '')) inherits (public.person, public.paid);
      create table public.student (name text default 'y' not null, school text) inherits (public.person);
      alter table public.worker alter column salary set default 5, alter column name drop default;
      create table public.boss () inherits (public.worker)`,
  });
});

test("a child comes to inherit and stops to", async (t) => {
  await schemaPairBothWays(
    t,
    {
      before: `create table public.person (id integer, name text); create table public.worker (id integer, name text, desk text)`,
      data: `insert into public.worker values (1, 'a', 'b')`,
      after: `create table public.person (id integer, name text); create table public.worker (id integer, name text, desk text); alter table public.worker inherit public.person`,
      expect: { untouched: ["public.worker"], changed: ["public.person"] },
    },
    { expect: { untouched: ["public.worker"], changed: ["public.person"] } },
  );
});

test("columns of a parent and its children come, change and go", async (t) => {
  await schemaPairBothWays(
    t,
    {
      before: `create table public.person (id integer, name varchar(10)); create table public.worker (desk text) inherits (public.person); create table public.boss (name varchar(10)) inherits (public.worker)`,
      data: `insert into public.boss values (1, 'a', 'b')`,
      after: `create table public.person (id bigint, name text, born date); create table public.worker (desk text) inherits (public.person); create table public.boss (name text) inherits (public.worker)`,
      expect: { lost: ["public.boss", "public.worker"] },
    },
    { expect: { lost: ["public.boss", "public.worker"] } },
  );
});

test("a generated column and its heirs change together", async (t) => {
  await schemaPairBothWays(
    t,
    {
      before: `create table public.m (a integer, twice integer generated always as (a * 2) stored) partition by list (a); create table public.m1 partition of public.m for values in (1)`,
      data: `insert into public.m values (1)`,
      after: `create table public.m (a integer, twice integer generated always as (a * 3) stored) partition by list (a); create table public.m1 partition of public.m for values in (1)`,
      expect: { changed: ["public.m.twice", "public.m1.twice"] },
    },
    { expect: { changed: ["public.m.twice", "public.m1.twice"] } },
  );
});

test("a partitioned table with an identity has one sequence", async (t) => {
  const [{ major } = { major: 0 }] = await (
    await import("../../../test/support/database.ts")
  )
    .testDatabase(t)
    .then(({ connection }) =>
      connection.query<{ major: number }>({
        text: "select current_setting('server_version_num')::int / 10000 as major",
        values: [],
      }),
    );
  if (major < 17) return;
  await schemaPairBothWays(t, {
    before: ``,
    after: `create table public.m (id bigint generated always as identity, a integer) partition by list (a); create table public.m1 partition of public.m for values in (1)`,
  });
});
