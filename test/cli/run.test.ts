import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { howdah } from "./howdah.ts";
import { until } from "../support/until.ts";
import { newProject, startRunning } from "./running.ts";

test("a new project runs: it shows its page, and Ctrl-C ends it cleanly with 0", async (t) => {
  const cwd = await newProject(t);
  const running = await startRunning(t, ["run", "--port", "0"], { cwd });
  const response = await fetch(running.url);
  assert.equal(response.status, 200);
  assert.match(await response.text(), /<h1>shop<\/h1>/);
  assert.equal(await running.stop("SIGINT"), 0);
  const { stdout } = await howdah(["status", "--json"], { cwd });
  const { server, postgres } = JSON.parse(stdout) as { server?: unknown; postgres: { cluster: { kind: string } } };
  assert.equal(server, undefined);
  assert.equal(postgres.cluster.kind, "stopped");
});

test("SIGTERM ends it as cleanly as Ctrl-C", async (t) => {
  const running = await startRunning(t, ["run", "--port", "0"], { cwd: await newProject(t) });
  assert.equal(await running.stop("SIGTERM"), 0);
});

test("a second run of the same project is refused with the address of the first", async (t) => {
  const cwd = await newProject(t);
  const { url } = await startRunning(t, ["run", "--port", "0"], { cwd });
  const second = await howdah(["run", "--port", "0"], { cwd });
  assert.equal(second.code, 3);
  assert.ok(second.stderr.includes(`WD045 this project is served already at ${url}`), second.stderr);
});

test("a taken port: the one of howdah.toml gives way to the next and says so, one that was asked for does not", async (t) => {
  const cwd = await newProject(t);
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  t.after(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const asked = await howdah(["run", "--port", String(port)], { cwd });
  assert.equal(asked.code, 1, asked.stderr);
  assert.match(asked.stderr, /^WD507 /m);
  writeFileSync(join(cwd, "howdah.toml"), `name = "shop"\n[server]\nport = ${port}\n`);
  const { url } = await startRunning(t, ["run"], { cwd });
  assert.notEqual(new URL(url).port, String(port));
  assert.equal((await fetch(url)).status, 200);
});

test("what is saved is assembled and told; an error names its place and is mended by saving", async (t) => {
  const cwd = await newProject(t);
  const running = await startRunning(t, ["run", "--port", "0"], { cwd });
  const file = join(cwd, "functions/task.sql");
  const good = readFileSync(file, "utf8");
  writeFileSync(file, good.replace("begin atomic", "begin atomc"));
  const failed = await running.next();
  assert.equal(failed["event"], "failed");
  const error = failed["error"] as { readonly position: unknown; readonly frame: string };
  assert.deepEqual(error.position, { file: "functions/task.sql", line: 16, column: 7 });
  assert.match(error.frame, /> 16 \| begin atomc/);
  assert.equal((await fetch(running.url)).status, 200);
  writeFileSync(file, good.replace("trim(add_task.title)", "upper(add_task.title)"));
  // One save may reach the watcher as two: the failure may be told again before the file is whole.
  let mended = await running.next();
  for (let again = 0; again < 3 && mended["event"] === "failed"; again++) mended = await running.next();
  assert.equal(mended["event"], "assembled");
  const actions = mended["actions"] as readonly { readonly object?: string }[];
  assert.ok(
    actions.some(({ object }) => object === "function public.add_task(text)"),
    JSON.stringify(actions),
  );
});

test("a project that is broken from the start is served all the same, and mended by saving", async (t) => {
  const cwd = await newProject(t);
  const file = join(cwd, "functions/task.sql");
  const good = readFileSync(file, "utf8");
  writeFileSync(file, "create functio broken();\n");
  const running = await startRunning(t, ["run", "--port", "0"], { cwd });
  assert.deepEqual(
    running.before.map(({ event }) => event),
    ["failed"],
  );
  writeFileSync(file, good);
  let mended = await running.next();
  for (let again = 0; again < 3 && mended["event"] === "failed"; again++) mended = await running.next();
  assert.equal(mended["event"], "assembled");
  assert.equal((await fetch(running.url)).status, 200);
});

test("serve refuses a database that lacks what the files say, and serves after migrate", async (t) => {
  const cwd = await newProject(t);
  const early = await howdah(["serve", "--port", "0"], { cwd });
  assert.equal(early.code, 3);
  assert.match(early.stderr, /^WD042 .*\n(.*\n)*.*howdah migrate/m);
  const plan = await howdah(["migrate", "--plan"], { cwd });
  assert.equal(plan.code, 0);
  assert.match(plan.stdout, /^create {2}table public\.task +schema\/task\.sql:\d+$/m);
  assert.match(plan.stdout, /^create {2}function public\.add_task\(text\) +functions\/task\.sql:\d+$/m);
  assert.equal((await howdah(["serve", "--port", "0"], { cwd })).code, 3);
  const migrated = await howdah(["migrate", "--json"], { cwd, env: { HOWDAH_ENV: "production" } });
  assert.equal(migrated.code, 0, migrated.stderr);
  assert.equal((JSON.parse(migrated.stdout) as { readonly changed: boolean }).changed, true);
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  t.after(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const several = await howdah(["serve", "--workers", "2", "--port", String(port)], { cwd });
  assert.equal(several.code, 1);
  assert.match(several.stderr, /"code":"WD507"|^WD507 /m);
  const running = await startRunning(t, ["serve", "--port", "0"], { cwd });
  assert.equal((await fetch(running.url)).status, 200);
  assert.equal(await running.stop("SIGTERM"), 0);
});

test("serve answers with several processes on one port, and starts another where one dies", async (t) => {
  const cwd = await newProject(t);
  const toml = join(cwd, "howdah.toml");
  writeFileSync(toml, `${readFileSync(toml, "utf8")}\n[server]\nworkers = 2\npool = 4\n`);
  writeFileSync(
    join(cwd, "server.ts"),
    "export default async (app) => void app.get('/pid', () => String(process.pid));",
  );
  assert.equal((await howdah(["migrate"], { cwd, env: { HOWDAH_ENV: "production" } })).code, 0);
  const running = await startRunning(t, ["serve", "--port", "0"], { cwd });
  const record = JSON.parse(readFileSync(join(cwd, ".howdah/server.json"), "utf8")) as Readonly<
    Record<string, unknown>
  >;
  assert.deepEqual([record["pid"], record["url"]], [running.child.pid, running.url]);
  assert.match((await howdah(["serve", "--port", "0"], { cwd })).stderr, /WD045/);
  // Each connection is taken by the next process.
  const ask = async (): Promise<number> => {
    const response = await fetch(`${running.url}/pid`, {
      headers: { connection: "close" },
      // What a process was given in the moment that it was killed is answered by nobody.
      signal: AbortSignal.timeout(2000),
    });
    return Number(await response.text());
  };
  const first = new Set([await ask(), await ask(), await ask(), await ask()]);
  assert.equal(first.size, 2);
  assert.ok(!first.has(running.child.pid ?? 0));
  const [victim = 0, survivor = 0] = [...first];
  process.kill(victim, "SIGKILL");
  await until(
    "another one serves in its place",
    async () => ![victim, survivor].includes((await ask().catch(() => 0)) || victim),
  );
  assert.equal(await running.stop("SIGTERM"), 0);
  assert.throws(() => process.kill(survivor, 0), { code: "ESRCH" });
});

test("status tells what runs and what the files would change, and starts nothing", async (t) => {
  const cwd = await newProject(t);
  const cold = JSON.parse((await howdah(["status", "--json"], { cwd })).stdout) as Readonly<Record<string, unknown>>;
  assert.equal(cold["name"], "shop");
  assert.equal(cold["pending"], undefined);
  const { url } = await startRunning(t, ["run", "--port", "0"], { cwd });
  rmSync(join(cwd, "seeds"), { recursive: true });
  const { code, stdout } = await howdah(["status"], { cwd });
  assert.equal(code, 0);
  assert.ok(stdout.includes(url), stdout);
  assert.match(stdout, /^files +up to date$/m);
  const warm = JSON.parse((await howdah(["status", "--json"], { cwd })).stdout) as Readonly<Record<string, unknown>>;
  assert.deepEqual(warm["pending"], []);
});
