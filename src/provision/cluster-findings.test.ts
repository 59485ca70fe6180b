import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, query, testCluster, testHome, untilGone } from "../../test/support/cluster.ts";
import { startHolder } from "../../test/support/holder.ts";
import { type ClusterFinding, clusterFindings, clusterState, type FindingOptions, startCluster } from "./index.ts";
import { listenSettings } from "./supervisor/server-config.ts";

test("a project without a cluster has nothing to find", async (t) => {
  assert.deepEqual(await findings(await testHome(t)), []);
});

test("a running cluster has nothing to find, and says who holds it", async (t) => {
  const options = await testCluster(await testHome(t));
  await using cluster = await startCluster(options);
  const all = await allFindings(options.home, { major: 18 });
  assert.deepEqual(
    all.filter(({ kind }) => kind !== "ok"),
    [],
  );
  const message = all.find(({ name }) => name === "cluster")?.message ?? "";
  assert.match(message, new RegExp(`on port ${cluster.port}, .*held by process ${process.pid}`));
});

test("a data directory that is open to others is named, refused by a start, and repaired", async (t) => {
  const options = await stoppedCluster(await testHome(t));
  await chmod(join(options.home, "data"), 0o755);
  await assert.rejects(startCluster(options), { code: "WD372" });
  const finding = await only(options.home);
  assert.equal(finding.name, "data directory mode");
  assert.match(finding.message, /mode 0755: open to other users/);
  await finding.fix?.();
  assert.deepEqual(await findings(options.home), []);
  await using _cluster = await startCluster(options);
});

test("a password that others can read is named and repaired", async (t) => {
  const { home } = await stoppedCluster(await testHome(t));
  await chmod(join(home, "password"), 0o644);
  const finding = await only(home);
  assert.equal(finding.name, "password file mode");
  await finding.fix?.();
  assert.equal((await stat(join(home, "password"))).mode & 0o777, 0o600);
});

test("a data directory of root is given to the server's user", { skip: process.getuid?.() !== 0 }, async (t) => {
  const options = await stoppedCluster(await testHome(t));
  await chown(join(options.home, "data"), 0, 0);
  await assert.rejects(startCluster(options), { code: "WD372" });
  const finding = await only(options.home);
  assert.equal(finding.name, "data directory owner");
  await finding.fix?.();
  await using _cluster = await startCluster(options);
});

test("a stale postmaster.pid is named and removed", async (t) => {
  const { home } = await stoppedCluster(await testHome(t));
  const file = join(home, "data", "postmaster.pid");
  await writeFile(file, `${process.pid}\n`);
  const finding = await only(home);
  assert.equal(finding.name, "stale postmaster.pid");
  await finding.fix?.();
  await assert.rejects(stat(file), { code: "ENOENT" });
});

test("a server that lost its supervisor is named and stopped", async (t) => {
  const options = await stoppedCluster(await testHome(t));
  const orphan = await launch(options, join(options.home, "run"));
  const finding = await only(options.home);
  assert.equal(finding.name, "orphaned server");
  assert.equal((await clusterState(options.home)).kind, "orphan");
  await finding.fix?.();
  await orphan.ended;
  assert.deepEqual(await findings(options.home), []);
});

test("the next start stops a server that lost its supervisor", async (t) => {
  const options = await stoppedCluster(await testHome(t));
  const orphan = await launch(options, join(options.home, "run"));
  await using cluster = await startCluster(options);
  await orphan.ended;
  await query(cluster.admin, "select 1");
});

test("a server that somebody else started is named and left alone", async (t) => {
  const options = await stoppedCluster(await testHome(t));
  const foreign = await launch(options, "");
  try {
    const finding = await only(options.home);
    assert.equal(finding.name, "foreign server");
    assert.equal(finding.fix, undefined);
    await assert.rejects(startCluster(options), { code: "WD374" });
    assert.equal((await clusterState(options.home)).kind, "foreign");
  } finally {
    process.kill(foreign.pid, "SIGINT");
    await foreign.ended;
  }
});

test("a version clash is named with both versions and left for a decision", async (t) => {
  const { home } = await stoppedCluster(await testHome(t));
  const finding = await only(home, { major: 17 });
  assert.match(finding.message, /PostgreSQL 18's, howdah.toml asks for 17/);
  assert.equal(finding.fix, undefined);
});

test("a taken port is named; the repair keeps the next free one", async (t) => {
  const options = await stoppedCluster(await testHome(t));
  const port = Number(await readFile(join(options.home, "port"), "utf8"));
  const other = createServer().listen(port, "127.0.0.1");
  await once(other, "listening");
  const finding = await only(options.home);
  assert.equal(finding.name, "cluster port taken");
  await finding.fix?.();
  assert.deepEqual(await findings(options.home), []);
  other.close();
  await using cluster = await startCluster(options);
  assert.ok(cluster.port > port);
});

test("a socket folder that a cleaner removed is named, and the next start makes another", async (t) => {
  const options = await stoppedCluster(await testHome(t));
  await rm(join(options.home, "run"), { recursive: true });
  await symlink("/tmp/howdah-gone", join(options.home, "run"));
  const finding = await only(options.home);
  assert.equal(finding.name, "socket folder gone");
  await using cluster = await startCluster(options);
  await query(cluster.admin, "select 1");
});

test("a nearly full disk is a warning, a full one a problem", async (t) => {
  const { home } = await stoppedCluster(await testHome(t));
  const freeBytes = (megabytes: number) => ({ freeBytes: async () => megabytes * 2 ** 20 });
  assert.deepEqual(await only(home, freeBytes(900)).then(({ kind, name }) => [kind, name]), [
    "warning",
    "disk nearly full",
  ]);
  const full = await only(home, freeBytes(10));
  assert.deepEqual([full.kind, full.name], ["problem", "disk full"]);
  await full.fix?.();
  assert.equal((await stat(join(home, "postgres.log"))).size, 0);
});

test("a cluster held by a process that is gone shows as stopped soon after", async (t) => {
  const options = await testCluster(await testHome(t));
  const holder = await startHolder(t, options);
  await holder.end("SIGKILL");
  await untilGone(options.home);
  await eventually("nothing to find", async () => ((await findings(options.home)).length === 0 ? true : undefined));
});

async function findings(home: string, options: FindingOptions = {}): Promise<readonly ClusterFinding[]> {
  return (await allFindings(home, options)).filter(({ kind }) => kind !== "ok");
}

async function allFindings(home: string, options: FindingOptions): Promise<readonly ClusterFinding[]> {
  const all: ClusterFinding[] = [];
  for await (const finding of clusterFindings(home, options)) all.push(finding);
  return all;
}

async function only(home: string, options: FindingOptions = {}): Promise<ClusterFinding> {
  const [finding, ...others] = await findings(home, options);
  assert.ok(finding !== undefined, "nothing was found");
  assert.deepEqual(others, []);
  return finding;
}

type Options = Awaited<ReturnType<typeof testCluster>>;

async function stoppedCluster(home: string): Promise<Options> {
  const options = await testCluster(home);
  await (await startCluster(options)).release();
  return options;
}

/** Postgres on the data directory without a supervisor, with its socket in this folder or nowhere. */
async function launch({ home, installation }: Options, run: string) {
  const data = join(home, "data");
  const { uid, gid } = await stat(data);
  const args = [
    "-D",
    data,
    ...listenSettings(run, 25_432).map((setting) => (run === "" ? setting.replace('""', "") : setting)),
  ];
  const child = spawn(join(installation.bin, "postgres"), args, {
    uid,
    gid,
    cwd: data,
    stdio: "ignore",
    env: installation.env,
  });
  const ended = once(child, "exit");
  await eventually("it runs", async () => {
    const said = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
    return /ready/.test(said) ? true : undefined;
  });
  return { pid: child.pid ?? 0, ended };
}
