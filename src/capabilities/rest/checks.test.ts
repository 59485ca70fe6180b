import assert from "node:assert/strict";
import { test } from "node:test";
import { howdah } from "../../../test/cli/howdah.ts";
import { until } from "../../../test/support/until.ts";
import { keepingLog, testProject } from "../../../test/support/project.ts";

const files = {
  "migrations/1_tables.sql": `
    create table public.open (id int primary key);
    grant select on public.open to "$anon";
    create table public.writable (id int primary key);
    grant select, insert on public.writable to "$anon";
    create table public.part (id int primary key, title text);
    grant select (title) on public.part to "$anon";
    create table public.guarded (id int primary key);
    alter table public.guarded enable row level security;
    grant select on public.guarded to "$anon";
    create table public.closed (id int primary key);
    create schema hidden;
    create table hidden.elsewhere (id int primary key);
    grant usage on schema hidden to "$anon";
    grant select on hidden.elsewhere to "$anon";
  `,
};

test("an assembly warns of tables that strangers reach without row security, and of no others", async (t) => {
  const project = await testProject(t, files);
  const anon = `${project.target.database}_anon`;
  const told = async (): Promise<readonly string[]> => {
    const { warnings } = await project.assemble();
    return warnings.flatMap(({ code, message }) => (code === "WD679" ? [message] : []));
  };
  const all = [
    `${anon} may read every row of public.open, which has no row security`,
    `${anon} may read every row of public.part, which has no row security`,
    `${anon} may change every row of public.writable, which has no row security`,
  ];
  assert.deepEqual(await told(), all);
  // As long as it is so, whether or not anything was changed.
  assert.deepEqual(await told(), all);
  await project.save({
    "migrations/2_guard.sql": `alter table public.open enable row level security;
      alter table public.part enable row level security; revoke all on public.writable from "$anon"`,
  });
  assert.deepEqual(await told(), []);
});

test("howdah migrate prints the warning and how to end it", async (t) => {
  const project = await testProject(t, files);
  await project.opened();
  const { code, stderr } = await howdah(["migrate"], { cwd: project.root, env: project.env });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /warning .*_anon may change every row of public\.writable/);
  assert.match(stderr, /enable row level security/);
});

test("production's log is told, development's is not told twice", async (t) => {
  const project = await testProject(t, files);
  for (const [mode, count] of [
    ["production", 3],
    ["development", 0],
  ] as const) {
    await project.assemble({ mode });
    const { log, lines } = keepingLog();
    await using application = await project.serve({ mode, log });
    const unguarded = (): number => lines.filter((line) => line.includes("has no row security")).length;
    await until("the log is told", () => unguarded() >= count);
    await fetch(application.url);
    assert.equal(unguarded(), count);
  }
});
