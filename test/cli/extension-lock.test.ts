import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { extensionProject, sqlExtension } from "../support/extension-project.ts";
import { howdah, type Ended } from "./howdah.ts";

test("production takes what is locked and chooses nothing: a lock that does not answer names what to do", async (t) => {
  const project = await extensionProject(t);
  const inProduction = async (...args: readonly string[]): Promise<Ended> =>
    howdah(args, { cwd: project.cwd, env: { HOWDAH_ENV: "production" } });
  await project.publish([sqlExtension("greet", ["1.0"])]);
  assert.equal((await project.run("add", "greet")).code, 0);
  assert.equal((await inProduction("migrate")).code, 0);

  const [toml, lock] = [await project.read("howdah.toml"), await project.read("howdah.lock")];
  await project.save({ "howdah.toml": `${toml}hstore = "*"\n` });
  for (const command of ["migrate", "plan", "fetch"]) {
    const refused = await inProduction(command);
    assert.equal(refused.code, 3, refused.stderr);
    assert.match(refused.stderr, /^WD706 [\s\S]*hstore is not in it[\s\S]*run howdah lock [^\n]*commit howdah\.lock/m);
    assert.equal(await project.read("howdah.lock"), lock);
  }
  assert.equal((await project.run("lock")).code, 0);
  const taken = await inProduction("migrate");
  assert.equal(taken.code, 0, taken.stderr);

  await rm(join(project.cwd, "howdah.lock"));
  assert.match((await inProduction("migrate")).stderr, /^WD706 [\s\S]*greet is not in it\n\s*hstore is not in it/m);
});

test("locked again, the lock has the same bytes", async (t) => {
  const project = await extensionProject(t);
  await project.publish([sqlExtension("greet", ["1.0"], { requires: "hstore" }), sqlExtension("other", ["2.3"])]);
  assert.equal((await project.run("add", "other", "greet", "--no-database")).code, 0);
  assert.match(await project.read("howdah.toml"), /other = "\^2\.3"\ngreet = "\^1\.0"\n/);
  const lock = await project.read("howdah.lock");
  assert.equal(lock.match(/^integrity = "sha256-/gm)?.length, 2);
  for (const command of ["lock", "fetch", "update"]) {
    assert.equal((await project.run(command, ...(command === "update" ? ["--no-database"] : []))).code, 0);
    assert.equal(await project.read("howdah.lock"), lock, command);
  }
});

test("what a control file says that it needs can't lead out of the cache", async (t) => {
  const project = await extensionProject(t);
  await project.publish([sqlExtension("greet", ["1.0"], { requires: "../../../etc/passwd" })]);
  const refused = await project.run("add", "greet", "--no-database");
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /^WD717 "\.\.\/\.\.\/\.\.\/etc\/passwd" can't be[^\n]*\n\s*greet says that it needs it/m,
  );
});
