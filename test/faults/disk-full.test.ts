import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connect, StatementError } from "../../src/postgres/index.ts";
import {
  type Cluster,
  clusterFindings,
  type ClusterState,
  clusterState,
  destroyCluster,
  startCluster,
} from "../../src/provision/index.ts";
import { eventually, query, testCluster } from "../support/cluster.ts";

test("on a full disk writes fail clearly, reads go on, and room brings writes back without a restart", async (t) => {
  const disk = await smallDisk(320);
  if (disk === undefined) return t.skip("mounting a small disk is not permitted here");
  const home = join(disk, "project", ".howdah");
  try {
    await using cluster = await startCluster(await testCluster(home));
    await fillAndEmpty(cluster, disk, home);
  } finally {
    await destroyCluster(home);
    execFileSync("umount", [disk]);
    await rm(disk, { recursive: true });
  }
});

async function fillAndEmpty(cluster: Cluster, disk: string, home: string): Promise<void> {
  await query(cluster.admin, "create table filling (text text)");
  const before = await running(home);
  const filler = join(disk, "filler");
  await writeFile(filler, Buffer.alloc((await freeBytes(disk)) - 80 * 2 ** 20));

  const refused = await writeUntilItFails(cluster);
  assert.equal(refused.postgres?.sqlstate, "25006");
  assert.ok((await freeBytes(disk)) > 16 * 2 ** 20, "room is left for what runs");
  const [row] = await query<{ rows: number }>(cluster.admin, "select count(*)::int as rows from filling");
  assert.ok((row?.rows ?? 0) > 0);
  assert.equal((await running(home)).diskFull, true);
  const names: string[] = [];
  for await (const { kind, name } of clusterFindings(home)) if (kind !== "ok") names.push(name);
  assert.deepEqual(names, ["disk full"]);
  await using freeing = await connect(cluster.admin);
  await freeing.execute("begin read write; delete from filling; commit");

  await rm(filler);
  await eventually("writes go on", () => succeeds(query(cluster.admin, "insert into filling values ('again')")));
  const after = await running(home);
  assert.equal(after.diskFull, false);
  assert.deepEqual([after.pid, after.restarts], [before.pid, 0]);
}

async function writeUntilItFails(cluster: Cluster): Promise<StatementError> {
  await using writer = await connect(cluster.admin);
  for (;;) {
    try {
      await writer.execute("insert into filling select repeat('x', 100) from generate_series(1, 50)");
    } catch (error) {
      if (error instanceof StatementError) return error;
      throw error;
    }
  }
}

async function running(home: string): Promise<Extract<ClusterState, { kind: "running" }>> {
  const state = await clusterState(home);
  assert.ok(state.kind === "running", state.kind);
  return state;
}

async function succeeds(work: Promise<unknown>): Promise<true | undefined> {
  return work.then(
    () => true as const,
    () => undefined,
  );
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function smallDisk(megabytes: number): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "howdah-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0755`, "tmpfs", folder], { stdio: "ignore" });
    return folder;
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
}
