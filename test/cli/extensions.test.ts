import assert from "node:assert/strict";
import { test } from "node:test";
import { extensionProject, sqlExtension } from "../support/extension-project.ts";
import { pgvectorSpec } from "../support/pgvector.ts";

const isLinuxX64 = process.platform === "linux" && process.arch === "x64";

test(
  "add fetches, locks and creates: a vector is nearest to its neighbour, and remove takes all of it back",
  { skip: !isLinuxX64 && "the fixture is for Linux x64" },
  async (t) => {
    const project = await extensionProject(t);
    await project.publish([pgvectorSpec()]);
    const added = await project.run("add", "pgvector", "--json");
    assert.equal(added.code, 0, added.stderr);
    const report = JSON.parse(added.stdout) as {
      readonly added: readonly object[];
      readonly actions: readonly object[];
    };
    assert.deepEqual(report.added, [{ name: "vector", version: "0.8.7", source: "deb", requires: [], preload: [] }]);
    assert.match(
      await project.read("howdah.toml"),
      /^name = "shop" # the shop\n[\s\S]*\n\[extensions\]\nvector = "\^0\.8"\n$/,
    );
    const lock = await project.read("howdah.lock");
    assert.match(
      lock,
      /\[extensions\.vector\]\nrequest = "\^0\.8"\nversion = "0\.8\.7"\nsource = "deb"\nprovides = \["vector 0\.8\.7"\]/,
    );
    assert.match(lock, /integrity = "sha256-\/UW\+ofFPTVd\+UIr\+XWs4t1d4DDY8J5k2hq4SarqC00g="/);
    const query =
      "select id from (values (1, '[1,1,1]'::vector), (2, '[3,3,3]')) as item(id, v) order by v <-> '[3,3,2]' limit 1";
    assert.match(await project.rows(query), /\n *2\n\(1 row\)/);

    await project.rows("create table item (position vector(3))");
    const used = await project.run("remove", "vector");
    assert.equal(used.code, 3);
    assert.match(used.stderr, /^WD707 [\s\S]*column position of table item/m);
    await project.rows("drop table item");
    const removed = await project.run("remove", "vector", "--json");
    assert.equal(removed.code, 0, removed.stderr);
    assert.deepEqual((JSON.parse(removed.stdout) as { readonly removed: unknown }).removed, ["vector"]);
    assert.doesNotMatch(await project.read("howdah.lock"), /vector/);
    assert.match(await project.rows("select count(*) from pg_available_extensions where name = 'vector'"), /\n *0\n/);
  },
);

test("what an extension needs comes along, is told by tree and why, and can't be removed under it", async (t) => {
  const project = await extensionProject(t);
  await project.publish([
    sqlExtension("greet", ["1.0"], { requires: "hstore, polite" }),
    sqlExtension("polite", ["2.0"]),
  ]);
  const added = await project.run("add", "greet");
  assert.equal(added.code, 0, added.stderr);
  assert.match(await project.rows("select greet()"), /hello from 1\.0/);
  const tree = JSON.parse((await project.run("tree", "--json")).stdout) as { readonly extensions: readonly object[] };
  const leaf = (name: string, version: string, source: string) => ({ name, version, source, requires: [] });
  const [greet] = tree.extensions as readonly { readonly requires: readonly object[] }[];
  assert.deepEqual(greet?.requires, [leaf("hstore", "1.8", "contrib"), leaf("polite", "2.0", "deb")]);
  assert.equal((await project.run("why", "polite")).stdout, "howdah.toml → greet → polite\n");
  assert.equal((await project.run("add", "polite")).code, 0);
  const refused = await project.run("remove", "polite");
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /^WD707 the extension polite is needed by greet/m);
  const removed = await project.run("remove", "greet", "--json");
  assert.deepEqual((JSON.parse(removed.stdout) as { readonly removed: unknown }).removed, ["greet", "hstore"]);
  assert.match(await project.rows("select extname from pg_extension order by 1"), /plpgsql\n polite\n/);
});

test("a lock is kept until update, which takes the newest within the range along the scripts; rollback goes back", async (t) => {
  const project = await extensionProject(t);
  const [old, next] = [
    sqlExtension("greet", ["1.0"]),
    sqlExtension("greet", ["1.0", "1.1"], { updates: ["1.0--1.1"] }),
  ];
  await project.publish([old]);
  assert.equal((await project.run("add", "greet@1.x")).code, 0);
  const locked = await project.read("howdah.lock");
  await project.publish([old, next, sqlExtension("greet", ["2.0"])]);
  assert.equal((await project.run("migrate")).code, 0);
  assert.equal(await project.read("howdah.lock"), locked);
  const outdated = JSON.parse((await project.run("outdated", "--json")).stdout) as object;
  assert.deepEqual(outdated, { outdated: [{ name: "greet", locked: "1.0", wanted: "1.1", newest: "2.0" }] });

  const updated = await project.run("update", "--json");
  assert.equal(updated.code, 0, updated.stderr);
  const { actions } = JSON.parse(updated.stdout) as { readonly actions: readonly { readonly path?: string }[] };
  assert.deepEqual(
    actions.map(({ path }) => path),
    ["1.0--1.1"],
  );
  assert.match(await project.rows("select greet()"), /hello from 1\.1/);

  // The database is ahead of what the files go back to.
  const back = await project.run("rollback");
  assert.equal(back.code, 3);
  assert.match(back.stderr, /^WD710 the extension greet can't be brought from 1\.1 to 1\.0/m);
  assert.match(await project.read("howdah.lock"), /version = "1\.1"/);
  assert.equal((await project.run("rollback", "--no-database")).code, 0);
  assert.equal(await project.read("howdah.lock"), locked);
  const shown = "select default_version from pg_available_extensions where name = 'greet'";
  assert.match(await project.rows(shown), /\n 1\.0 *\n/);
});

test("lock --check asks nobody, names each difference and changes nothing", async (t) => {
  const project = await extensionProject(t);
  await project.publish([sqlExtension("greet", ["1.0"])]);
  assert.equal((await project.run("add", "greet", "--no-database")).code, 0);
  assert.equal((await project.run("lock", "--check")).code, 0);
  const [toml, lock] = [await project.read("howdah.toml"), await project.read("howdah.lock")];
  await project.save({ "howdah.toml": `${toml.replace('greet = "^1.0"', 'greet = "^2"')}hstore = "*"\n` });
  await project.repository.server.stop();
  const checked = await project.run("lock", "--check");
  assert.equal(checked.code, 3);
  assert.match(checked.stderr, /^WD706 [\s\S]*greet 1\.0 is not \^2\n\s*hstore is not in it/m);
  assert.equal(await project.read("howdah.lock"), lock);
});

test("a name that nobody knows is told with the nearest, one that is not there for this major by its sources", async (t) => {
  const project = await extensionProject(t);
  await project.publish([sqlExtension("greet", ["1.0"])]);
  const before = await project.read("howdah.toml");
  const mistyped = await project.run("add", "gret");
  assert.equal(mistyped.code, 2);
  assert.match(mistyped.stderr, /^WD700 no extension is called "gret"[\s\S]*did you mean "greet"\?/m);
  const absent = await project.run("add", "timescaledb");
  assert.equal(absent.code, 1);
  assert.match(absent.stderr, /^WD701 timescaledb is not there for PostgreSQL 18/m);
  const range = await project.run("add", "greet@^3");
  assert.match(range.stderr, /^WD392 /m);
  assert.equal(await project.read("howdah.toml"), before);
});

test("an altered package is refused, and howdah.toml, howdah.lock and the database are as they were", async (t) => {
  const project = await extensionProject(t);
  const paths = await project.publish([sqlExtension("honest", ["1.0"])]);
  const path = paths.get("postgresql-18-honest") ?? "";
  const { files } = project.repository.server;
  const bytes = Buffer.from(files.get(path) ?? "");
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  files.set(path, bytes);
  const before = await project.read("howdah.toml");
  const refused = await project.run("add", "honest");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^WD353 honest_1\.0|^WD353 postgresql-18-honest_1\.0/m);
  assert.equal(await project.read("howdah.toml"), before);
});

test("PostgreSQL 17 runs as a copy of itself with the extension in it, and the shared one stays as it was", async (t) => {
  const project = await extensionProject(t, { major: 17 });
  await project.publish([sqlExtension("greet", ["1.0"], { major: 17 })]);
  const added = await project.run("add", "greet");
  assert.equal(added.code, 0, added.stderr);
  assert.match(await project.rows("select greet()"), /hello from 1\.0/);
  assert.equal((await project.run("remove", "greet")).code, 0);
  assert.match(await project.rows("select count(*) from pg_available_extensions where name = 'greet'"), /\n *0\n/);
});
