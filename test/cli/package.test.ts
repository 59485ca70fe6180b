import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { formatUrl } from "../../src/postgres/index.ts";
import { testDatabase } from "../support/database.ts";
import { testCache } from "../support/cache.ts";
import { testRegistry } from "../support/npm-registry.ts";
import { smtpServer } from "../support/smtp-server.ts";
import { testPackage } from "../support/sql-package.ts";
import { howdah } from "./howdah.ts";

test("a package is planned, deployed, listed and removed from the command line", async (t) => {
  const { target } = await testDatabase(t);
  const to = ["--to", formatUrl(target, { password: "shown" })];
  const { folder, write } = await testPackage(t, "my_api", "1.0.0", {
    "functions/f.sql": "create or replace function f() returns int language sql as 'select 1'",
  });
  const planned = await howdah(["package", "plan", folder, ...to]);
  assert.deepEqual(
    [planned.code, planned.stdout],
    [
      0,
      [
        "+ my_api 1.0.0 → my_api_1_0_0 (safe)",
        "    create schema my_api_1_0_0",
        "    function functions/f.sql (1 statement)",
        "",
      ].join("\n"),
    ],
  );
  const deployed = await howdah(["package", "deploy", folder, ...to, "--json", "--vcs-ref", "0123"]);
  const { databases } = JSON.parse(deployed.stdout) as { databases: readonly Record<string, unknown>[] };
  assert.deepEqual([databases[0]?.["status"], databases[0]?.["changed"]], ["done", true]);
  assert.match((await howdah(["package", "deploy", ...to, "-C", folder])).stdout, /^✓ unchanged in /);
  await write({ "functions/f.sql": "create or replace function f() returns int language sql as 'select 2'" });
  const refused = await howdah(["package", "deploy", folder, ...to]);
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /WD643 my_api 1\.0\.0 is deployed with another content/);
  assert.match((await howdah(["package", "list", ...to])).stdout, /^my_api {2}1\.0\.0 {2}my_api_1_0_0 .*0123\n$/);
  const removed = await howdah(["package", "remove", "my_api", "01_00_00", ...to]);
  assert.deepEqual([removed.code, removed.stdout], [0, "✓ dropped my_api_1_0_0\n"]);
});

test("a set of databases is told one by one, and fails as a whole", async (t) => {
  const { target } = await testDatabase(t);
  const { folder } = await testPackage(t, "my_api", "1.0.0");
  const here = {
    host: target.host,
    port: target.port,
    environment: "live",
    product: "shop",
    password: target.password,
  };
  const payload = [
    { ...here, dbname: target.database, unique_name: "one" },
    { ...here, dbname: `${target.database}_missing`, unique_name: "two" },
  ];
  const file = join(folder, "pgpm.json");
  await writeFile(file, JSON.stringify({ connection_sets: [{ name: "s", type: "LIST", payload }] }));
  const set = ["--set", "live/shop", "--global-config", file, "-u", target.user, "--json"];
  const { code, stdout } = await howdah(["package", "deploy", folder, ...set]);
  const { databases } = JSON.parse(stdout) as { databases: readonly Record<string, unknown>[] };
  assert.deepEqual(
    [code, databases.map(({ database, status }) => [database, status])],
    [
      1,
      [
        ["one", "done"],
        ["two", "failed"],
      ],
    ],
  );
});

test("without a database to deploy to, and with wrong words, it says what is expected", async (t) => {
  const { folder } = await testPackage(t, "my_api", "1.0.0");
  const nowhere = await howdah([
    "package",
    "deploy",
    "-C",
    folder,
    "--mode",
    "brave",
    "--to",
    "postgres://localhost/x",
  ]);
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.stderr, /--mode brave: expected safe, moderate, unsafe, overwrite/);
  const both = await howdah(["package", "list", "--to", "postgres://localhost/x", "--set", "a/b"]);
  assert.match(both.stderr, /--to and --set exclude each other/);
});

test("the words of the original pgpm deploy its layout to a set, mail that, and remove it", async (t) => {
  const { target } = await testDatabase(t);
  const { port, mails } = await smtpServer(t);
  const { folder } = await testPackage(t, "my_api", "01_00_00", {
    "config.json": '{"name": "my_api", "version": "01_00_00", "subclass": "versioned", "functions_path": "functions"}',
    "functions/f.sql": "create or replace function f() returns int language sql as 'select 1'",
  });
  const entry = {
    host: target.host,
    port: target.port,
    dbname: target.database,
    environment: "live",
    product: "shop",
    unique_name: "one",
    password: target.password,
  };
  const config = {
    connection_sets: [{ name: "s", type: "LIST", payload: [entry] }],
    email: { type: "SMTP", host: "127.0.0.1", port, from: "db@example.org", to: "a@example.org" },
  };
  await writeFile(join(folder, ".pgpmconfig"), JSON.stringify(config));
  const env = { HOME: folder };
  const set = ["set", "live", "shop", "-u", target.user];
  const deployed = await howdah(["pgpm", "deploy", ...set, "--send-email", "--log-file", "deploy.log", "-C", folder], {
    env,
  });
  assert.deepEqual([deployed.code, deployed.stderr.includes("warning")], [0, false], deployed.stderr);
  assert.match(deployed.stdout, /^✓ deployed my_api 1\.0\.0 in /);
  assert.match(mails[0]?.text ?? "", /my_api 1\.0\.0 was deployed to one \(mode safe\)/);
  assert.match(await readFile(join(folder, "deploy.log"), "utf8"), /deploy set live shop: begins\n.*: ended\n$/s);
  assert.match((await howdah(["pgpm", "list", "set", "live", "shop"], { env })).stdout, /^one {2}/);
  const words = ["pgpm", "remove", formatUrl(target, { password: "shown" }), "01", "00", "00", "--pkg-name", "my_api"];
  assert.equal((await howdah(words)).stdout, "✓ dropped my_api_01_00_00\n");
});

test("a package is published, fetched by another, locked, and deployed as it was locked", async (t) => {
  const { target } = await testDatabase(t);
  const registry = await testRegistry(t);
  registry.take("token");
  const host = new URL(registry.server.url).host;
  const env = {
    npm_config_registry: `${registry.server.url}/`,
    [`npm_config_//${host}/:_authToken`]: "token",
    HOWDAH_CACHE: await testCache(t),
  };
  const body = "create function low() returns int language sql as 'select 1'";
  const low = await testPackage(t, "low", "1.0.0", { "functions/low.sql": body });
  const dry = await howdah(["package", "publish", low.folder, "--as", "@acme/low", "--dry-run"], { env });
  assert.match(
    dry.stdout,
    /^functions\/low\.sql\nhowdah\.toml\npackage\.json\n@acme\/low 1\.0\.0, 3 files, \d+ bytes: not/,
  );
  const published = await howdah(["package", "publish", low.folder, "--as", "@acme/low"], { env });
  assert.match(published.stdout, /✓ published @acme\/low 1\.0\.0, 3 files, \d+ bytes as latest\n$/);
  const again = await howdah(["package", "publish", low.folder, "--as", "@acme/low", "--json"], { env });
  assert.deepEqual([again.code, JSON.parse(again.stderr || again.stdout).error?.code], [1, "WD668"]);

  const toml = `[package]\nname = "top"\nversion = "1.0.0"\n[dependencies]\nlow = { version = "^1", npm = "@acme/low" }\n`;
  const top = await testPackage(t, "top", "1.0.0", { "howdah.toml": toml });
  const to = ["--to", formatUrl(target, { password: "shown" })];
  const locked = await howdah(["package", "deploy", top.folder, "--locked", ...to], { env });
  assert.equal(locked.code, 2);
  assert.match(locked.stderr, /WD666[^]*howdah package fetch/);
  const fetched = await howdah(["package", "fetch", top.folder], { env });
  assert.deepEqual([fetched.code, fetched.stdout], [0, "✓ low 1.0.0  npm:@acme/low\n"]);
  const lock = await readFile(join(top.folder, "howdah.lock"), "utf8");
  assert.match(lock, /\[\[packages\]\]\nname = "low"\nversion = "1\.0\.0"\nsource = "npm:@acme\/low"/);
  await low.write({ "howdah.toml": '[package]\nname = "low"\nversion = "1.1.0"\n' });
  await howdah(["package", "publish", low.folder, "--as", "@acme/low"], { env });
  const deployed = await howdah(["package", "deploy", top.folder, "--locked", ...to], { env });
  assert.equal(deployed.code, 0, deployed.stderr);
  const list = await howdah(["package", "list", ...to], { env });
  assert.match(list.stdout, /^low {2}1\.0\.0/);
  const updated = await howdah(["package", "fetch", top.folder, "--update", "--json"], { env });
  assert.deepEqual(JSON.parse(updated.stdout), {
    changed: true,
    packages: [{ name: "low", version: "1.1.0", source: "npm:@acme/low" }],
  });
});
