import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { testFolder } from "../../../../test/support/capability.ts";
import { deployBench, deployInput, testPackage } from "../../../../test/support/sql-package.ts";
import { AppError } from "../../../errors/index.ts";
import { connect, formatUrl } from "../../../postgres/index.ts";
import { deployPackages } from "../deploy/deploy.ts";
import { parseConnectionString } from "./connection-string.ts";
import { overTargets } from "./over-targets.ts";
import { readPgpmConfig, type PgpmConfig } from "./pgpm-config.ts";
import { selectTargets } from "./target-set.ts";

async function config(t: TestContext, ...contents: readonly object[]): Promise<PgpmConfig> {
  const files = Object.fromEntries(contents.map((content, at) => [`${at}.json`, JSON.stringify(content)]));
  const folder = await testFolder(t, files);
  return await readPgpmConfig([join(folder, "missing"), ...Object.keys(files).map((file) => join(folder, file))]);
}

const entry = (name: string, environment = "live", product = "shop") => ({
  host: "db",
  port: 5433,
  dbname: name,
  environment,
  product,
  unique_name: `${name}1`,
});

test("a connection is a URL, or keywords and values", () => {
  const expected = { host: "db1", port: 5433, database: "live", user: "dba" };
  for (const text of [
    "host=db1 port=5433 dbname=live user=dba",
    "host = 'db1'  port='5433' dbname=live user=dba",
    "postgres://dba@db1:5433/live",
  ]) {
    const { host, port, database, user } = parseConnectionString(text);
    assert.deepEqual({ host, port, database, user }, expected, text);
  }
  assert.equal(
    parseConnectionString(String.raw`host=/tmp dbname=a user=b password='it\'s + 100%'`).password,
    "it's + 100%",
  );
  for (const text of ["", "live", "host='db1"])
    assert.throws(() => parseConnectionString(text), { code: "WD204" }, text);
});

test("a set is what is listed for an environment and a product, and can be narrowed by name", async (t) => {
  const sets = [
    { name: "all", type: "LIST", payload: [entry("a"), entry("b"), entry("c", "test"), entry("d", "live", "mail")] },
  ];
  const read = await config(t, { connection_sets: sets });
  const select = async (names: readonly string[], except = false, environment = "live") =>
    (await selectTargets(read, { environment, product: "shop", names, except, user: "dba" })).map(
      ({ name, target }) => [name, target.user],
    );
  assert.deepEqual(await select([]), [
    ["a1", "dba"],
    ["b1", "dba"],
  ]);
  assert.deepEqual(await select(["b1"]), [["b1", "dba"]]);
  assert.deepEqual(await select(["b1"], true), [["a1", "dba"]]);
  await assert.rejects(select(["x"]), { code: "WD663", detail: "listed: live shop a1, live shop b1" });
  await assert.rejects(select([], false, "dev"), { code: "WD663" });
});

test("keys of a second file stand in for those of the first, and mistakes are named with their place", async (t) => {
  const read = await config(t, { connection_sets: [], email: { host: "one" } }, { email: { host: "two" } });
  assert.deepEqual(read, { sets: [], email: { host: "two" }, issueTracker: undefined });
  await assert.rejects(config(t, { connection_sets: [{ name: "x", type: "FILE" }] }), {
    code: "WD662",
    message: '"connection_sets.0.type": expected "LIST" or "RESDB"',
    position: { file: "0.json", line: 1, column: 40 },
  });
});

test("databases can be listed in a table of another one", async (t) => {
  const { connection, target } = await deployBench(t);
  await connection.execute(
    "create table public.db as select 'h' as host, 5432 as port, 'x' as dbname, 'live' as environment, 'shop' as product, 'x1' as unique_name",
  );
  const set = {
    name: "res",
    type: "RESDB",
    connection_string: formatUrl(target, { password: "shown" }),
    payload: "select * from public.db",
  };
  const read = await config(t, { connection_sets: [set] });
  const found = await selectTargets(read, { environment: "live", product: "shop", names: [], except: false });
  assert.deepEqual(
    found.map(({ name, target: { host, database } }) => ({ name, host, database })),
    [{ name: "x1", host: "h", database: "x" }],
  );
});

test("of three databases of which the second can't be reached, the first is committed, the rest as the policy says", async (t) => {
  const [one, three] = [await deployBench(t), await deployBench(t)];
  const { folder } = await testPackage(t, "a", "1.0.0", {
    "functions/f.sql": "create function f() returns int language sql as 'select 1'",
  });
  const input = await deployInput(folder);
  const targets = [
    { name: "one", target: one.target },
    { name: "two", target: { ...one.target, host: "127.0.0.1", port: 1 } },
    { name: "three", target: three.target },
  ];
  const deploy = async ({ target }: (typeof targets)[number]) => {
    await using connection = await connect(target);
    return await deployPackages(connection, input);
  };
  const run = async (options: Parameters<typeof overTargets>[2]) =>
    (await overTargets(targets, deploy, options)).map((outcome) => [
      outcome.name,
      outcome.status === "done"
        ? outcome.report.changed
        : outcome.status === "failed"
          ? outcome.error.code
          : outcome.status,
    ]);
  assert.deepEqual(await run({ keepGoing: false }), [
    ["one", true],
    ["two", "WD201"],
    ["three", "skipped"],
  ]);
  assert.deepEqual(await run({ keepGoing: true }), [
    ["one", false],
    ["two", "WD201"],
    ["three", true],
  ]);
  assert.deepEqual(await run({ keepGoing: true, canary: "two" }), [
    ["two", "WD201"],
    ["one", "skipped"],
    ["three", "skipped"],
  ]);
  await assert.rejects(
    run({ keepGoing: true, canary: "four" }),
    (error) => error instanceof AppError && error.code === "WD663",
  );
});
