import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { saveFiles, testProjectFolder } from "../test/support/project.ts";
import { destroyCluster } from "./provision/index.ts";
import {
  assembleProject,
  cacheRoot,
  connect,
  embedded,
  findProject,
  openDatabase,
  openProject,
  openTestDatabase,
  planProject,
  projectStatus,
  serveProject,
  sql,
  startCluster,
} from "./index.ts";

const files = {
  "howdah.toml": 'postgres = "18"\n',
  "migrations/1_task.sql": "create table public.task (title text primary key);\ngrant select on public.task to anon;\n",
  "pages/index.html": "{{#each tasks}}<li>{{title}}</li>{{/each}}",
  "pages/index.query.sql": "-- @name tasks\nselect title from public.task;\n",
};

test("as a library: a cluster is provisioned, queried and given back", async (t) => {
  const folder = await testProjectFolder(t);
  await chmod(folder, 0o755);
  const home = join(folder, ".howdah");
  t.after(() => destroyCluster(home));
  const cache = cacheRoot();
  const installation = await embedded.install(await embedded.resolve("18", { cache }), { cache });
  const cluster = await startCluster({ home, installation, cache });
  try {
    await using session = await connect(cluster.admin);
    assert.deepEqual(await session.query(sql`select ${"one"}::text as value`), [{ value: "one" }]);
  } finally {
    await cluster.release();
  }
});

test("as a library: a project is opened, assembled, served in this process, tested apart, and closed", async (t) => {
  const root = join(await testProjectFolder(t), "todo");
  await mkdir(root);
  for (const folder of [join(root, ".."), root]) await chmod(folder, 0o755);
  t.after(() => destroyCluster(join(root, ".howdah")));
  await saveFiles(root, files);

  const project = await openProject(await findProject(join(root, "migrations")), { mode: "production" });
  {
    await using database = await openDatabase(project);
    assert.equal((await planProject(project, database, { mode: "production" })).actions.length, 1);
    await assembleProject(project, database, { mode: "production" });
    await using application = await serveProject(project, database, { mode: "production", port: 0 });
    assert.equal((await projectStatus(project)).server?.url, application.url);

    await using trial = await openTestDatabase(project, database);
    await using owner = await trial.connectOwner();
    await owner.query(sql`insert into public.task values (${"only in the trial"})`);
    assert.equal(await (await fetch(application.url)).text(), "");
    await using own = await database.connectOwner();
    await own.query(sql`insert into public.task values (${"<shown>"})`);
    assert.equal(await (await fetch(application.url)).text(), "<li>&lt;shown&gt;</li>");
  }
  const { server, postgres } = await projectStatus(project);
  assert.deepEqual([server, postgres.cluster?.kind], [undefined, "stopped"]);
});

test("everything that the package exports is documented where it is declared", async () => {
  const sources = await readSources();
  for (const face of ["index.ts", "testing.ts"]) {
    const text = await readFile(join(import.meta.dirname, face), "utf8");
    const names = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(
      ([, list = ""]) => list.match(/\w+/g) ?? [],
    );
    assert.ok(names.length > 0);
    const bare = names.filter((name) => {
      const declared = String.raw`export (?:declare )?(?:async )?(?:const|function\*?|class|interface|type) ${name}\b`;
      return !sources.some((source) => new RegExp(String.raw`\*/\n${declared}`).test(source));
    });
    assert.deepEqual(bare, [], face);
  }
});

async function readSources(): Promise<readonly string[]> {
  const entries = await readdir(import.meta.dirname, { recursive: true });
  const paths = entries.filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
  return Promise.all(paths.map((path) => readFile(join(import.meta.dirname, path), "utf8")));
}
