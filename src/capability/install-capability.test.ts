import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { test, type TestContext } from "node:test";
import { conformanceDatabase, testCapability } from "../../test/support/capability.ts";
import { said, testAssembly } from "../../test/support/assembly.ts";
import { connect, type Connection } from "../postgres/index.ts";
import type { Capability } from "./capability.ts";
import { installCapability, type InstallReport } from "./install-capability.ts";
import { capabilityFingerprint } from "./migration-line.ts";
import { uninstallCapability } from "./uninstall-capability.ts";

const files = {
  "001_note.sql": "create table demo.note (id bigint generated always as identity primary key, body text not null);",
  "002_note_author.sql": "alter table demo.note add column author text;",
  "routines.sql": `
create or replace function demo.note_count() returns bigint language sql stable set search_path = ''
begin atomic select count(*) from demo.note; end;`,
};

interface Bench {
  readonly connection: Connection;
  readonly owner: string;
  install(capability: Capability): Promise<InstallReport>;
}

async function bench(t: TestContext): Promise<Bench> {
  const database = await conformanceDatabase(t);
  const connection = await database.connect();
  t.after(() => connection.close());
  const { owner } = database;
  return { connection, owner, install: (it) => connection.transaction((tx) => installCapability(tx, it, owner)) };
}

async function rows(connection: Connection, text: string): Promise<readonly object[]> {
  return connection.query({ text, values: [] });
}

test("a capability alone makes howdah's own schema, and the first assembly finds it", async (t) => {
  const { target, roles, connection, assemble } = await testAssembly(t, {
    "migrations/1_copy.sql": "create table public.copy as select body from demo.note;",
  });
  const demo = await testCapability(t, files);
  await using installer = await connect(target);
  const install = () => installer.transaction((tx) => installCapability(tx, demo, roles.owner));
  assert.equal((await install()).changed, true);
  assert.deepEqual(said(await assemble()), ["migrate migrations/1_copy.sql"]);
  assert.equal((await assemble()).changed, false);
  assert.equal((await install()).changed, false);
  const versions = await rows(connection, "select number from howdah.version where number = 1");
  assert.deepEqual(versions, [{ number: 1 }]);
});

test("files run once each, in order, and stand in the ledger", async (t) => {
  const { connection, owner, install } = await bench(t);
  const demo = await testCapability(t, files);
  assert.deepEqual(await install(demo), {
    changed: true,
    migrations: ["001_note.sql", "002_note_author.sql"],
    routines: true,
  });
  assert.deepEqual(await install(demo), { changed: false, migrations: [], routines: false });
  assert.deepEqual(
    await rows(
      connection,
      "select capability, version, name, length(checksum) as hash from howdah.capability_migration order by 2",
    ),
    [
      { capability: "demo", version: 1, name: "note", hash: 64 },
      { capability: "demo", version: 2, name: "note_author", hash: 64 },
    ],
  );
  assert.deepEqual(
    await rows(
      connection,
      "select distinct c.relowner::regrole::text as owner from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where n.nspname in ('demo', 'howdah')",
    ),
    [{ owner }],
  );
});

test("a new file runs alone, and the routines after it", async (t) => {
  const { install } = await bench(t);
  await install(await testCapability(t, files));
  const next = await testCapability(t, {
    ...files,
    "003_note_at.sql": "alter table demo.note add column at timestamptz;",
  });
  assert.deepEqual(await install(next), { changed: true, migrations: ["003_note_at.sql"], routines: true });
});

test("changed routines run again without any migration", async (t) => {
  const { connection, install } = await bench(t);
  await install(await testCapability(t, files));
  const routines = files["routines.sql"].replace("count(*)", "count(*) + 100");
  const report = await install(await testCapability(t, { ...files, "routines.sql": routines }));
  assert.deepEqual(report, { changed: true, migrations: [], routines: true });
  assert.deepEqual(await rows(connection, "select demo.note_count()::int as count"), [{ count: 100 }]);
});

test("the transaction's role and search_path are what they were", async (t) => {
  const { connection, owner } = await bench(t);
  const demo = await testCapability(t, files);
  await connection.transaction(async (tx) => {
    await tx.execute(`set local search_path = public, pg_temp; set local role ${owner}`);
    await installCapability(tx, demo, owner);
    assert.deepEqual(
      await tx.query({ text: "select current_user as user, current_setting('search_path') as path", values: [] }),
      [{ user: owner, path: "public, pg_temp" }],
    );
  });
  const [after] = await rows(
    connection,
    "select current_user = session_user as same, current_setting('howdah.installing', true) as installing",
  );
  assert.deepEqual(after, { same: true, installing: "" });
});

test("line endings are no change of a file, a letter is", async (t) => {
  const { install } = await bench(t);
  await install(await testCapability(t, { "001_a.sql": "create table demo.a (\n  id int\n);\n" }));
  const windows = await testCapability(t, { "001_a.sql": "create table demo.a (\r\n  id int\r\n);\r\n" });
  assert.equal((await install(windows)).changed, false);
  const edited = await testCapability(t, { "001_a.sql": "create table demo.a (\n  id bigint\n);\n" });
  await assert.rejects(install(edited), { code: "WD607", detail: /number 1 \("a"\).*001_a\.sql/ });
});

test("a database that is newer than the code is refused and left alone", async (t) => {
  const { connection, install } = await bench(t);
  await install(await testCapability(t, files));
  const { "001_note.sql": first } = files;
  await assert.rejects(install(await testCapability(t, { "001_note.sql": first })), {
    code: "WD606",
    detail: "the database has its migrations up to 2, this version knows 1",
  });
  assert.deepEqual(await rows(connection, "select demo.note_count()::int as count"), [{ count: 0 }]);
});

test("a schema that was there before is refused, even an empty one of the same owner", async (t) => {
  const { connection, owner, install } = await bench(t);
  await connection.execute(`create schema demo authorization ${owner}`);
  await assert.rejects(install(await testCapability(t, files)), { code: "WD605" });
  assert.deepEqual(
    await rows(connection, "select 1 from pg_namespace where nspname = 'howdah'"),
    [],
    "rolled back whole",
  );
});

test("two capabilities can't share a schema", async (t) => {
  const { install } = await bench(t);
  await install(await testCapability(t, files));
  const other = await testCapability(t, files, { name: "other" });
  await assert.rejects(install(other), { code: "WD605", message: /belongs to the capability "demo"/ });
});

test("a schema that someone dropped is named, and can be installed afresh after uninstalling", async (t) => {
  const { connection, install } = await bench(t);
  const demo = await testCapability(t, files);
  await install(demo);
  await connection.execute("drop schema demo cascade");
  await assert.rejects(install(demo), { code: "WD612" });
  await connection.transaction((tx) => uninstallCapability(tx, "demo"));
  assert.equal((await install(demo)).changed, true);
});

test("a failing statement is shown at its place in the capability's file, and nothing stays", async (t) => {
  const { connection, install } = await bench(t);
  const demo = await testCapability(t, {
    "001_a.sql": "create table demo.a (id int);\n-- ünïcödé 😀\nselect\n  missing from demo.a;\n",
  });
  await assert.rejects(install(demo), {
    code: "WD609",
    position: { file: "demo/sql/001_a.sql", line: 4, column: 3 },
    postgres: { sqlstate: "42703", severity: "ERROR" },
  });
  assert.deepEqual(await rows(connection, "select 1 from pg_namespace where nspname in ('demo', 'howdah')"), []);
});

test("a file that would end the transaction is refused before it runs", async (t) => {
  const { connection, install } = await bench(t);
  for (const statement of ["commit", "ROLLBACK", "begin", "savepoint x"]) {
    const demo = await testCapability(t, { "001_a.sql": `create table demo.a (id int);\n\n-- done\n${statement};\n` });
    await assert.rejects(install(demo), {
      code: "WD610",
      position: { file: "demo/sql/001_a.sql", line: 4, column: 1 },
    });
  }
  assert.deepEqual(await rows(connection, "select 1 from pg_namespace where nspname in ('demo', 'howdah')"), []);
});

test("gaps, duplicates and strays of a migration line are named", async (t) => {
  const { install } = await bench(t);
  const refused = async (files: Readonly<Record<string, string>>, message: RegExp): Promise<void> => {
    await assert.rejects(install(await testCapability(t, files)), { code: "WD608", message });
  };
  await refused({ "001_a.sql": "", "003_c.sql": "" }, /003_c\.sql: number 2 is missing/);
  await refused({ "002_b.sql": "" }, /002_b\.sql: number 1 is missing/);
  await refused({ "001_a.sql": "", "01_b.sql": "" }, /its number stands twice/);
  await refused({ "001_a.sql": "", "cleanup.sql": "" }, /cleanup\.sql: expected 001_NAME\.sql/);
  const gone = await testCapability(t, {}, { sql: new URL("file:///nowhere/sql/") });
  await assert.rejects(install(gone), { code: "WD608", message: /its folder can't be read/ });
});

test("a capability without a schema installs nothing", async (t) => {
  const { connection, install } = await bench(t);
  assert.deepEqual(await install({ name: "plain", needs: [], settings: () => ({}) }), {
    changed: false,
    migrations: [],
    routines: false,
  });
  assert.deepEqual(await rows(connection, "select 1 from pg_namespace where nspname = 'howdah'"), []);
});

test("two installations at once are one after the other", async (t) => {
  const database = await conformanceDatabase(t);
  const demo = await testCapability(t, files);
  const reports = await Promise.all(
    Array.from({ length: 4 }, async () => {
      await using connection = await database.connect();
      return await connection.transaction((tx) => installCapability(tx, demo, database.owner));
    }),
  );
  assert.equal(reports.filter(({ changed }) => changed).length, 1);
});

test("the fingerprint changes with every file and with nothing else", async (t) => {
  const demo = await testCapability(t, files);
  const before = await capabilityFingerprint(demo);
  assert.equal(await capabilityFingerprint(demo), before);
  const path = new URL("routines.sql", demo.sql);
  await writeFile(path, `${files["routines.sql"]}\n-- more`);
  assert.notEqual(await capabilityFingerprint(demo), before);
  await rm(path);
  assert.notEqual(await capabilityFingerprint(demo), before);
});

const reaching = {
  "001_reach.sql": `
create table demo.log (id bigint generated always as identity primary key);
create function demo.note() returns trigger language plpgsql set search_path = '' as $$ begin return new; end $$;
create table public.shared (id int primary key);
create trigger noted before insert on public.shared for each row execute function demo.note();
create publication demo_changes for table demo.log;
create cast (demo.log as text) with inout;
alter table public.theirs add column "De""mo" int, add constraint demo_check check (id > 0);
select howdah.own('table', 'public.shared');
select howdah.own('trigger', 'noted on public.shared');
select howdah.own('publication', 'demo_changes');
select howdah.own('cast', '(demo.log AS pg_catalog.text)');
select howdah.own('table column', 'public.theirs."De""mo"');
select howdah.own('table constraint', 'demo_check on public.theirs');`,
};

test("declared objects outside of the schema go with the capability", async (t) => {
  const { connection, install } = await bench(t);
  await connection.execute("create table public.theirs (id int)");
  await connection.execute(
    `alter table public.theirs owner to ${((await rows(connection, "select current_database() || '_owner' as owner")) as readonly { owner: string }[])[0]?.owner}`,
  );
  await install(await testCapability(t, reaching));
  assert.equal(await connection.transaction((tx) => uninstallCapability(tx, "demo")), true);
  assert.deepEqual(
    await rows(
      connection,
      "select to_regclass('public.shared') as shared, to_regnamespace('demo') as schema, (select count(*)::int from pg_publication) as publications, (select count(*)::int from howdah.owned_object) as owned",
    ),
    [{ shared: null, schema: null, publications: 0, owned: 0 }],
  );
  assert.deepEqual(
    await rows(
      connection,
      "select attname from pg_attribute where attrelid = 'public.theirs'::regclass and attnum > 0 and not attisdropped",
    ),
    [{ attname: "id" }],
  );
  assert.equal(await connection.transaction((tx) => uninstallCapability(tx, "demo")), false);
});

test("what others built on a capability is never dropped with it", async (t) => {
  const { connection, install } = await bench(t);
  await install(await testCapability(t, files));
  await connection.execute("create view public.mine as select * from demo.note");
  await connection.transaction(async (tx) => {
    await assert.rejects(uninstallCapability(tx, "demo"), { code: "WD611", detail: /^view public\.mine$/m });
  });
  assert.deepEqual(
    await rows(connection, "select to_regclass('public.mine')::text as mine, demo.note_count()::int as count"),
    [{ mine: "mine", count: 0 }],
  );
});
