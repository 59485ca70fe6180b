import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { testCache } from "../../../test/support/cache.ts";
import { AppError } from "../../errors/index.ts";
import { connect, type Connection } from "../../postgres/index.ts";
import { homeAt } from "../home.ts";
import type { Installation, Provider } from "../provider.ts";
import { serverUser, type ServerUser } from "../server-user.ts";
import { deb } from "./deb.ts";
import { embedded } from "./embedded.ts";

// The real registry and the real mirror: what they lack today is no defect of ours, and skips the test by its reason.

const unavailable = new Set(["WD351", "WD352", "WD355", "WD363", "WD365"]);

async function fetched(t: TestContext, provider: Provider, version: string): Promise<Installation | undefined> {
  const context = { cache: await testCache(t) };
  try {
    return await provider.install(await provider.resolve(version, context), context);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || !unavailable.has(thrown.code)) throw thrown;
    t.skip(`unavailable: ${thrown.message} (${thrown.detail})`);
    return undefined;
  }
}

interface Server extends AsyncDisposable {
  /** A session as its superuser. */
  readonly connection: Connection;
}

/** A server of this installation, on a socket alone. */
async function serve(t: TestContext, { bin, env }: Installation): Promise<Server> {
  const folder = await testCache(t);
  const data = join(folder, "data");
  const user = await serverUser(homeAt(folder));
  await mkdir(data);
  await chmod(data, 0o700);
  if (user !== undefined) await Promise.all([folder, data].map((path) => chown(path, user.uid, user.gid)));
  const options = { ...(user satisfies ServerUser | undefined), env: { ...process.env, ...env }, cwd: folder };
  await promisify(execFile)(
    join(bin, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "--locale=C"],
    options,
  );
  const args = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-p", "5432"];
  const server = spawn(join(bin, "postgres"), args, { ...options, stdio: "ignore" });
  const target = { host: folder, port: 5432, database: "postgres", user: "postgres" };
  const connection = await connecting(() => connect(target));
  return {
    connection,
    [Symbol.asyncDispose]: async () => {
      await connection.close();
      server.kill("SIGINT");
      await once(server, "exit");
    },
  };
}

async function connecting(attempt: () => Promise<Connection>): Promise<Connection> {
  for (const deadline = Date.now() + 30_000; ;) {
    try {
      return await attempt();
    } catch (thrown) {
      if (Date.now() > deadline) throw thrown;
      await pause(20);
    }
  }
}

test("the embedded Postgres 18 of the registry answers a query", async (t) => {
  const installation = await fetched(t, embedded, "18");
  if (installation === undefined) return;
  await using server = await serve(t, installation);
  const { connection } = server;
  const rows = await connection.query<{ version: string }>({
    text: "select current_setting('server_version') as version",
    values: [],
  });
  assert.deepEqual(rows, [{ version: installation.version }]);
});

test("Debian trixie's Postgres 17 answers a query, runs Python inside, and brings psql", async (t) => {
  const installation = await fetched(t, deb, "17");
  if (installation === undefined) return;
  const { psql = "" } = installation.tools;
  const { stdout } = await promisify(execFile)(psql, ["--version"]);
  assert.match(stdout, new RegExp(`^psql \\(PostgreSQL\\) ${installation.version.replace(".", "\\.")} `));
  await using server = await serve(t, installation);
  const { connection } = server;
  await connection.execute("create extension plpython3u");
  await connection.execute(
    "create function one() returns int language plpython3u as 'import ssl, json; return json.loads(\"1\")'",
  );
  assert.deepEqual(await connection.query({ text: "select one()", values: [] }), [{ one: 1 }]);
});
