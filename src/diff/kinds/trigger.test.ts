import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { schemaPair, type Passage } from "../../../test/support/schema-pair.ts";

const functions = `
  create function public.f() returns trigger language plpgsql as 'begin return new; end';
  create function public.g() returns trigger language plpgsql as 'begin return new; end';`;

const table = `${functions} create table public.t (id integer primary key, a text, b integer);`;

const partitioned = `${functions}
  create table public.p (id integer) partition by range (id);
  create table public.p1 partition of public.p for values from (0) to (9) partition by range (id);
  create table public.p11 partition of public.p1 for values from (0) to (5);
  create table public.p2 partition of public.p for values from (10) to (19);`;

async function change(t: TestContext, common: string, before: string, after: string): Promise<Passage> {
  return await schemaPair(t, { before: common + before, after: common + after });
}

test("a disabled trigger with another definition is replaced and stays disabled", async (t) => {
  const { statements } = await change(
    t,
    table,
    `create trigger a after insert on public.t for each row execute function public.f();
     alter table public.t disable trigger a;
     comment on trigger a on public.t is 'a'`,
    `create trigger a after insert or update of a on public.t for each row when (new.b > 2) execute function public.g('x');
     alter table public.t disable trigger a;
     comment on trigger a on public.t is 'a'`,
  );
  assert.equal(statements.length, 2);
  assert.match(statements[0] ?? "", /^CREATE OR REPLACE TRIGGER a /);
  assert.equal(statements[1], "alter table public.t disable trigger a");
});

test("switching a trigger leaves it in place", async (t) => {
  const trigger = "create trigger a after insert on public.t for each row execute function public.f();";
  for (const how of ["disable", "enable always", "enable replica"]) {
    const { statements } = await change(t, table, trigger, `${trigger} alter table public.t ${how} trigger a`);
    assert.deepEqual(statements, [`alter table only public.t ${how} trigger a`]);
  }
});

test("a constraint trigger is made again, with its comment", async (t) => {
  const { statements } = await change(
    t,
    table,
    `create constraint trigger c after insert on public.t deferrable for each row execute function public.f();
     comment on trigger c on public.t is 'c'`,
    `create constraint trigger c after insert on public.t deferrable initially deferred
       for each row execute function public.f();
     comment on trigger c on public.t is 'c'`,
  );
  assert.equal(statements[0], "drop trigger c on public.t");
});

test("triggers with transition tables, on truncate and on views come and go", async (t) => {
  await change(
    t,
    `${table} create view public.v as select id from public.t;`,
    "create trigger gone instead of delete on public.v for each row execute function public.f()",
    `create trigger "D d" after update on public.t referencing old table as o new table as n
       for each statement execute function public.f();
     create trigger e before truncate on public.t execute function public.g();
     alter table public.t enable always trigger e;
     create trigger v instead of insert on public.v for each row execute function public.f()`,
  );
});

test("a trigger of a partitioned table comes with those of its partitions, each as enabled as it should be", async (t) => {
  const { statements } = await change(
    t,
    partitioned,
    "",
    `create trigger a after insert on public.p for each row execute function public.f();
     alter table public.p disable trigger a;
     alter table only public.p2 enable trigger a;
     create trigger b after insert on public.p for each row execute function public.f();
     alter table public.p11 disable trigger b;
     create trigger c after insert on public.p1 for each row execute function public.f()`,
  );
  assert.equal(statements.filter((statement) => statement.startsWith("CREATE TRIGGER")).length, 3);
});

test("replacing a partitioned table's trigger keeps which of its partitions fire", async (t) => {
  const rest = `
    alter table public.p disable trigger a;
    alter table only public.p2 enable trigger a;
    create trigger b after insert on public.p for each row execute function public.f();
    alter table public.p11 disable trigger b;`;
  await change(
    t,
    partitioned,
    `create trigger a after insert on public.p for each row execute function public.f(); ${rest}
     create constraint trigger c after insert on public.p for each row execute function public.f()`,
    `create trigger a after delete on public.p for each row execute function public.g(); ${rest.replace("b after", "b before")}
     create constraint trigger c after insert on public.p deferrable for each row execute function public.f();
     alter table public.p disable trigger c;
     alter table only public.p11 enable always trigger c`,
  );
});

test("a partitioned table's trigger is switched, and dropped, along with its partitions'", async (t) => {
  const made = `
    create trigger a after insert on public.p for each row execute function public.f();
    create trigger b after insert on public.p for each row execute function public.f();`;
  await change(
    t,
    partitioned,
    made,
    `${made} alter table public.p disable trigger a; alter table public.p11 disable trigger b`,
  );
  const { statements } = await change(t, partitioned, made, "");
  assert.deepEqual(statements.toSorted(), ["drop trigger a on public.p", "drop trigger b on public.p"]);
});

test("a new partition has the trigger as the others do", async (t) => {
  const trigger = "create trigger a after insert on public.p for each row execute function public.f();";
  await change(
    t,
    partitioned + trigger,
    "",
    `create table public.p3 partition of public.p for values from (20) to (29);
     alter table public.p disable trigger a;
     create table public.p4 partition of public.p for values from (30) to (39);
     alter table public.p4 enable replica trigger a`,
  );
});
