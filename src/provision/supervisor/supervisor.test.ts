import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { connect, type Target } from "../../postgres/index.ts";
import {
  eventually,
  postgresProcesses,
  query,
  testCluster,
  testHome,
  untilGone,
} from "../../../test/support/cluster.ts";
import { startHolder } from "../../../test/support/holder.ts";
import { clusterState, startCluster } from "../index.ts";
import { isAlive } from "../postmaster-pid.ts";

suite("ends of a holder", () => {
  test("Ctrl-C ends the holder, then the cluster", async (t) => {
    const options = await testCluster(await testHome(t));
    const holder = await startHolder(t, options);
    assert.equal(await holder.end("SIGINT"), 130);
    assert.deepEqual(await clusterState(options.home), { kind: "stopped" });
    await untilGone(options.home, 0);
  });

  for (const signal of ["SIGKILL", "SIGTERM", "SIGHUP"] as const) {
    test(`${signal} to the last holder leaves neither Postgres nor supervisor behind`, async (t) => {
      const options = await testCluster(await testHome(t));
      const holder = await startHolder(t, options);
      const { supervisor } = await running(options.home);
      assert.equal(await holder.end(signal), signal);
      await untilGone(options.home);
      await eventually("the supervisor ends", async () => (isAlive(supervisor) ? undefined : true));
      assert.deepEqual(await clusterState(options.home), { kind: "stopped" });
    });
  }

  test("a holder that starts while the cluster stops gets a running one", async (t) => {
    const options = await testCluster(await testHome(t));
    const first = await startCluster(options);
    const [second] = await Promise.all([startCluster(options), first.release()]);
    assert.deepEqual(await query(second.admin, "select 1 as one"), [{ one: 1 }]);
    await second.release();
  });
});

suite("ends of the server", () => {
  test("a killed postmaster comes back by itself, with what was acknowledged", async (t) => {
    const options = await testCluster(await testHome(t));
    await using cluster = await startCluster(options);
    await query(cluster.admin, "create table kept as select 1 as one");
    const before = await running(options.home);
    process.kill(before.pid, "SIGKILL");
    const after = await runningAgain(options.home, before.pid);
    assert.equal(after.restarts, 1);
    assert.equal(after.supervisor, before.supervisor);
    assert.deepEqual(await query(cluster.admin, "select one from kept"), [{ one: 1 }]);
  });

  test("one killed in the middle of everybody's work comes back within five seconds", async (t) => {
    const options = await testCluster(await testHome(t));
    await using cluster = await startCluster(options);
    await query(cluster.admin, "create table filling (n int)");
    const writers = await Promise.all(Array.from({ length: 3 }, () => connect(cluster.admin)));
    const writing = writers.map((writer) =>
      writer.execute("insert into filling select generate_series(1, 100000000)").catch(() => "ended"),
    );
    const before = await running(options.home);
    process.kill(before.pid, "SIGKILL");
    await runningAgain(options.home, before.pid);
    assert.deepEqual(await Promise.all(writing), ["ended", "ended", "ended"]);
    assert.deepEqual(await query(cluster.admin, "select count(*)::int from filling"), [{ count: 0 }]);
    await Promise.all(writers.map((writer) => writer.close().catch(() => {})));
  });

  test("a server that somebody stops is started again for its holders, who hear of it", async (t) => {
    const options = await testCluster(await testHome(t));
    await using cluster = await startCluster(options);
    const kinds: string[] = [];
    cluster.onState((state) => kinds.push(state.kind));
    const before = await running(options.home);
    process.kill(before.pid, "SIGINT");
    await runningAgain(options.home, before.pid);
    await eventually("the holder hears it", async () => (kinds.at(-1) === "running" ? true : undefined));
    assert.equal(kinds[0], "starting");
  });

  test("the kernel's end of a killed backend ends the others' work, not the cluster", async (t) => {
    const options = await testCluster(await testHome(t));
    await using cluster = await startCluster(options);
    const victim = await connect(cluster.admin);
    const [row] = await victim.query<{ pid: number }>({ text: "select pg_backend_pid() as pid", values: [] });
    const before = await running(options.home);
    process.kill(row?.pid ?? 0, "SIGKILL");
    await eventually("it answers again", () => answers(cluster.admin));
    assert.equal((await running(options.home)).pid, before.pid);
    await victim.close().catch(() => {});
  });
});

suite("ends of the supervisor", () => {
  test("killed without holders left, it takes Postgres with it", async (t) => {
    const options = await testCluster(await testHome(t));
    const holder = await startHolder(t, options);
    const { supervisor } = await running(options.home);
    process.kill(supervisor, "SIGSTOP"); // it can't see its holder go
    await holder.end("SIGKILL");
    assert.notDeepEqual(await postgresProcesses(options.home), []);
    process.kill(supervisor, "SIGKILL");
    await untilGone(options.home);
  });

  test("killed, its holders start another one on the same port, and nothing is lost", async (t) => {
    const options = await testCluster(await testHome(t));
    await using cluster = await startCluster(options);
    const other = await startHolder(t, options);
    await query(cluster.admin, "create table kept as select 1 as one");
    const { port } = cluster;
    const before = await running(options.home);
    process.kill(before.supervisor, "SIGKILL");
    const after = await runningAgain(options.home, before.pid);
    assert.notEqual(after.supervisor, before.supervisor);
    await eventually("both hold it", async () => {
      const leases: readonly number[] = (await running(options.home)).leases;
      return leases.includes(process.pid) && leases.includes(other.pid) ? true : undefined;
    });
    assert.equal(cluster.port, port);
    assert.deepEqual(await query(cluster.admin, "select one from kept"), [{ one: 1 }]);
    await other.end("SIGKILL");
  });

  test("everything killed at once: the next start takes at most five seconds", async (t) => {
    const options = await testCluster(await testHome(t));
    const holder = await startHolder(t, options);
    const { supervisor } = await running(options.home);
    process.kill(supervisor, "SIGSTOP"); // it would start Postgres again at once
    for (const pid of [...(await postgresProcesses(options.home)), supervisor, holder.pid]) killHard(pid);
    const began = Date.now();
    await using cluster = await startCluster(options);
    assert.ok(Date.now() - began < 5000);
    assert.equal(cluster.joined, false);
    assert.deepEqual(await query(cluster.admin, "select 1 as one"), [{ one: 1 }]);
  });

  test("SIGTERM (a machine that shuts down) stops Postgres cleanly", async (t) => {
    const options = await testCluster(await testHome(t));
    await using _cluster = await startCluster(options);
    const { supervisor } = await running(options.home);
    process.kill(supervisor, "SIGTERM");
    await eventually("it stops", async () =>
      (await clusterState(options.home)).kind === "stopped" ? true : undefined,
    );
    await untilGone(options.home, 0);
  });
});

/** A backend may end by itself when its postmaster does. */
function killHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ESRCH");
  }
}

async function running(home: string) {
  const state = await clusterState(home);
  assert.ok(state.kind === "running", `${state.kind} in ${join(home)}`);
  return state;
}

/** Whatever ended it, at most five seconds pass. */
function runningAgain(home: string, unlike: number) {
  const ask = async () => {
    const state = await clusterState(home);
    return state.kind === "running" && state.pid !== unlike ? state : undefined;
  };
  return eventually("Postgres runs again", ask, 5000);
}

async function answers(target: Target): Promise<true | undefined> {
  return query(target, "select 1").then(
    () => true as const,
    () => undefined,
  );
}
