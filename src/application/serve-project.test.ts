import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import type { Capability } from "../capability/index.ts";
import { AppError } from "../errors/index.ts";
import { failureOf, testProject, type TestProject } from "../../test/support/project.ts";
import { until } from "../../test/support/until.ts";
import { assembleProject } from "./assemble-project.ts";
import type { Project, ServeOptions } from "./application.ts";
import { serveProject } from "./serve-project.ts";

const production = { mode: "production", port: 0 } as const;

/** Sessions of requests and of background work that are open on a project's database. */
async function sessions(project: TestProject): Promise<number> {
  const [row] = await project.connection.query<{ sessions: number }>({
    text: `
      select count(*)::int as sessions from pg_catalog.pg_stat_activity
      where datname = current_database() and pid <> pg_catalog.pg_backend_pid()`,
    values: [],
  });
  return row?.sessions ?? 0;
}

async function isServed(project: TestProject): Promise<boolean> {
  return access(join(project.root, ".howdah", "server.json")).then(
    () => true,
    () => false,
  );
}

/** Serves with one capability more; resolves with the error, once nothing is left of what was begun. */
async function failing(
  t: TestProject,
  change: (project: Project) => Project,
  options: ServeOptions,
): Promise<AppError> {
  const [project, database] = await t.opened(options.mode);
  const error = await failureOf(serveProject(change(project), database, options));
  assert.equal(await isServed(t), false);
  await until("no session is left", async () => (await sessions(t)) === 0);
  return error;
}

function withCapability(capability: Partial<Capability>): (project: Project) => Project {
  const added = { name: "added", needs: [], settings: () => ({}), ...capability };
  return (project) => ({
    ...project,
    capabilities: [...project.capabilities, { capability: added, settings: {} }],
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("a capability that fails to start leaves no server, no session and no record, and its neighbours are told", async (t) => {
  const project = await testProject(t);
  await project.assemble();
  const port = await freePort();
  let told: AbortSignal | undefined;
  const start: Capability["start"] = async (app, signal) => {
    told = signal;
    await app.requests.run({ role: app.config.roles.anon, settings: {} }, [{ text: "select 1", values: [] }]);
    throw new AppError("WD602", "no queue");
  };
  const { message } = await failing(project, withCapability({ start }), { ...production, port });
  assert.equal(message, "no queue");
  assert.equal(told?.aborted, true);
  await assert.rejects(fetch(`http://127.0.0.1:${port}/_health`));
});

test("a watch that fails leaves nothing behind", async (t) => {
  const project = await testProject(t);
  await project.assemble();
  const unwatchable = (opened: Project): Project => ({
    ...opened,
    tree: Object.assign(Object.create(opened.tree) as Project["tree"], {
      list: opened.tree.list.bind(opened.tree),
      stat: opened.tree.stat.bind(opened.tree),
      read: opened.tree.read.bind(opened.tree),
      watch: () => Promise.reject(new AppError("WD106", "no watches left")),
    }),
  });
  const { message } = await failing(project, unwatchable, { mode: "development", port: 0 });
  assert.equal(message, "no watches left");
});

test("a taken port, a broken page and a broken server.ts leave nothing behind", async (t) => {
  const project = await testProject(t);
  await project.assemble();
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  t.after(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const same = (opened: Project): Project => opened;
  assert.equal((await failing(project, same, { ...production, port })).code, "WD507");
  await project.save({ "pages/index.html": "{{#each rows}}" });
  const page = await failing(project, same, production);
  assert.equal(page.position?.file, "pages/index.html");
  await project.save({ "pages/index.html": null, "server.ts": "export default 1;" });
  assert.equal((await failing(project, same, production)).code, "WD044");
});

test("a second server of the same project is refused, and the first goes on", async (t) => {
  const project = await testProject(t);
  await project.assemble();
  await using first = await project.serve(production);
  const { code, message } = await failureOf(project.serve(production));
  assert.deepEqual([code, message], ["WD045", `this project is served already at ${first.url}`]);
  assert.equal((await fetch(`${first.url}/_health`)).status, 200);
});

test("closing twice is closing once, and the project can be served again", async (t) => {
  const project = await testProject(t);
  await project.assemble();
  const first = await project.serve();
  assert.equal(await isServed(project), true);
  await Promise.all([first.close(), first.close()]);
  await first.close();
  assert.equal(await isServed(project), false);
  await until("no session is left", async () => (await sessions(project)) === 0);
  await using second = await project.serve();
  assert.equal((await fetch(`${second.url}/_health`)).status, 200);
});

test("requests in flight are finished before the server is gone", async (t) => {
  const project = await testProject(t, {
    "pages/index.html": "<p>{{row.value}}</p>",
    "pages/index.query.sql": "-- @name row :one\nselect public.slow() as value;\n",
    "functions/slow.sql": `
create function public.slow() returns text language plpgsql security definer set search_path = '' as $$
begin
  perform pg_catalog.pg_advisory_lock(77);
  perform pg_catalog.pg_advisory_unlock(77);
  return 'finished';
end $$;
grant execute on function public.slow() to $anon;`,
  });
  await project.assemble({ mode: "production" });
  const application = await project.serve(production);
  await project.connection.execute("select pg_catalog.pg_advisory_lock(77)");
  const answer = fetch(application.url);
  await until("the request waits", async () => {
    const rows = await project.connection.query({
      text: "select from pg_catalog.pg_locks where locktype = 'advisory' and not granted and objid = 77",
      values: [],
    });
    return rows.length === 1;
  });
  const closing = application.close();
  await project.connection.execute("select pg_catalog.pg_advisory_unlock(77)");
  assert.match(await (await answer).text(), /finished/);
  await closing;
  await assert.rejects(fetch(application.url));
});

test("production has no watcher and no development routes, and says nothing of an error", async (t) => {
  const project = await testProject(t, {
    "pages/index.html": "<p>{{row.value}}</p>",
    "pages/index.query.sql": "-- @name row :one\nselect public.fail() as value;\n",
    "functions/fail.sql": `
create function public.fail() returns text language plpgsql set search_path = '' as $$
begin raise exception 'secret detail'; end $$;
grant execute on function public.fail() to $anon;`,
  });
  await project.assemble({ mode: "production" });
  const [opened, database] = await project.opened("production");
  let watches = 0;
  opened.tree.watch = async () => void watches++;
  await using application = await serveProject(opened, database, production);
  const { url } = application;
  const page = await fetch(url, { headers: { accept: "text/html" } });
  assert.equal(page.status, 500);
  const text = await page.text();
  assert.ok(!/secret|fail\(|\.sql|_howdah/.test(text), text);
  for (const path of ["/_howdah/client.js", "/_howdah/live", "/_howdah/idiomorph.js"]) {
    assert.equal((await fetch(url + path)).status, 404, path);
  }
  assert.equal(watches, 0);
});

test("serving says no word of DDL: the catalog is the same afterwards", async (t) => {
  const project = await testProject(t, { "pages/index.html": "hello" });
  await project.assemble({ mode: "production" });
  const catalog = async (): Promise<unknown> =>
    project.connection.query({
      text: "select max(oid::int8) as newest, count(*) as count, max(xmin::text::int8) as written from pg_catalog.pg_class",
      values: [],
    });
  const before = await catalog();
  await using application = await project.serve(production);
  await fetch(application.url);
  assert.deepEqual(await catalog(), before);
});

test("what was saved between the assembly and the first watch is assembled all the same", async (t) => {
  const project = await testProject(t);
  const [opened, database] = await project.opened();
  await assembleProject(opened, database, { mode: "development" });
  await project.save({ "functions/late.sql": "create function public.late() returns int language sql return 1;" });
  await using _application = await serveProject(opened, database, { mode: "development", port: 0 });
  await until("the function is there", async () => {
    const rows = await project.connection.query({
      text: "select to_regprocedure('public.late()') as late",
      values: [],
    });
    return rows[0]?.["late"] !== null;
  });
});
