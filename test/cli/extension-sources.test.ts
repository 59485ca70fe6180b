import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import { extensionProject } from "../support/extension-project.ts";
import { fileServer } from "../support/file-server.ts";
import { below, pgxnCounterpart, serverHeaders, sqlSources as sources } from "../support/extension-sources.ts";
import { zipOf } from "../support/zip.ts";

const skip = ["make", "git"].some((tool) => spawnSync(tool, ["--version"]).status !== 0) ? "needs make and git" : false;

test("a folder is built and added, again when it has changed, and never into the server's own", { skip }, async (t) => {
  const project = await extensionProject(t);
  await project.publish([serverHeaders()]);
  await project.save(below("ext", sources("homemade", "1.0")));
  const built = JSON.parse((await project.run("build", "homemade", "--from", "ext", "--json")).stdout) as object;
  assert.match(JSON.stringify(built), /"name":"homemade","version":"1\.0"/);
  const added = await project.run("add", "homemade", "--from", "ext");
  assert.equal(added.code, 0, added.stderr);
  assert.match(await project.read("howdah.toml"), /homemade = \{ version = "\^1\.0", from = "ext" \}/);
  assert.match(await project.rows("select homemade()"), /homemade 1\.0/);
  await project.save({
    "ext/homemade--1.0--1.1.sql":
      "create or replace function homemade() returns text language sql return 'homemade 1.1';\n",
  });
  const changed = {
    ...sources("homemade", "1.1"),
    Makefile: sources("homemade", "1.1")["Makefile"]?.replace("DATA = ", "DATA = homemade--1.0--1.1.sql ") ?? "",
  };
  await project.save(below("ext", changed));
  assert.equal((await project.run("update", "homemade")).code, 0);
  assert.match(await project.rows("select homemade()"), /homemade 1\.1/);
  const bundled = await project.run("bundle", "out");
  assert.equal(bundled.code, 0, bundled.stderr);
  assert.match(await project.read("out/share/extension/homemade.control"), /1\.1/);
});

test("a git URL is locked to its commit, and a later commit is taken by update alone", { skip }, async (t) => {
  const project = await extensionProject(t);
  await project.publish([serverHeaders()]);
  const repository = join(project.cwd, "upstream");
  const commit = async (version: string): Promise<string> => {
    await project.save(below("upstream", sources("versioned", version)));
    const git = (...args: readonly string[]): string =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
        cwd: repository,
        encoding: "utf8",
      });
    git("init", "--quiet", ".");
    git("add", ".");
    git("commit", "--quiet", "-m", version);
    return git("rev-parse", "HEAD").trim();
  };
  const first = await commit("1.0");
  const url = `file://${repository}`;
  const added = await project.run("add", "versioned", "--from", url, "--no-database");
  assert.equal(added.code, 0, added.stderr);
  const lock = await project.read("howdah.lock");
  assert.ok(lock.includes(`source = "build:git+${url}#${first}"`), lock);
  const second = await commit("1.1");
  assert.equal((await project.run("lock")).code, 0);
  assert.equal(await project.read("howdah.lock"), lock);
  assert.equal((await project.run("update", "--no-database")).code, 0);
  assert.ok((await project.read("howdah.lock")).includes(`#${second}"`));
  const toml = await project.read("howdah.toml");
  await project.save({ "howdah.toml": toml.replace(url, `${url}#${first}`).replace("^1.1", "^1.0") });
  const stale = await project.run("lock", "--check");
  assert.deepEqual([stale.code, /versioned comes from build:git/.test(stale.stderr)], [3, true], stale.stderr);
  const taken = await project.run("lock");
  assert.equal(taken.code, 0, taken.stderr);
  assert.ok((await project.read("howdah.lock")).includes(`#${first}"`));
});

test("without headers, and where make fails, the build says why and nothing has changed", { skip }, async (t) => {
  const project = await extensionProject(t);
  await project.publish([{ name: "unrelated", version: "1" }]);
  // Never built before: what stands in the cache needs no headers.
  await project.save(below("ext", { ...sources("homemade", "1.0"), NOTE: randomUUID() }));
  const before = await project.read("howdah.toml");
  const bare = await project.run("add", "homemade", "--from", "ext");
  assert.match(bare.stderr, /^WD714 [\s\S]*postgresql-server-dev-18/m);
  await project.publish([serverHeaders()]);
  await project.save({ "ext/Makefile": "all:\n\t@echo 'x.c:1: error: not today'; false\n" });
  const broken = await project.run("add", "homemade", "--from", "ext");
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /^WD713 homemade does not compile[\s\S]*error: not today/m);
  assert.equal(await project.read("howdah.toml"), before);
});

test(
  "PGXN's distribution is found by the name of its extension: the newest stable release that this Postgres can run",
  { skip },
  async (t) => {
    const pgxn = await fileServer(t);
    pgxnCounterpart(pgxn, [
      { version: "1.0.0" },
      { version: "1.1.0" },
      { version: "1.2.0", postgres: "19.0.0" },
      { version: "2.0.0", status: "testing" },
    ]);
    const project = await extensionProject(t, { env: { HOWDAH_PGXN: pgxn.url } });
    await project.publish([serverHeaders()]);
    const added = await project.run("add", "greeting");
    assert.equal(added.code, 0, added.stderr);
    assert.match(await project.rows("select greeting()"), /greeting 1\.1\.0/);
    const lock = await project.read("howdah.lock");
    assert.match(lock, /source = "pgxn"\nprovides = \["greeting 1\.1\.0"\]/);
    assert.match(
      lock,
      /package = "greeting-tools 1\.1\.0"\nurl = "[^"]+\/greeting-tools-1\.1\.0\.zip"\nintegrity = "sha256-/,
    );
    const tested = await project.run("add", "greeting", "--pre", "--no-database");
    assert.equal(tested.code, 0, tested.stderr);
    assert.match(await project.read("howdah.toml"), /greeting = \{ version = "\^2\.0", pre = true \}/);
    assert.match(await project.read("howdah.lock"), /package = "greeting-tools 2\.0\.0"/);
    assert.equal((await project.run("lock", "--check")).code, 0);
  },
);

test(
  "PGXN: no release for this Postgres is told with both versions, and altered bytes are refused",
  { skip },
  async (t) => {
    const pgxn = await fileServer(t);
    pgxnCounterpart(pgxn, [{ version: "1.0.0", postgres: "19.0.0" }]);
    const project = await extensionProject(t, { env: { HOWDAH_PGXN: pgxn.url } });
    await project.publish([serverHeaders()]);
    const document = pgxn.files.get("/dist/greeting-tools.json");
    for (const page of ["<html>Sign in</html>", "7"]) {
      pgxn.files.set("/dist/greeting-tools.json", Buffer.from(page));
      const signIn = await project.run("add", "greeting");
      assert.match(signIn.stderr, /^WD359 [\s\S]*greeting-tools\.json: it begins with "/m);
    }
    pgxn.files.set("/dist/greeting-tools.json", document ?? Buffer.alloc(0));
    const later = await project.run("add", "greeting");
    assert.match(
      later.stderr,
      /^WD701 greeting is not there for PostgreSQL 18\.\d+\n\s*greeting 1\.0\.0 needs PostgreSQL >=19\.0\.0/m,
    );
    pgxnCounterpart(pgxn, [{ version: "1.0.0" }]);
    pgxn.files.set(
      "/dist/greeting-tools/1.0.0/greeting-tools-1.0.0.zip",
      zipOf({ "x/Makefile": "all:\n\ttouch /tmp/never\n" }),
    );
    const altered = await project.run("add", "greeting");
    assert.match(altered.stderr, /^WD353 greeting 1\.0\.0 is not what it should be/m);
    await pgxn.stop();
    const away = await project.run("add", "nowhere");
    assert.match(away.stderr, /^WD700 no extension is called "nowhere"\n\s*asked: contrib, deb, pgxn \(/m);
  },
);
