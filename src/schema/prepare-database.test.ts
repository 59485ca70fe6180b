import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test, type TestContext } from "node:test";
import { AppError } from "../errors/index.ts";
import { connect, createRequestPool, quoteIdentifier, type Connection, type Target } from "../postgres/index.ts";
import { memoryTree, type RoleNames } from "../project/index.ts";
import { startCluster } from "../provision/index.ts";
import { testCluster, testHome } from "../../test/support/cluster.ts";
import { assemble, prepareDatabase, type PreparedDatabase } from "./index.ts";
import { needsSuperuser, testServer } from "../../test/support/database.ts";

/** It makes logins of every kind itself, those without superuser too. */
const skip = needsSuperuser;

const passwords = { authenticator: "correct horse", service: "battery staple" };

interface Cluster {
  readonly admin: Target;
  readonly database: string;
  readonly names: RoleNames;
  readonly superuser: Connection;
  /** A login role of the given attributes, and how it connects. */
  role(name: string, attributes: string): Promise<Target>;
}

/** A name for a database that does not exist yet; database and all roles named after it go with the test. */
async function cluster(t: TestContext): Promise<Cluster> {
  const it = onServer(testServer(), await connect(testServer()));
  const { superuser, database } = it;
  t.after(async () => {
    try {
      await superuser.execute(`drop database if exists ${database} with (force)`);
      await dropRoles(superuser, database);
    } finally {
      await superuser.close();
    }
  });
  return it;
}

/** A server of its own that asks for passwords, as every server does that a url leads to; it goes with the test. */
async function askingCluster(t: TestContext): Promise<Cluster> {
  const sessions: Connection[] = [];
  t.after(() => Promise.all(sessions.map((session) => session.close())));
  const running = await startCluster(await testCluster(await testHome(t)));
  const admin = { ...running.admin, host: "127.0.0.1", port: running.port };
  const superuser = await connect(admin);
  sessions.push(superuser);
  return onServer(admin, superuser);
}

function onServer(admin: Target, superuser: Connection): Cluster {
  const database = `t_${randomBytes(5).toString("hex")}`;
  return {
    admin,
    database,
    names: { anon: `${database}_anon`, authenticated: `${database}_user`, serviceRole: `${database}_admin` },
    superuser,
    role: async (name, attributes) => {
      await superuser.execute(`create role ${database}_${name} login password 'x' ${attributes}`);
      return { ...admin, user: `${database}_${name}`, password: "x" };
    },
  };
}

/** Roles that granted privileges go last: their grants must be gone first. */
async function dropRoles(superuser: Connection, database: string): Promise<void> {
  const roles = await superuser.query<{ name: string }>({
    text: "select rolname as name from pg_roles where starts_with(rolname, $1) order by rolcreaterole, oid desc",
    values: [database],
  });
  for (const { name } of roles) {
    await superuser.execute(`drop owned by ${quoteIdentifier(name)}; drop role ${quoteIdentifier(name)}`);
  }
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it succeeded");
}

/** What holds in a prepared database, whoever prepared it. */
async function checkPrepared(prepared: PreparedDatabase, admin: Target): Promise<void> {
  const { roles, authenticator, service } = prepared;
  const target = { ...admin, database: authenticator.database };
  const tree = memoryTree({
    "migrations/1_a.sql": "create table secret (id int); create table open (id int);",
    "functions/f.sql": `create function f() returns int language sql as 'select 1';
      create function g() returns int language sql as 'select 1'; grant execute on function g to ${quoteIdentifier(roles.anon)};`,
  });
  await using applier = await connect(target);
  await assemble(applier, { tree, roles, mode: "production" });
  const [owned] = await applier.query({
    text: "select bool_and(pg_get_userbyid(relowner) = $1) as owned from pg_class where relnamespace in ('public'::regnamespace, 'howdah'::regnamespace)",
    values: [roles.owner],
  });
  assert.deepEqual(owned, { owned: true });

  await using request = await connect(authenticator);
  await request.execute(`begin; set local role ${quoteIdentifier(roles.anon)}`);
  assert.deepEqual(await request.query({ text: "select public.g()", values: [] }), [{ g: 1 }]);
  for (const forbidden of [
    "select public.f()",
    "select * from public.secret",
    "select * from howdah.release",
    "create table public.mine ()",
    "create temporary table mine ()",
    "create schema mine",
  ]) {
    await request.execute("savepoint s");
    assert.equal((await failure(request.execute(forbidden))).postgres?.sqlstate, "42501", forbidden);
    await request.execute("rollback to s");
  }
  await request.execute("rollback");
  if (authenticator.user !== admin.user) {
    assert.equal(
      (await failure(request.execute(`set role ${quoteIdentifier(roles.serviceRole)}`))).postgres?.sqlstate,
      "42501",
    );
    assert.equal(
      (await failure(request.execute(`set role ${quoteIdentifier(roles.owner)}`))).postgres?.sqlstate,
      "42501",
    );
    assert.equal((await failure(request.execute("select * from howdah.release"))).postgres?.sqlstate, "42501");
  }

  await using background = await connect(service);
  for (const role of [roles.anon, roles.authenticated, roles.serviceRole]) {
    await background.execute(`begin; set local role ${quoteIdentifier(role)}; rollback`);
  }
  assert.equal((await background.query({ text: "select hash from howdah.release", values: [] })).length, 1);
}

/** Every role, membership and privilege of the test, to tell that a second call changed none. */
async function snapshot({ superuser, database, names }: Cluster, target: Target): Promise<unknown> {
  await using inside = await connect(target);
  return [
    await superuser.query({
      text: "select xmin::text, * from pg_authid where starts_with(rolname, $1) order by oid",
      values: [database],
    }),
    await superuser.query({
      text: "select xmin::text, * from pg_auth_members where roleid in (select oid from pg_roles where starts_with(rolname, $1)) order by roleid, member, grantor",
      values: [database],
    }),
    await superuser.query({
      text: "select xmin::text, datacl::text, datdba from pg_database where datname = $1",
      values: [database],
    }),
    await inside.query({
      text: "select xmin::text, nspacl::text, nspowner from pg_namespace where nspname = 'public'",
      values: [],
    }),
    await inside.query({ text: "select xmin::text, * from pg_default_acl", values: [] }),
    names,
  ];
}

test("a superuser gets a database with roles that may no more than they need", { skip }, async (t) => {
  const it = await cluster(t);
  const { admin, database, names } = it;
  const prepared = await prepareDatabase(admin, { database, names, createDatabase: true, passwords });
  assert.equal(prepared.createdDatabase, true);
  assert.deepEqual(prepared.warnings, []);
  assert.deepEqual(prepared.roles, {
    owner: `${database}_owner`,
    authenticator: `${database}_authenticator`,
    service: `${database}_service`,
    ...names,
  });
  await checkPrepared(prepared, admin);
  const before = await snapshot(it, { ...admin, database });
  const again = await prepareDatabase(admin, { database, names, createDatabase: true, passwords });
  assert.equal(again.createdDatabase, false);
  assert.deepEqual(await snapshot(it, { ...admin, database }), before, "a second call writes nothing");
});

test("passwords are stored as verifiers and follow a change", { skip }, async (t) => {
  const { admin, database, names, superuser } = await cluster(t);
  const options = { database, names, createDatabase: true, passwords };
  await prepareDatabase(admin, options);
  const verifier = `select rolpassword from pg_authid where rolname = '${database}_authenticator'`;
  const [first] = await superuser.query<{ rolpassword: string }>({ text: verifier, values: [] });
  assert.match(
    first?.rolpassword ?? "",
    /^SCRAM-SHA-256\$4096:[A-Za-z0-9+/=]{24}\$[A-Za-z0-9+/=]{44}:[A-Za-z0-9+/=]{44}$/,
  );
  await prepareDatabase(admin, { ...options, passwords: { ...passwords, authenticator: "other" } });
  const [second] = await superuser.query<{ rolpassword: string }>({ text: verifier, values: [] });
  assert.notEqual(second?.rolpassword, first?.rolpassword);
});

test("a role with CREATEROLE and CREATEDB prepares and assembles without superuser", { skip }, async (t) => {
  const it = await cluster(t);
  const admin = await it.role("deployer", "createrole createdb");
  const options = { database: it.database, names: it.names, createDatabase: true, passwords };
  const prepared = await prepareDatabase(admin, options);
  await checkPrepared(prepared, admin);
  await prepareDatabase(admin, options);
  await checkPrepared(prepared, admin);
});

test(
  "a role without superuser that hands its database over still connects to it, and finds nothing to do",
  { skip },
  async (t) => {
    const it = await cluster(t);
    const admin = await it.role("deployer", "createrole createdb");
    const options = { database: it.database, names: it.names, createDatabase: false, passwords };
    await using creator = await connect(admin);
    await creator.execute(`create database ${it.database}`);
    // From the first grant on, what an owner may stands in the list of privileges, and goes over with the database.
    await creator.execute(`revoke temporary on database ${it.database} from public`);
    const target = { ...admin, database: it.database };
    const prepared = await prepareDatabase(target, options);
    await prepareDatabase(target, options);
    await checkPrepared(prepared, target);
  },
);

test("a plain role that owns its database names existing roles, and may be all of them itself", { skip }, async (t) => {
  const it = await cluster(t);
  const { database, names, superuser } = it;
  const owner = await it.role("tenant", "");
  await superuser.execute(`
    create database ${database} owner ${owner.user};
  `);
  const own = { owner: owner.user, authenticator: owner.user, service: owner.user };
  const options = { database, names: { ...names, ...own }, createDatabase: false, passwords };
  const target = { ...owner, database };
  const refused = await failure(prepareDatabase(target, options));
  assert.equal(refused.code, "WD440");
  for (const name of [names.anon, names.authenticated, names.serviceRole]) {
    assert.match(refused.detail ?? "", new RegExp(`create role "${name}" nologin;\n`));
    assert.match(
      refused.detail ?? "",
      new RegExp(`grant "${name}" to "${owner.user}"( with inherit false, set true)?;`),
    );
  }
  // What the message shows is what an administrator runs, word for word.
  await superuser.execute((refused.detail ?? "").split("an administrator runs once:")[1] ?? "");
  const prepared = await prepareDatabase(target, options);
  assert.deepEqual(
    prepared.warnings.map((warning) => warning.code),
    ["WD444"],
  );
  assert.deepEqual(prepared.authenticator, target);
  await checkPrepared(prepared, target);
  await prepareDatabase(target, options);
});

/** A request of the prepared database, by the pool that serves requests. */
async function request({ authenticator, roles }: PreparedDatabase): Promise<string | undefined> {
  const pool = createRequestPool(authenticator, { max: 1, acquireTimeoutMs: 2000, statementTimeoutMs: 2000 });
  try {
    const [result] = await pool.run({ role: roles.anon, settings: {} }, [{ text: "select current_user", values: [] }]);
    return result?.rows[0]?.[0]?.toString();
  } finally {
    await pool.close();
  }
}

test("what an administrator ran once for a plain role is enough: the next start finds nothing to do", async (t) => {
  const it = await askingCluster(t);
  const { database, names, superuser } = it;
  const tenant = await it.role("tenant", "");
  await superuser.execute(`create database ${database} owner ${tenant.user}`);
  await superuser.execute(`revoke connect on database ${database} from public`);
  const target = { ...tenant, database };
  const options = { database, names, createDatabase: false, passwords };
  const refused = await failure(prepareDatabase(target, options));
  assert.equal(refused.code, "WD440");
  await using administrator = await connect({ ...it.admin, database });
  await administrator.execute((refused.detail ?? "").split("an administrator runs once:")[1] ?? "");
  const prepared = await prepareDatabase(target, options);
  assert.deepEqual(prepared.warnings, []);
  await checkPrepared(prepared, target);
  const before = await snapshot(it, { ...it.admin, database });
  await prepareDatabase(target, options);
  assert.deepEqual(await snapshot(it, { ...it.admin, database }), before);
  assert.equal(await request(prepared), names.anon);
});

test("a password that no longer fits is asked for again, of that role alone", async (t) => {
  const it = await askingCluster(t);
  const { database, names, superuser } = it;
  const options = { database, names, createDatabase: true, passwords };
  await prepareDatabase(it.admin, options);
  const tenant = await it.role("tenant", "");
  await superuser.execute(`
    grant ${database}_owner to ${tenant.user};
    grant connect on database ${database} to ${tenant.user};
    alter role ${database}_service password 'another';
    alter role ${database}_authenticator nologin;
  `);
  const refused = await failure(prepareDatabase({ ...tenant, database }, options));
  const [, text = ""] = (refused.detail ?? "").split("an administrator runs once:");
  assert.match(
    text.trim(),
    /^alter role "t_\w+_service" password 'SCRAM-SHA-256\$[^']+';\nalter role "t_\w+_authenticator" login password '[^']+';$/,
  );
  await superuser.execute(text);
  assert.equal(await request(await prepareDatabase({ ...tenant, database }, options)), names.anon);
});

test("a role with CREATEROLE leaves a password alone that is right", async (t) => {
  const it = await askingCluster(t);
  const admin = await it.role("deployer", "createrole createdb");
  const options = { database: it.database, names: it.names, createDatabase: true, passwords };
  await prepareDatabase(admin, options);
  const before = await snapshot(it, { ...it.admin, database: it.database });
  await prepareDatabase(admin, options);
  assert.deepEqual(await snapshot(it, { ...it.admin, database: it.database }), before);
  const changed = { ...options, passwords: { ...passwords, authenticator: "other" } };
  assert.equal(await request(await prepareDatabase(admin, changed)), it.names.anon);
});

test("one role that is pool of requests and of background work has one password", async (t) => {
  const it = await askingCluster(t);
  const admin = await it.role("deployer", "createrole createdb");
  const both = `${it.database}_both`;
  const names = { ...it.names, authenticator: both, service: both };
  for (const who of [admin, admin, it.admin]) {
    const options = { database: it.database, names, createDatabase: true, passwords };
    const prepared = await prepareDatabase(who, options);
    assert.equal(await request(prepared), it.names.anon);
    assert.deepEqual(prepared.service, prepared.authenticator);
  }
});

test("a database that is missing is created only where that was asked for and permitted", { skip }, async (t) => {
  const it = await cluster(t);
  const { admin, database, names } = it;
  const options = { database, names, passwords };
  assert.equal((await failure(prepareDatabase(admin, { ...options, createDatabase: false }))).code, "WD443");
  const poor = await it.role("poor", "createrole");
  const refused = await failure(
    prepareDatabase(poor, {
      database,
      passwords,
      createDatabase: true,
      names: {
        anon: `${database}_a`,
        authenticated: `${database}_b`,
        serviceRole: `${database}_c`,
        owner: `${database}_o`,
        authenticator: `${database}_d`,
        service: `${database}_e`,
      },
    }),
  );
  assert.equal(refused.code, "WD443");
  assert.match(refused.hint ?? "", /^create database "t_\w+" owner "t_\w+_o" template template0/);
});

test("requests never run as a superuser or past row security, and no name is cut off", { skip }, async (t) => {
  const { admin, database, names, superuser } = await cluster(t);
  await superuser.execute(`create role ${names.anon} bypassrls`);
  const options = { database, names, createDatabase: true, passwords };
  assert.equal((await failure(prepareDatabase(admin, options))).code, "WD442");
  const long = { ...options, names: { ...names, owner: "o".repeat(64) } };
  assert.equal((await failure(prepareDatabase(admin, long))).code, "WD441");
  assert.deepEqual(
    await superuser.query({ text: "select from pg_database where datname = $1", values: [database] }),
    [],
  );
});

test("many processes prepare two projects of one cluster at once", { skip }, async (t) => {
  const one = await cluster(t);
  const other = await cluster(t);
  // Both projects share what requests become, as two projects of one cluster do.
  const { names } = one;
  await Promise.all(
    [one, other, one, other, one, other].map(({ admin, database }) =>
      prepareDatabase(admin, { database, names, createDatabase: true, passwords }),
    ),
  );
  for (const { admin, database } of [one, other]) {
    const prepared = await prepareDatabase(admin, { database, names, createDatabase: false, passwords });
    await checkPrepared(prepared, admin);
    // The roles that both share can only be dropped when no database grants them anything.
    await one.superuser.execute(`drop database ${database} with (force)`);
  }
});

test("what a request did to its login itself is undone by the next preparation, with a warning", async (t) => {
  const it = await askingCluster(t);
  const { database, names } = it;
  const options = { database, names, createDatabase: true, passwords };
  const prepared = await prepareDatabase(it.admin, options);
  const login = prepared.roles.authenticator;
  const pool = createRequestPool(prepared.authenticator, { max: 1, acquireTimeoutMs: 5000, statementTimeoutMs: 2000 });
  const escape = { text: "select pg_catalog.set_config('role', 'none', true)", values: [] };
  const alterations = ["set search_path = evil", `in database ${database} set row_security = off`, "password 'stolen'"];
  await pool.run({ role: names.anon, settings: {} }, [
    escape,
    ...alterations.map((text) => ({ text: `alter role ${login} ${text}`, values: [] })),
  ]);
  await pool.close();
  assert.equal((await failure(request(prepared))).code, "WD202");
  const again = await prepareDatabase(it.admin, options);
  assert.deepEqual(
    again.warnings.map(({ code, message, detail }) => [code, message, detail]),
    [["WD445", `settings of the role ${login} were reset`, "row_security=off\nsearch_path=evil"]],
  );
  assert.deepEqual(again.roleSettings, []);
  assert.equal(await request(again), names.anon);
  assert.deepEqual((await prepareDatabase(it.admin, options)).warnings, []);
});

test("settings of a role that howdah.toml names are its owner's", { skip }, async (t) => {
  const it = await cluster(t);
  const login = (await it.role("login", "")).user;
  await it.superuser.execute(`alter role ${login} set lock_timeout = '8s'`);
  const names = { ...it.names, authenticator: login };
  const prepared = await prepareDatabase(it.admin, { database: it.database, names, createDatabase: true, passwords });
  assert.deepEqual([prepared.warnings, prepared.roleSettings], [[], ["lock_timeout=8s"]]);
});

test("in a cluster of ours a login reaches no database but its own", async (t) => {
  const it = await askingCluster(t);
  const options = { database: it.database, names: it.names, createDatabase: true, ownCluster: true, passwords };
  const { authenticator, service } = await prepareDatabase(it.admin, options);
  for (const login of [authenticator, service]) {
    for (const database of ["postgres", "template1"]) {
      assert.equal((await failure(connect({ ...login, database }))).code, "WD202");
    }
  }
  await using _own = await connect(authenticator);
  const acls = "select xmin::text, datname from pg_database order by oid";
  const before = await it.superuser.query({ text: acls, values: [] });
  await prepareDatabase(it.admin, options);
  assert.deepEqual(await it.superuser.query({ text: acls, values: [] }), before);
});
