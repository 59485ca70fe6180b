import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaPair, schemaPairBothWays } from "../../../test/support/schema-pair.ts";
import { planDiff, readModel, type Model } from "../index.ts";
import type { Connection } from "../../postgres/index.ts";
import { testDatabase } from "../../../test/support/database.ts";

const rows = "insert into public.account (id, email, age) select i, 'e' || i, i from generate_series(1, 5) as i";
const account = "create table public.account (id integer not null, email text, age integer)";
const since18 = async (t: { skip(text: string): void }, connection: Connection): Promise<boolean> => {
  const [row] = await connection.query<{ major: number }>({
    text: "select current_setting('server_version_num')::int / 10000 as major",
    values: [],
  });
  if ((row?.major ?? 0) >= 18) return true;
  t.skip("PostgreSQL 18");
  return false;
};

test("every kind of constraint of a new table stands in its create table", async (t) => {
  const { statements } = await schemaPair(t, {
    before: "create schema s",
    after: `create schema s;
      create table s."T a" (
        id integer constraint "Pk" primary key,
        "user" integer constraint "se""lect" unique deferrable initially deferred,
        price numeric constraint positive check (price > 0 and "user" is not null) no inherit,
        during tsrange,
        parent integer constraint self references s."T a" on delete set null,
        constraint wide unique nulls not distinct (id, price) include (during) with (fillfactor = 70),
        constraint apart exclude using gist (during with &&) where (id > 0),
        constraint pair foreign key (id, "user") references s."T a" (id, parent) match full
          on update cascade on delete restrict deferrable,
        constraint two unique (id, parent)
      );
      alter table s."T a" add constraint later foreign key (parent) references s."T a" not valid;
      comment on constraint positive on s."T a" is 'it''s';`,
  });
  assert.match(
    statements[0] ?? "",
    /constraint "Pk" primary key \(id\),\n.*constraint "se""lect" unique \("user"\) deferrable initially deferred,\n/s,
  );
  assert.match(
    statements[0] ?? "",
    /constraint positive check \(price > 0::numeric and "user" is not null\) no inherit/,
  );
  assert.ok(
    statements.some((text) => /^alter table s\."T a"\n  add constraint later foreign key .* not valid$/.test(text)),
  );
});

test("constraints come to rows that there are, and go", async (t) => {
  await schemaPairBothWays(t, {
    before: `${account}; create table public.other (id integer primary key);
      create view public.v as select id from public.account`,
    data: `${rows}; insert into public.other select generate_series(1, 9)`,
    after: `${account}; create table public.other (id integer primary key);
      create view public.v as select id from public.account;
      alter table public.account
        add constraint pk primary key (id),
        add constraint u unique (email, age),
        add constraint c check (age > 0),
        add constraint f foreign key (age) references public.other on delete cascade;
      comment on constraint u on public.account is 'why'`,
    expect: { untouched: ["public.account"] },
  });
});

test("a changed definition is dropped and added", async (t) => {
  await schemaPairBothWays(t, {
    before: `${account}; alter table public.account add constraint u unique (email), add constraint c check (age > 0)`,
    data: rows,
    after: `${account}; alter table public.account add constraint u unique (email, age), add constraint c check (age >= 0)`,
    expect: { untouched: ["public.account"], actions: 4 },
  });
});

test("a constraint of another name is renamed, with the index behind it", async (t) => {
  const { statements } = await schemaPair(t, {
    before: `${account}; alter table public.account add constraint a primary key (id), add constraint b check (age > 0);
      create table public.o (id integer constraint x references public.account)`,
    data: rows,
    after: `${account}; alter table public.account add constraint "A" primary key (id), add constraint "check" check (age > 0);
      create table public.o (id integer constraint y references public.account)`,
  });
  assert.deepEqual(statements.toSorted(), [
    'alter table public.account rename constraint a to "A"',
    'alter table public.account rename constraint b to "check"',
    "alter table public.o rename constraint x to y",
  ]);
});

test("names that are exchanged between two constraints of a table are exchanged", async (t) => {
  await schemaPair(t, {
    before: `${account}; alter table public.account add constraint a check (age > 0), add constraint b check (id > 0)`,
    after: `${account}; alter table public.account add constraint b check (age > 0), add constraint a check (id > 0)`,
  });
});

test("another primary key takes the foreign keys to it and the views that group by it along", async (t) => {
  const other = "create table public.o (id integer, constraint fk foreign key (id) references public.account (id))";
  const view = "create view public.v as select id, email from public.account group by account.id";
  await schemaPairBothWays(t, {
    before: `${account}; alter table public.account add constraint pk primary key (id); ${other}; ${view}`,
    data: `${rows}; insert into public.o values (1)`,
    after: `${account}; alter table public.account add constraint pk primary key (id) include (email); ${other}; ${view}`,
    expect: { untouched: ["public.account", "public.o"] },
  });
});

test("not valid becomes valid by validation, and valid not valid by being made again", async (t) => {
  const make = (state: string): string => `${account}; create table public.o (id integer primary key);
    alter table public.account add constraint c check (age > 0) ${state},
      add constraint f foreign key (age) references public.o ${state}`;
  const { forward } = await schemaPairBothWays(t, {
    before: make("not valid"),
    data: `insert into public.o select generate_series(1, 9); ${rows}`,
    after: make(""),
  });
  assert.deepEqual(forward.statements.toSorted(), [
    "alter table public.account validate constraint c",
    "alter table public.account validate constraint f",
  ]);
});

test("a foreign key is made deferrable in place, a unique constraint is made again", async (t) => {
  const make = (state: string): string => `${account}; create table public.o (id integer primary key);
    alter table public.account add constraint f foreign key (age) references public.o ${state},
      add constraint u unique (email) ${state}`;
  const { forward } = await schemaPairBothWays(t, {
    before: make(""),
    data: `insert into public.o select generate_series(1, 9); ${rows}`,
    after: make("deferrable initially deferred"),
  });
  assert.ok(forward.statements.includes("alter table public.account alter constraint f deferrable initially deferred"));
  assert.equal(forward.statements.length, 3);
});

test("a foreign key is no longer enforced, and is again; a check is made again", async (t) => {
  const { connection } = await testDatabase(t);
  if (!(await since18(t, connection))) return;
  const make = (state: string): string => `${account}; create table public.o (id integer primary key);
    alter table public.account add constraint f foreign key (age) references public.o ${state},
      add constraint c check (age > 0) ${state}`;
  const { forward } = await schemaPairBothWays(t, {
    before: make(""),
    data: `insert into public.o select generate_series(1, 9); ${rows}`,
    after: make("not enforced"),
  });
  assert.ok(forward.statements.includes("alter table public.account alter constraint f not enforced"));
});

test("what is set on the index behind a constraint is set in place", async (t) => {
  const make = `${account}; alter table public.account add constraint pk primary key (id), add constraint u unique (id, age)`;
  const { forward } = await schemaPairBothWays(t, {
    before: `${make}; alter table public.account cluster on pk; alter table public.account alter age set not null`,
    data: rows,
    after: `${make}; alter index public.pk set (fillfactor = 50); alter table public.account cluster on u;
      alter table public.account alter age set not null;
      alter table public.account replica identity using index u`,
  });
  assert.deepEqual(forward.statements.toSorted(), [
    "alter index public.pk set (fillfactor = 50)",
    "alter table public.account cluster on u",
    "alter table public.account replica identity using index u",
  ]);
});

test("a replica identity goes from a constraint to nothing, full, and an index", async (t) => {
  const make = `create table public.account (id integer primary key, email text not null);
    create unique index i on public.account (email)`;
  const states = ["using index account_pkey", "default", "full", "using index i", "nothing"];
  for (const [index, state] of states.entries()) {
    const before = states[(index + states.length - 1) % states.length] ?? "";
    await schemaPair(t, {
      before: `${make}; alter table public.account replica identity ${before}`,
      after: `${make}; alter table public.account replica identity ${state}`,
    });
  }
});

test("a dropped index leaves no replica identity behind", async (t) => {
  await schemaPair(t, {
    before: `create table public.account (id integer primary key, email text not null);
      create unique index i on public.account (email); alter table public.account replica identity using index i`,
    after: "create table public.account (id integer primary key, email text not null)",
  });
});

test("a named NOT NULL comes and goes by its name alone, under a primary key as well", async (t) => {
  const { connection } = await testDatabase(t);
  if (!(await since18(t, connection))) return;
  const { forward } = await schemaPairBothWays(t, {
    before: "create table public.account (id integer primary key, email text not null, age integer)",
    data: rows,
    after: `create table public.account (
      id integer constraint "Id" not null primary key, email text constraint "not" not null, age integer constraint n not null)`,
    expect: { untouched: ["public.account"] },
  });
  assert.ok(
    forward.statements.includes('alter table public.account rename constraint account_email_not_null to "not"'),
  );
});

test("NOT NULL that heirs don't have, or that is not yet valid, stays that", async (t) => {
  const { connection } = await testDatabase(t);
  if (!(await since18(t, connection))) return;
  await schemaPairBothWays(t, {
    before: `${account}; create table public.n (a integer)`,
    data: rows,
    after: `create table public.account (id integer, email text not null no inherit, age integer);
      alter table public.account add constraint v not null id not valid;
      create table public.n (a integer constraint m not null no inherit)`,
  });
});

test("a NOT NULL of another name follows the renames of its table and column", async (t) => {
  const { connection } = await testDatabase(t);
  if (!(await since18(t, connection))) return;
  const renames = [
    { from: "table public.account", to: "table public.person" },
    { from: "column public.account.email", to: "column public.person.mail" },
  ];
  await schemaPair(t, {
    before: "create table public.account (id integer not null, email text constraint nn not null)",
    after: "create table public.person (id integer not null, mail text constraint nn not null)",
    renames,
  });
});

test("a child made by INHERITS has its parent's checks and NOT NULLs, and is told apart by its own", async (t) => {
  const parent = "create table public.p (a integer constraint nn not null, b integer, constraint c check (a > 0))";
  await schemaPairBothWays(t, {
    before: `${parent}; create table public.x (y integer)`,
    after: `${parent}; create table public.x (y integer); alter table public.p add constraint d check (b > 0);
      create table public.k (z integer, constraint own check (z > 0)) inherits (public.p);
      comment on constraint d on public.k is 'inherited'`,
  });
});

test("a parent's new, changed and renamed check reaches its heirs", async (t) => {
  const make = (check: string): string => `create table public.p (a integer, ${check});
    create table public.k () inherits (public.p); create table public.l () inherits (public.k)`;
  await schemaPairBothWays(t, {
    before: make("b integer"),
    after: make("b integer, constraint c check (a > 0)"),
  });
  await schemaPair(t, { before: make("constraint c check (a > 0)"), after: make("constraint c check (a > 1)") });
  await schemaPair(t, { before: make("constraint c check (a > 0)"), after: make("constraint d check (a > 0)") });
});

test("a table that comes to inherit, and that no longer does, keeps its checks", async (t) => {
  const both = `create table public.p (a integer, constraint c check (a > 0));
    create table public.k (a integer, constraint c check (a > 0))`;
  await schemaPairBothWays(t, { before: both, after: `${both}; alter table public.k inherit public.p` });
});

test("what rows violate is found before, with the row", async (t) => {
  const before = `create table public.account (id integer, email text, age integer);
    create table public.o (id integer unique, email text, unique (id, email))`;
  const data = "insert into public.account values (1, 'a', -1), (1, null, 2), (1, null, null), (2, 'b', 7)";
  const found = async (clause: string): Promise<readonly (string | undefined)[]> => {
    return await probe(t, { before, data, after: `${before}; alter table public.account add constraint x ${clause}` });
  };
  assert.deepEqual(await found("unique (id)"), ["(1) in 3 rows"]);
  assert.deepEqual(await found("unique (email)"), [undefined]);
  assert.deepEqual(await found("unique nulls not distinct (email)"), ["(null) in 2 rows"]);
  assert.deepEqual(await found("check (age > 0)"), ['{"id": 1, "age": -1, "email": "a"}']);
  assert.deepEqual(await found("check (age > 0) not valid"), []);
  assert.deepEqual(await found("foreign key (age) references public.o (id)"), ['{"id": 1, "age": -1, "email": "a"}']);
  assert.deepEqual(await found("foreign key (id, email) references public.o (id, email) match full"), [
    '{"id": 1, "age": -1, "email": "a"}',
  ]);
  assert.match((await found("exclude (id with =)"))[0] ?? "", /^\{"id": 1, .*\} and \{"id": 1/);
  assert.deepEqual(await found("exclude (id with =) where (age > 2)"), [undefined]);
});

test("match simple lets a null pass, match full does not", async (t) => {
  const before = `create table public.account (id integer, email text); create table public.o (id integer, email text, unique (id, email))`;
  const data = "insert into public.account values (1, null)";
  const key = "foreign key (id, email) references public.o (id, email)";
  const after = `${before}; alter table public.account add constraint x ${key}`;
  assert.deepEqual(await probe(t, { before, data, after }), [undefined]);
  assert.deepEqual(await probe(t, { before, data, after: `${after} match full` }), ['{"id": 1, "email": null}']);
});

test("a temporal key and the foreign keys to it are probed by their ranges", async (t) => {
  const { connection } = await testDatabase(t);
  if (!(await since18(t, connection))) return;
  // A range as the first column, so that no extension is needed.
  const before = `create table public.a (id int4range, r daterange not null);
    create table public.b (id int4range, r daterange, primary key (id, r without overlaps))`;
  const data = `insert into public.b values ('[1,2)', '[2020-01-01,2021-01-01)'), ('[1,2)', '[2021-01-01,2022-01-01)');
    insert into public.a values ('[1,2)', '[2020-06-01,2021-06-01)'), ('[2,3)', '[2020-01-01,2020-02-01)')`;
  const key = `${before}; alter table public.a add constraint k`;
  const fk = await probe(t, {
    before,
    data,
    after: `${key} foreign key (id, period r) references public.b (id, period r)`,
  });
  assert.deepEqual(fk, ['{"r": "[2020-01-01,2020-02-01)", "id": "[2,3)"}']);
  const overlapping = `${data}; insert into public.a values ('[1,2)', '[2021-01-01,2023-01-01)')`;
  const unique = await probe(t, { before, data: overlapping, after: `${key} unique (id, r without overlaps)` });
  assert.match(unique[0] ?? "", /2021-06-01.*2023-01-01/);
});

/** What each probe of the plan finds. */
async function probe(
  t: Parameters<typeof testDatabase>[0],
  { before, data, after }: { readonly before: string; readonly data: string; readonly after: string },
): Promise<readonly (string | undefined)[]> {
  const [{ connection: live }, { connection: wanted }] = [await testDatabase(t), await testDatabase(t)];
  await live.execute(`${before}; ${data}`);
  await wanted.execute(after);
  const read = async (connection: Connection): Promise<Model> => await connection.transaction((tx) => readModel(tx));
  const { actions } = planDiff(await read(live), await read(wanted));
  const found: (string | undefined)[] = [];
  for (const { sql } of actions.flatMap((action) => action.probes)) {
    const [row] = await live.query<{ row: string }>({ text: sql, values: [] });
    found.push(row?.row);
  }
  return found;
}
