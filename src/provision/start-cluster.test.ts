import assert from "node:assert/strict";
import { chown, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { AppError } from "../errors/index.ts";
import { eventually, query, testCluster, testHome, untilGone } from "../../test/support/cluster.ts";
import { startHolder } from "../../test/support/holder.ts";
import { clusterState, destroyCluster, startCluster, stopCluster } from "./index.ts";

suite("starting and joining", () => {
  test("a cluster serves its admin over the private socket and stops when it is released", async (t) => {
    const options = await testCluster(await testHome(t));
    const cluster = await startCluster(options);
    assert.equal(cluster.joined, false);
    assert.equal(cluster.version, options.installation.version);
    const [row] = await query(cluster.admin, "select current_user::text as who, current_setting('fsync') as fsync");
    assert.deepEqual(row, { who: "postgres", fsync: "on" });
    await cluster.release();
    assert.deepEqual(await clusterState(options.home), { kind: "stopped" });
    await untilGone(options.home, 0);
  });

  test("the locale is builtin, the encoding UTF-8 and checksums are on", async (t) => {
    await using cluster = await startCluster(await testCluster(await testHome(t)));
    const [row] = await query(
      cluster.admin,
      `select datlocprovider as provider, datlocale as locale, pg_encoding_to_char(encoding) as encoding,
        current_setting('data_checksums') as checksums from pg_database where datname = 'template1'`,
    );
    assert.deepEqual(row, { provider: "b", locale: "C.UTF-8", encoding: "UTF8", checksums: "on" });
  });

  test("a second start joins; the cluster runs until the last holder is gone", async (t) => {
    const options = await testCluster(await testHome(t));
    const first = await startCluster(options);
    const second = await startHolder(t, options);
    assert.equal(second.joined, true);
    assert.equal(second.port, first.port);
    const state = await clusterState(options.home);
    assert.ok(state.kind === "running");
    assert.deepEqual(state.leases, [process.pid, second.pid]);
    await first.release();
    await query(first.admin, "select 1");
    assert.equal(await second.end("SIGINT"), 130);
    assert.deepEqual(await clusterState(options.home), { kind: "stopped" });
  });

  test("of five processes that start at once, one starts the cluster and all hold it", async (t) => {
    const options = await testCluster(await testHome(t));
    const holders = await Promise.all(Array.from({ length: 5 }, () => startHolder(t, options)));
    assert.equal(holders.filter(({ joined }) => !joined).length, 1);
    const state = await clusterState(options.home);
    assert.ok(state.kind === "running");
    assert.deepEqual(state.leases.toSorted(), holders.map(({ pid }) => pid).toSorted());
    await Promise.all(holders.map((holder) => holder.end("SIGKILL")));
    await untilGone(options.home);
  });

  test("what was written is there after a restart, on the same port and with the same password", async (t) => {
    const options = await testCluster(await testHome(t));
    const first = await startCluster(options);
    await query(first.admin, "create table kept as select 1 as one");
    await first.release();
    await using second = await startCluster(options);
    assert.equal(second.port, first.port);
    assert.deepEqual(second.admin, first.admin);
    assert.deepEqual(await query(second.admin, "select one from kept"), [{ one: 1 }]);
  });

  test("an aborted start holds nothing", async (t) => {
    const options = await testCluster(await testHome(t));
    const signal = AbortSignal.abort();
    await assert.rejects(startCluster({ ...options, signal }), { code: "WD358" });
    assert.deepEqual(await clusterState(options.home), { kind: "stopped" });
  });

  test("stopping on request ends it for its holders, who don't start it again", async (t) => {
    const options = await testCluster(await testHome(t));
    const cluster = await startCluster(options);
    const stopping = new Promise((done) => cluster.onState((state) => state.kind === "stopping" && done(state)));
    await stopCluster(options.home);
    assert.deepEqual(await stopping, { kind: "stopping", requested: true });
    await untilGone(options.home, 0);
    await cluster.release();
    assert.deepEqual(await clusterState(options.home), { kind: "stopped" });
  });
});

suite("settings", () => {
  test("settings reach the server; those of a joiner too, without a restart", async (t) => {
    const options = await testCluster(await testHome(t));
    await using cluster = await startCluster({ ...options, settings: { work_mem: "5MB" } });
    const workMemory = async () => (await query(cluster.admin, "show work_mem"))[0];
    assert.deepEqual(await workMemory(), { work_mem: "5MB" });
    await using joined = await startCluster({ ...options, settings: { work_mem: "6MB" } });
    assert.equal(joined.joined, true);
    await eventually("the new setting holds", async () => {
      return (await workMemory())?.["work_mem"] === "6MB" ? true : undefined;
    });
  });

  test("a setting that Postgres doesn't know fails the start with the end of its log", async (t) => {
    const options = await testCluster(await testHome(t));
    await assert.rejects(startCluster({ ...options, settings: { no_such_setting: "1" } }), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, "WD380");
      assert.match(error.detail ?? "", /unrecognized configuration parameter "no_such_setting"/);
      return true;
    });
    await using cluster = await startCluster(options);
    assert.equal(cluster.joined, false);
  });

  test("a setting of the supervisor's is refused", async (t) => {
    const options = await testCluster(await testHome(t));
    await assert.rejects(startCluster({ ...options, settings: { listen_addresses: "*" } }), { code: "WD378" });
  });

  test("another version can't join", async (t) => {
    const options = await testCluster(await testHome(t));
    await using _cluster = await startCluster(options);
    const installation = { ...options.installation, version: "17.9", major: 17 };
    await assert.rejects(startCluster({ ...options, installation }), { code: "WD381" });
  });
});

suite("listening", () => {
  test("TCP needs the generated password, which no other project shares", async (t) => {
    const [one, two] = await Promise.all([testHome(t), testHome(t)]);
    await using first = await startCluster(await testCluster(one));
    await using second = await startCluster(await testCluster(two));
    const tcp = { ...first.admin, host: "127.0.0.1" };
    assert.deepEqual(await query(tcp, "select 1 as one"), [{ one: 1 }]);
    const refused = { postgres: { sqlstate: "28P01", severity: "FATAL" } };
    await assert.rejects(query({ ...tcp, password: "wrong" }, "select 1"), refused);
    await assert.rejects(query({ ...tcp, password: second.admin.password }, "select 1"), refused);
    await assert.rejects(query({ ...first.admin, password: "wrong" }, "select 1"), refused);
    assert.match(first.admin.password ?? "", /^[\w-]{32}$/);
    assert.equal((await stat(join(one, "password"))).mode & 0o777, 0o600);
    const log = await readFile(join(one, "postgres.log"), "utf8");
    assert.ok(!log.includes(first.admin.password ?? ""));
  });

  test("only one loopback port and the private socket listen, whatever ALTER SYSTEM says", async (t) => {
    const options = await testCluster(await testHome(t));
    const first = await startCluster(options);
    await query(first.admin, "alter system set listen_addresses = '*'");
    await first.release();
    await using cluster = await startCluster(options);
    assert.deepEqual(await listeners(cluster.port), ["127.0.0.1"]);
    assert.equal((await stat(cluster.admin.host)).mode & 0o777, 0o700);
    assert.equal((await stat(join(cluster.admin.host, `.s.PGSQL.${cluster.port}`))).mode & 0o777, 0o700);
  });

  test("a taken port makes way for the next free one, and comes back when it is free", async (t) => {
    const options = await testCluster(await testHome(t));
    const first = await startCluster(options);
    const { port } = first;
    await first.release();
    const other = createServer().listen(port, "127.0.0.1");
    await new Promise((listening) => other.once("listening", listening));
    const second = await startCluster(options);
    assert.ok(second.port > port);
    assert.deepEqual(await query({ ...second.admin, host: "127.0.0.1" }, "select 1 as one"), [{ one: 1 }]);
    await second.release();
    await new Promise((closed) => other.close(closed));
    await using third = await startCluster(options);
    assert.equal(third.port, port);
  });

  test("a project below a very long path has its sockets in a short private folder", async (t) => {
    const options = await testCluster(join(await testHome(t), "long".repeat(30), ".howdah"));
    const cluster = await startCluster(options);
    assert.ok(Buffer.byteLength(cluster.admin.host) < 90);
    assert.equal((await stat(cluster.admin.host)).mode & 0o777, 0o700);
    await query(cluster.admin, "select 1");
    const again = await startCluster(options);
    assert.equal(again.joined, true);
    await Promise.all([again.release(), cluster.release()]);
    await destroyCluster(options.home);
    await assert.rejects(stat(cluster.admin.host), { code: "ENOENT" });
  });
});

suite("the data directory", () => {
  test("one of another major is refused and not touched", async (t) => {
    const options = await testCluster(await testHome(t));
    await (await startCluster(options)).release();
    const version = join(options.home, "data", "PG_VERSION");
    await writeFile(version, "17\n");
    await assert.rejects(startCluster(options), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, "WD371");
      assert.match(error.message, /PostgreSQL 17's, the project asks for 18/);
      assert.match(error.hint ?? "", /set postgres = \{ version = "17", provider = "deb" \}, howdah dump before\.dump/);
      assert.match(error.hint ?? "", /set version = "18" in it, howdah reset --empty, howdah restore before\.dump/);
      assert.match(error.hint ?? "", /with pg_dump and pg_restore 18 on PATH/);
      return true;
    });
    assert.equal(await readFile(version, "utf8"), "17\n");
  });

  test("a folder of something else is refused and not touched", async (t) => {
    const options = await testCluster(await testHome(t));
    await mkdir(join(options.home, "data"));
    await writeFile(join(options.home, "data", "thesis.txt"), "years of work");
    await assert.rejects(startCluster(options), { code: "WD372" });
    assert.equal(await readFile(join(options.home, "data", "thesis.txt"), "utf8"), "years of work");
  });

  test("a folder that can't be made is an error that names it", async (t) => {
    const home = await testHome(t);
    await writeFile(join(home, "file"), "");
    const options = await testCluster(join(home, "file", ".howdah"));
    await assert.rejects(startCluster(options), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, "WD370");
      assert.match(error.detail ?? "", /ENOTDIR/);
      return true;
    });
  });

  test("a lost password file gets a new password", async (t) => {
    const options = await testCluster(await testHome(t));
    const first = await startCluster(options);
    await query(first.admin, "create table kept ()");
    await first.release();
    await rm(join(options.home, "password"));
    await using second = await startCluster(options);
    assert.notEqual(second.admin.password, first.admin.password);
    await query(second.admin, "table kept");
  });

  test("a postmaster.pid whose number another program took over is no obstacle", async (t) => {
    const options = await testCluster(await testHome(t));
    const first = await startCluster(options);
    await first.release();
    await writeFile(join(options.home, "data", "postmaster.pid"), `${process.pid}\n`);
    await using second = await startCluster(options);
    await query(second.admin, "select 1");
  });
});

const isRoot = process.getuid?.() === 0;

suite("as root", { skip: isRoot ? false : "needs root" }, () => {
  test("server and supervisor run as an unprivileged user", async (t) => {
    const options = await testCluster(await testHome(t));
    await using _cluster = await startCluster(options);
    const state = await clusterState(options.home);
    assert.ok(state.kind === "running");
    for (const pid of [state.pid, state.supervisor]) {
      const status = await readFile(`/proc/${pid}/status`, "utf8");
      const ids = /^Uid:\t(\d+)\t(\d+)\t(\d+)/m.exec(status)?.slice(1).map(Number) ?? [];
      assert.ok(ids.length === 3 && ids.every((uid) => uid !== 0), status);
    }
  });

  test("a project below a folder that is closed to others works, and is removed completely", async (t) => {
    const closed = await mkdtemp("/root/howdah-closed-");
    t.after(() => rm(closed, { recursive: true, force: true }));
    const options = await testCluster(await testHome(t, closed));
    const cluster = await startCluster(options);
    const [row] = await query<{ data: string }>(cluster.admin, "select current_setting('data_directory') as data");
    assert.match(row?.data ?? "", /^\/var\/lib\/howdah\//);
    await query(cluster.admin, "create table kept as select 1 as one");
    await cluster.release();
    const again = await startCluster(options);
    assert.deepEqual(await query(again.admin, "select one from kept"), [{ one: 1 }]);
    await again.release();
    await rm(dirname(row?.data ?? ""), { recursive: true });
    const anew = await startCluster(options);
    const [moved] = await query<{ data: string }>(anew.admin, "select current_setting('data_directory') as data");
    await anew.release();
    await destroyCluster(options.home);
    await assert.rejects(stat(dirname(moved?.data ?? "")), { code: "ENOENT" });
  });
});

test("root follows no link that stands in the data directory", { skip: !isRoot && "needs root" }, async (t) => {
  const options = await testCluster(await testHome(t));
  await (await startCluster(options)).release();
  const outside = await mkdtemp(join(tmpdir(), "howdah-outside-"));
  t.after(() => rm(outside, { recursive: true, force: true }));
  const [file, folder] = [join(outside, "file"), join(outside, "folder")];
  await writeFile(file, "root's", { mode: 0o600 });
  await mkdir(folder, { mode: 0o700 });
  const data = await realpath(join(options.home, "data"));
  await symlink(file, join(data, "howdah.conf.new"));
  await assert.rejects(startCluster(options), { code: "WD370" });
  await rm(join(data, "howdah.conf.new"));
  await rm(join(data, "disk-full.d"), { recursive: true });
  await symlink(folder, join(data, "disk-full.d"));
  await assert.rejects(startCluster(options), { code: "WD370" });
  assert.deepEqual([await readFile(file, "utf8"), (await stat(file)).uid], ["root's", 0]);
  assert.deepEqual([await readdir(folder), (await stat(folder)).uid], [[], 0]);
});

test("a user id without a name in /etc/passwd is no obstacle", { skip: !isRoot && "needs root" }, async (t) => {
  const options = await testCluster(await testHome(t));
  const uid = 54_321;
  await chown(options.home, uid, uid);
  const cache = await mkdtemp(join(tmpdir(), "howdah-cache-"));
  t.after(() => rm(cache, { recursive: true, force: true }));
  await chown(cache, uid, uid);
  const holder = await startHolder(t, { ...options, cache }, uid);
  const state = await clusterState(options.home);
  assert.ok(state.kind === "running");
  assert.equal((await stat(join(options.home, "data"))).uid, uid);
  assert.equal(await holder.end("SIGINT"), 130);
});

/** Local addresses that listen on a port, from the kernel's table (Linux). */
async function listeners(port: number): Promise<readonly string[]> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => readFile(path, "utf8").catch(() => "")),
  );
  const listening = tables.join("\n").matchAll(/^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A /gm);
  return [...listening]
    .filter(([, , hex = ""]) => Number.parseInt(hex, 16) === port)
    .map(([, address = ""]) => Array.from(Buffer.from(address, "hex")).toReversed().join("."));
}
