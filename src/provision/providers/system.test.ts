import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { AppError } from "../../errors/index.ts";
import { testInstallation } from "../../../test/support/cluster.ts";
import { cacheRoot } from "../../resolve/index.ts";
import { providerConformance } from "../conformance.ts";
import { system, systemProvider } from "./system.ts";

const context = { cache: cacheRoot() };
const here = await system
  .resolve("18", context)
  .catch(() => system.resolve("15", context))
  .catch(() => undefined);

// A machine without Postgres has nothing to conform with: the embedded one stands in for an installed one.
const folders = here === undefined ? [(await testInstallation()).bin] : [here.source];
const major = here === undefined ? "18" : (here.version.split(".")[0] ?? "");
providerConformance({ provider: systemProvider({ folders: async () => folders }), context, major });

test("the newest minor of a major is found, through links and in several places", async (t) => {
  const [older, newer, linked] = [await fakePostgres(t, "17.4"), await fakePostgres(t, "17.10"), await emptyFolder(t)];
  await symlink(join(newer, "postgres"), join(linked, "postgres"));
  const provider = systemProvider({ folders: async () => [older, linked, "/does/not/exist", older] });
  assert.deepEqual(await provider.resolve("17", context), {
    provider: "system",
    version: "17.10",
    source: newer,
    artifacts: [],
  });
});

test("a locked minor that the machine updated meanwhile gives the one that is there", async (t) => {
  const bin = await fakePostgres(t, "17.10");
  const provider = systemProvider({ folders: async () => [bin] });
  const locked = { provider: "system", version: "17.9", source: "/elsewhere/bin", artifacts: [] } as const;
  const installation = await provider.install(locked, context);
  assert.deepEqual([installation.version, installation.bin], ["17.10", bin]);
});

test("a missing version is an error that lists what was found", async (t) => {
  const bin = await fakePostgres(t, "17.10");
  const provider = systemProvider({ folders: async () => [bin] });
  await assert.rejects(provider.resolve("16", context), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "WD382");
    assert.equal(error.detail, `found: 17.10 in ${bin}`);
    return true;
  });
});

test("a folder without initdb, or with programs that don't run, is passed over", async (t) => {
  const [broken, half] = [await fakePostgres(t, "17.1"), await fakePostgres(t, "17.2")];
  await writeFile(join(broken, "postgres"), "#!/bin/sh\nexit 1\n");
  await rm(join(half, "initdb"));
  const provider = systemProvider({ folders: async () => [broken, half] });
  await assert.rejects(provider.resolve("17", context), { code: "WD382" });
});

/** Programs that tell a version and nothing else: what is looked at is where they are and what they say. */
async function fakePostgres(t: TestContext, version: string): Promise<string> {
  const folder = await emptyFolder(t);
  for (const name of ["postgres", "initdb"]) {
    await writeFile(join(folder, name), `#!/bin/sh\necho "${name} (PostgreSQL) ${version} (Fake)"\n`);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "howdah-system-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
