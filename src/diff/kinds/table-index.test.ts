import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair, schemaPairBothWays } from "../../../test/support/schema-pair.ts";

const account = "create table public.account (id integer primary key, email text, age integer)";
const rows = "insert into public.account (id, email, age) select i, 'e' || i, i from generate_series(1, 5) as i";

test("indexes are written as people write them", async (t) => {
  const { forward } = await schemaPairBothWays(t, {
    before: account,
    data: rows,
    after: `${account};
      create index plain on public.account (email);
      create unique index "Select" on public.account (lower(email) text_pattern_ops desc nulls last, age)
        include (id) nulls not distinct with (fillfactor = 70, deduplicate_items = off) where age > 0 and email is not null;
      create index hashed on public.account using hash (email);
      create index summed on public.account using brin (age) with (pages_per_range = 2, autosummarize);
      create index collated on public.account (email collate "C");
      create index expressed on public.account ((age + 1), (age * 2));
      alter index public.expressed alter column 2 set statistics 300;
      comment on index public.plain is 'plain'`,
    expect: { untouched: ["public.account"] },
  });
  assert.deepEqual(forward.statements.toSorted(), [
    "alter index public.expressed alter column 2 set statistics 300",
    "comment on index public.plain is 'plain'",
    'create index collated on public.account (email collate "C")',
    "create index expressed on public.account ((age + 1), (age * 2))",
    "create index hashed on public.account using hash (email)",
    "create index plain on public.account (email)",
    "create index summed on public.account using brin (age) with (pages_per_range = 2, autosummarize = true)",
    'create unique index "Select" on public.account (lower(email) text_pattern_ops desc nulls last, age) include (id) ' +
      "nulls not distinct with (fillfactor = 70, deduplicate_items = off) where age > 0 and email is not null",
  ]);
});

test("settings of an index change in place, its definition does not", async (t) => {
  const { forward } = await schemaPairBothWays(t, {
    before: `${account}; create index i on public.account ((age + 1)) with (fillfactor = 50);
      create index j on public.account (age); alter table public.account cluster on j`,
    data: rows,
    after: `${account}; create index i on public.account ((age + 1)) with (deduplicate_items = off);
      create index j on public.account (age desc); alter index public.i alter column 1 set statistics 7;
      alter table public.account cluster on i`,
  });
  const about = forward.statements.filter((text) => text.includes("public.i"));
  assert.deepEqual(about, [
    "alter index public.i set (deduplicate_items = off)",
    "alter index public.i reset (fillfactor)",
    "alter index public.i alter column 1 set statistics 7",
  ]);
});

test("an index of another name alone is renamed, two that exchange their names are made again", async (t) => {
  await schemaPair(t, {
    before: `${account}; create index a on public.account (age)`,
    after: `${account}; create index b on public.account (age)`,
    expect: { never: [/create index/] },
  });
  await schemaPair(t, {
    before: `${account}; create index a on public.account (age); create index b on public.account (email)`,
    after: `${account}; create index b on public.account (age); create index a on public.account (email)`,
  });
});

test("an index takes the name that a table, a view or a constraint leaves", async (t) => {
  await schemaPairBothWays(t, {
    before: `${account}; create table public.a (); create view public.b as select 1 as one;
      alter table public.account add constraint c unique (age)`,
    after: `${account}; create index a on public.account (age); create index b on public.account (email);
      create unique index c on public.account (email)`,
    expect: { lost: ["public.a"] },
  });
});

test("an invalid index is made again", async (t) => {
  const { statements } = await schemaPair(t, {
    before: `${account}; create index i on public.account (age);
      update pg_catalog.pg_index set indisvalid = false where indexrelid = 'public.i'::regclass`,
    after: `${account}; create index i on public.account (age)`,
  });
  assert.deepEqual(statements, ["drop index public.i", "create index i on public.account (age)"]);
});

test("an index of a materialized view", async (t) => {
  await schemaPairBothWays(t, {
    before: `${account}; create materialized view public.m as select * from public.account`,
    data: rows,
    after: `${account}; create materialized view public.m as select * from public.account;
      create unique index i on public.m (id)`,
  });
});

const parent = "create table public.p (id integer not null, email text) partition by range (id)";
const one = "create table public.one partition of public.p for values from (0) to (100)";
const two = "create table public.two partition of public.p for values from (100) to (200) partition by range (id)";
const deep = "create table public.deep partition of public.two for values from (100) to (150)";
const some = "insert into public.p select i, 'e' || i from generate_series(1, 149) as i";
const valid = "(select bool_and(indisvalid) from pg_index where indexrelid > 16384)";
const inherited = (count: number): string =>
  `(select count(*) = ${count} from pg_inherits join pg_index on inhrelid = indexrelid)`;

test("an index of a partitioned table with partitions is valid, with all partitions' attached", async (t) => {
  const { forward } = await schemaPairBothWays(
    t,
    {
      before: `${parent}; ${one}; ${two}; ${deep}`,
      data: some,
      after: `${parent}; ${one}; ${two}; ${deep};
      create index alone on public.one (email);
      create index by_email on public.p (email); alter index public.deep_email_idx rename to "Deep"`,
      expect: { untouched: ["public.one", "public.deep"], checks: [valid, inherited(3)] },
    },
    { expect: { untouched: ["public.one"] } },
  );
  assert.ok(forward.statements.includes("create index by_email on only public.p (email)"));
  assert.ok(forward.statements.includes('alter index public.two_email_idx attach partition public."Deep"'));
});

test("a changed index of a partitioned table changes in all partitions", async (t) => {
  const all = `${parent}; ${one}; ${two}; ${deep}`;
  await schemaPairBothWays(t, {
    before: `${all}; create index i on public.p (email)`,
    data: some,
    after: `${all}; create index i on public.p (email desc) where id > 0; alter index public.one_email_idx rename to mine;
      alter index public.deep_email_idx set (fillfactor = 50)`,
    expect: { checks: [valid, inherited(3)] },
  });
});

test("a renamed index of a partitioned table leaves its shares attached", async (t) => {
  const all = `${parent}; ${one}; ${two}; ${deep}`;
  await schemaPair(t, {
    before: `${all}; create index i on public.p (email)`,
    after: `${all}; create index j on public.p (email); alter index public.one_email_idx rename to k`,
    expect: { actions: 2 },
  });
});

test("keys of a partitioned table with partitions come and go", async (t) => {
  const all = `${parent}; ${one}; ${two}; ${deep}`;
  await schemaPairBothWays(t, {
    before: all,
    data: some,
    after: `${all}; alter table public.p add constraint pk primary key (id), add constraint u unique (id, email);
      alter table public.deep rename constraint deep_pkey to "Deep key"`,
    expect: { untouched: ["public.one", "public.deep"], checks: [valid, inherited(6)] },
  });
});

test("a new partitioned table has the indexes, keys and foreign keys of its partitions under their names", async (t) => {
  const keys = `alter table public.p add constraint pk primary key (id), add constraint c check (id >= 0),
      add constraint fk foreign key (id) references public.o`;
  const o = "create table public.o (id integer primary key)";
  await schemaPairBothWays(
    t,
    {
      before: o,
      after: `${o}; ${parent}; create index i on public.p (email); ${keys}; ${one}; ${two}; ${deep};
      alter index public.one_email_idx rename to by_email; alter table public.two rename constraint two_pkey to "Two";
      alter table public.deep rename constraint fk to "deep key";
      comment on constraint fk on public.one is 'mine'; comment on constraint c on public.one is 'mine'`,
      expect: { checks: [valid, inherited(6)] },
    },
    { expect: { lost: ["public.p", "public.one", "public.two", "public.deep"] } },
  );
});

test("a new partition of a standing table gets what that has, under its own names", async (t) => {
  const base = `create table public.o (id integer primary key); ${parent}; ${one}; create index i on public.p (email);
    alter table public.p add constraint pk primary key (id), add constraint c check (id >= 0),
      add constraint fk foreign key (id) references public.o`;
  await schemaPairBothWays(
    t,
    {
      before: base,
      data: "insert into public.o select generate_series(1, 149); insert into public.p values (1, 'a')",
      after: `${base}; ${two}; ${deep}; alter index public.two_email_idx rename to "Two"; alter index public.deep_pkey rename to dk`,
      expect: { untouched: ["public.one"], checks: [valid, inherited(6)] },
    },
    { expect: { lost: ["public.two", "public.deep"], untouched: ["public.one"] } },
  );
});

test("a partition that is detached keeps its indexes and keys, and gives them back when it is attached again", async (t) => {
  const base = `create table public.o (id integer primary key); ${parent}; create index i on public.p (email);
    alter table public.p add constraint pk primary key (id), add constraint c check (id >= 0),
      add constraint fk foreign key (id) references public.o; ${one}`;
  await schemaPairBothWays(
    t,
    {
      before: base,
      data: "insert into public.o select generate_series(1, 149); insert into public.p values (1, 'a')",
      after: `${base}; alter table public.p detach partition public.one`,
      expect: { untouched: ["public.one"], changed: ["public.p"] },
    },
    { expect: { untouched: ["public.one"], changed: ["public.p"], checks: [valid, inherited(2)] } },
  );
});

test("an index that a partition has already is attached to the new one of the whole", async (t) => {
  const all = `${parent}; ${one}`;
  await schemaPair(t, {
    before: `${all}; create index mine on public.one (email)`,
    data: some.replace("149", "99"),
    after: `${all}; create index mine on public.one (email); create index i on public.p (email)`,
    expect: {
      plan: [/alter index public\.i attach partition public\.mine/],
      never: [/drop/],
      checks: [valid, inherited(1)],
    },
  });
});

test("a half-made index of a partitioned table is finished", async (t) => {
  const all = `${parent}; ${one}; ${two}; ${deep}`;
  await schemaPair(t, {
    before: `${all}; create index i on only public.p (email); create index one_email_idx on public.one (email);
      alter index public.i attach partition public.one_email_idx`,
    after: `${all}; create index i on public.p (email)`,
    expect: { checks: [valid, inherited(3)] },
  });
});

test("a foreign key of a partitioned table comes to its partitions, under their names", async (t) => {
  const all = `create table public.o (id integer primary key); ${parent}; ${one}; ${two}; ${deep}`;
  await schemaPairBothWays(t, {
    before: all,
    data: `insert into public.o select generate_series(1, 149); ${some}`,
    after: `${all}; alter table public.p add constraint fk foreign key (id) references public.o on delete cascade;
      alter table public.one rename constraint fk to "One's"`,
  });
});

test("a foreign key to a partitioned table is one constraint", async (t) => {
  const all = `${parent}; ${one}; ${two}; ${deep}; alter table public.p add constraint pk primary key (id)`;
  await schemaPairBothWays(t, {
    before: `${all}; create table public.o (id integer)`,
    after: `${all}; create table public.o (id integer constraint fk references public.p)`,
    expect: { actions: 1 },
  });
});
