import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, formatUrl, type Target } from "../../src/postgres/index.ts";
import { embedded, startCluster } from "../../src/provision/index.ts";
import { cacheRoot } from "../../src/resolve/index.ts";

/** A Postgres for one run of tests: as HOWDAH_TEST_URL names it, stopped and removed when disposed. */
export interface TestCluster extends AsyncDisposable {
  readonly url: string;
  /** The superuser of another one of the same version: files of schema/ are tried out there. */
  readonly scratchUrl: string;
  readonly version: string;
}

/** What a test writes is gone with it: nothing has to survive a power failure. */
const settings = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  // Databases of tests live for a second; a worker in one keeps a role without superuser from dropping it.
  autovacuum: "off",
  max_connections: "200",
};

/** Provisions a major with our own provider and starts it in a folder of its own. */
export async function startTestCluster(major: string, role: "superuser" | "plain"): Promise<TestCluster> {
  const cache = cacheRoot();
  const installation = await embedded.install(await embedded.resolve(major, { cache }), { cache });
  const home = await mkdtemp(join(tmpdir(), "howdah-test-"));
  await chmod(home, 0o755);
  const [cluster, scratch] = await Promise.all([
    startCluster({ home, installation, cache, settings }),
    startCluster({ home: join(home, "scratch"), installation, cache, settings }),
  ]);
  const admin: Target = { ...cluster.admin, host: "127.0.0.1", port: cluster.port };
  const target = role === "plain" ? await createPlainRole(admin) : admin;
  return {
    url: formatUrl(target, { password: "shown" }),
    scratchUrl: formatUrl({ ...scratch.admin, host: "127.0.0.1", port: scratch.port }, { password: "shown" }),
    version: cluster.version,
    async [Symbol.asyncDispose]() {
      await Promise.all([cluster.release(), scratch.release()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** What a managed Postgres gives its customers: no superuser, but databases and roles of their own. */
async function createPlainRole(admin: Target): Promise<Target> {
  const password = randomBytes(18).toString("base64url");
  await using session = await connect(admin);
  await session.execute(`create role plain login createdb createrole nosuperuser password '${password}'`);
  return { ...admin, user: "plain", password };
}
