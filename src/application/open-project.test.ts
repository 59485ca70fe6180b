import assert from "node:assert/strict";
import { test } from "node:test";
import { failureOf, saveFiles, testProjectFolder } from "../../test/support/project.ts";
import { openProject } from "./open-project.ts";

const toml = 'name = "shop"\n[environments.production]\npostgres = { url = { env = "SHOP_URL" } }\n';

test("the mode chooses the environment, HOWDAH_ENV chooses before it, and .env adds what is not set", async (t) => {
  const root = await testProjectFolder(t);
  await saveFiles(root, { "howdah.toml": toml, ".env": "SHOP_URL=postgres://shop@db.test/file\n" });
  const url = async (mode: "development" | "production", env: Record<string, string>) =>
    (await openProject(root, { mode, env })).config.postgres.url;
  assert.equal(await url("development", {}), undefined);
  assert.equal(await url("production", {}), "postgres://shop@db.test/file");
  assert.equal(await url("production", { SHOP_URL: "postgres://shop@db.test/real" }), "postgres://shop@db.test/real");
  assert.equal(await url("development", { HOWDAH_ENV: "production" }), "postgres://shop@db.test/file");
  assert.equal(await url("production", { HOWDAH_ENV: "development" }), undefined);
});

test("a project is read again as it was opened, and the first reading stays as it is", async (t) => {
  const root = await testProjectFolder(t);
  await saveFiles(root, { "howdah.toml": toml });
  const first = await openProject(root, { mode: "production", env: { SHOP_URL: "postgres://shop@db.test/a" } });
  await saveFiles(root, { "howdah.toml": toml.replace("shop", "store") });
  const second = await first.reopen();
  assert.deepEqual([first.config.name, second.config.name], ["shop", "store"]);
  assert.equal(second.config.postgres.url, "postgres://shop@db.test/a");
  await saveFiles(root, { "howdah.toml": `${toml}prot = 1\n` });
  assert.equal((await failureOf(first.reopen())).code, "WD102");
});
