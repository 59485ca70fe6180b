import assert from "node:assert/strict";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { AppError } from "../errors/index.ts";
import { connect } from "../postgres/index.ts";
import type { Cluster } from "./cluster.ts";
import { destroyCluster } from "./cluster-state.ts";
import type { Installation, Provider, ProviderContext, ResolvedPostgres } from "./provider.ts";
import { startCluster } from "./start-cluster.ts";

export interface ConformanceOptions {
  readonly provider: Provider;
  readonly context: ProviderContext;
  /** A major that the provider has here, e.g. "18". */
  readonly major: string;
  /** The same provider without a network, where it uses one: what is in the cache must do. */
  readonly offline?: Provider | undefined;
}

/**
 * What every provider must do, as tests of node:test: each declared feature has its own. Called at the top of the
 * provider's test file.
 */
export function providerConformance(options: ConformanceOptions): void {
  const { provider, offline } = options;
  suite(`the provider “${provider.name}” conforms`, () => {
    test("a major resolves to its newest exact version", (t) => resolvesMajor(t, options));
    test("an exact version resolves to itself", () => resolvesExact(options));
    test("what is no version, or none that exists, is refused", () => refusesUnknown(options));
    test("installing twice gives the same, and programs that run", () => installsTwice(options));
    if (offline !== undefined) {
      test("what is in the cache needs no network", () => installsOffline(options, offline));
    }
    if (!provider.features.start) return;
    test("a cluster starts with the version that was resolved, and stops", (t) => startsCluster(t, options));
    test("a second project starts from the template", (t) => startsSecondProject(t, options));
    test("the contrib extension pgcrypto can be created", (t) => createsExtension(t, options));
  });
}

async function resolvesMajor(t: TestContext, { provider, context, major }: ConformanceOptions): Promise<void> {
  const resolved = await provider.resolve(major, context);
  t.diagnostic(`${resolved.provider} ${resolved.version} from ${resolved.source}`);
  assert.equal(resolved.provider, provider.name);
  assert.match(resolved.version, new RegExp(`^${major}\\.\\d+$`));
  assert.notEqual(resolved.source, "");
  for (const { url, integrity } of resolved.artifacts) {
    assert.match(integrity, /^sha(256|512)-/, url);
  }
  // It goes through howdah.lock.
  assert.deepEqual(JSON.parse(JSON.stringify(resolved)), resolved);
}

async function resolvesExact({ provider, context, major }: ConformanceOptions): Promise<void> {
  const newest = await provider.resolve(major, context);
  assert.deepEqual(await provider.resolve(newest.version, context), newest);
}

async function refusesUnknown({ provider, context, major }: ConformanceOptions): Promise<void> {
  for (const version of ["eighteen", "99", `${major}.999`]) {
    await assert.rejects(provider.resolve(version, context), (error) => {
      assert.ok(error instanceof AppError, String(error));
      assert.match(error.code, /^WD3\d\d$/);
      assert.notEqual(error.hint, undefined);
      return true;
    });
  }
}

async function installsTwice(options: ConformanceOptions): Promise<void> {
  const { resolved, installation } = await install(options);
  const again = await Promise.all([1, 2].map(() => options.provider.install(resolved, options.context)));
  assert.deepEqual(again, [installation, installation]);
  assert.equal(installation.provider, options.provider.name);
  assert.equal(installation.version, resolved.version);
  assert.equal(installation.major, Number(options.major));
}

async function installsOffline(options: ConformanceOptions, offline: Provider): Promise<void> {
  const { resolved, installation } = await install(options);
  assert.deepEqual(await offline.install(resolved, options.context), installation);
}

async function startsCluster(t: TestContext, options: ConformanceOptions): Promise<void> {
  const { resolved, installation } = await install(options);
  const cluster = await start(t, options, installation);
  assert.equal(cluster.version, resolved.version);
  assert.equal(await serverVersion(cluster), resolved.version);
  await cluster.release();
  await assert.rejects(connect(cluster.admin), { code: "WD201" });
}

async function startsSecondProject(t: TestContext, options: ConformanceOptions): Promise<void> {
  const { installation } = await install(options);
  const [first, second] = [await start(t, options, installation), await start(t, options, installation)];
  assert.notEqual(first.port, second.port);
  assert.notEqual(first.admin.password, second.admin.password);
  assert.equal(await serverVersion(second), installation.version);
  await Promise.all([first.release(), second.release()]);
}

async function createsExtension(t: TestContext, options: ConformanceOptions): Promise<void> {
  const { installation } = await install(options);
  await using cluster = await start(t, options, installation);
  await using session = await connect(cluster.admin);
  await session.execute("create extension pgcrypto");
  const text = "select encode(public.digest('howdah', 'sha256'), 'hex') as digest";
  const [row] = await session.query<{ digest: string }>({ text, values: [] });
  assert.match(row?.digest ?? "", /^[0-9a-f]{64}$/);
}

async function install({ provider, context, major }: ConformanceOptions): Promise<{
  readonly resolved: ResolvedPostgres;
  readonly installation: Installation;
}> {
  const resolved = await provider.resolve(major, context);
  return { resolved, installation: await provider.install(resolved, context) };
}

async function start(t: TestContext, { context }: ConformanceOptions, installation: Installation): Promise<Cluster> {
  const root = await mkdtemp(join(tmpdir(), "howdah-conformance-"));
  await chmod(root, 0o755);
  t.after(async () => {
    await destroyCluster(join(root, ".howdah"));
    await rm(root, { recursive: true, force: true });
  });
  return startCluster({ home: join(root, ".howdah"), installation, cache: context.cache });
}

/** "18.4" of "18.4 (Debian 18.4-1)". */
async function serverVersion(cluster: Cluster): Promise<string | undefined> {
  await using session = await connect(cluster.admin);
  const text = "select current_setting('server_version') as version";
  const [row] = await session.query<{ version: string }>({ text, values: [] });
  return row?.version.split(" ", 1)[0];
}
