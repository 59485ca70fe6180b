import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { howdah } from "../cli/howdah.ts";
import { testRepository, type DebSpec } from "../support/debian-repository.ts";
import { extensionProject, sqlExtension, type ExtensionProject } from "../support/extension-project.ts";

/** A package with bytes that no compressor shrinks: large enough to break off in the middle. */
function large(name: string, mebibytes: number): DebSpec {
  const spec = sqlExtension(name, ["1.0"]);
  const weight = {
    path: `./usr/share/postgresql/18/extension/${name}.data`,
    content: randomBytes(mebibytes * 2 ** 20),
  };
  return { ...spec, compression: "zst", files: [...(spec.files ?? []), weight] };
}

async function state(project: ExtensionProject): Promise<readonly string[]> {
  const files = await Promise.all(["howdah.toml", "howdah.lock"].map((file) => project.read(file).catch(() => "")));
  return files.map((text) => text.replaceAll(/\[\[?postgres[\s\S]*/g, ""));
}

async function leftovers(cache: string): Promise<readonly string[]> {
  const names = await Promise.all(
    ["staging", "downloads"].map((folder) => readdir(join(cache, folder)).catch(() => [])),
  );
  return names.flat();
}

test("a registry that breaks off half-way leaves project and cache whole, and the next try goes through", async (t) => {
  const project = await extensionProject(t);
  const paths = await project.publish([large("heavy", 3)]);
  const path = paths.get("postgresql-18-heavy");
  const { server } = project.repository;
  server.answer = (request, response) => {
    if (request.url !== path) return false;
    const bytes = server.files.get(path ?? "") ?? Buffer.alloc(0);
    response.writeHead(200, { "content-length": bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    return true;
  };
  const before = await state(project);
  const broken = await project.run("add", "heavy", "--no-database");
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /^WD355 /m);
  assert.deepEqual(await state(project), before);
  server.answer = undefined;
  const added = await project.run("add", "heavy", "--no-database");
  assert.equal(added.code, 0, added.stderr);
});

test("two projects that add the same at once both have it, from one copy", async (t) => {
  const repository = await testRepository(t);
  const projects = [await extensionProject(t, { repository }), await extensionProject(t, { repository })];
  const name = `shared_${randomBytes(4).toString("hex")}`;
  await repository.publish("test", [large(name, 2)]);
  const added = await Promise.all(projects.map((project) => project.run("add", name)));
  for (const { code, stderr } of added) assert.equal(code, 0, stderr);
  const answers = await Promise.all(projects.map((project) => project.rows(`select ${name}()`)));
  for (const answer of answers) assert.match(answer, /hello from 1\.0/);
  const locks = await Promise.all(projects.map((project) => project.read("howdah.lock")));
  assert.equal(locks[0], locks[1]);
  assert.equal(repository.server.requests.filter((path) => path.includes(`/pool/`)).length, 1);
});

test("one project that is changed twice at once has both", async (t) => {
  const project = await extensionProject(t);
  await project.publish([sqlExtension("first", ["1.0"]), sqlExtension("second", ["1.0"])]);
  assert.equal((await project.run("fetch")).code, 0);
  const done = await Promise.all([project.run("add", "first"), project.run("add", "second")]);
  for (const { code, stderr } of done) assert.equal(code, 0, stderr);
  const checked = await project.run("lock", "--check");
  assert.equal(checked.code, 0, checked.stderr);
});

test("a full disk is told, leaves project and cache whole, and room is all that it takes", async (t) => {
  const cache = await smallDisk(t, 100);
  if (cache === undefined) return t.skip("mounting a small disk is not permitted here");
  const project = await extensionProject(t, { env: { HOWDAH_CACHE: cache } });
  await project.publish([large("heavy", 60), sqlExtension("light", ["1.0"])]);
  const started = await project.run("add", "light", "--no-database");
  assert.equal(started.code, 0, started.stderr);
  const before = await state(project);
  const refused = await project.run("add", "heavy", "--no-database");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^WD354 the disk is full/m);
  assert.deepEqual(await state(project), before);
  assert.deepEqual(
    (await leftovers(cache)).filter((name) => name.includes("heavy")),
    [],
  );
  assert.equal((await project.run("lock", "--check")).code, 0);
});

/** A file system of its own in memory; undefined where that is not permitted. */
async function smallDisk(t: TestContext, mebibytes: number): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "howdah-small-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "howdah-test", folder], { stdio: "ignore" });
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
  await chmod(folder, 0o755);
  t.after(async () => {
    execFileSync("umount", ["--lazy", folder]);
    await rm(folder, { recursive: true });
  });
  return folder;
}

test("a project with extensions starts without any network once they are there", async (t) => {
  const project = await extensionProject(t);
  await project.publish([sqlExtension("offline", ["1.0"])]);
  assert.equal((await project.run("add", "offline")).code, 0);
  await project.repository.server.stop();
  const { code, stderr } = await howdah(["migrate"], {
    cwd: project.cwd,
    env: { npm_config_registry: "http://127.0.0.1:9/" },
  });
  assert.equal(code, 0, stderr);
  assert.match(await project.rows("select offline()"), /hello from 1\.0/);
});
