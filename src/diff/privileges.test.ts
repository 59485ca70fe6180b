import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Connection } from "../postgres/index.ts";
import { needsSuperuser, testDatabase } from "../../test/support/database.ts";
import type { Privilege } from "./fact.ts";
import { readDefaultPrivileges } from "./kinds/default-privileges.ts";
import type { DefaultPrivileges } from "./model.ts";
import { bornWith, handedOver, privilegeStatements } from "./privileges.ts";

const may = (grantee: string, ...privileges: readonly string[]): readonly Privilege[] =>
  privileges.map((privilege) => ({ grantee, privilege, grantable: false }));

const mayGrant = (grantee: string, ...privileges: readonly string[]): readonly Privilege[] =>
  privileges.map((privilege) => ({ grantee, privilege, grantable: true }));

test("several privileges of one role are one statement", () => {
  const statements = privilegeStatements("table public.t", [], may("app", "INSERT", "SELECT"));
  assert.deepEqual(statements, ["grant select, insert on table public.t to app"]);
});

test("roles that get the same are named in one statement, PUBLIC among them", () => {
  const to = [...may("b", "SELECT"), ...may("", "SELECT"), ...may("a b", "SELECT"), ...may("c", "DELETE")];
  assert.deepEqual(privilegeStatements("table t", [], to), [
    'grant select on table t to public, "a b", b',
    "grant delete on table t to c",
  ]);
});

test("only what differs is granted or revoked, and what goes goes first", () => {
  const from = may("app", "SELECT", "INSERT", "UPDATE");
  const to = may("app", "SELECT", "DELETE");
  assert.deepEqual(privilegeStatements("table t", from, to), [
    "revoke insert, update on table t from app",
    "grant delete on table t to app",
  ]);
  assert.deepEqual(privilegeStatements("table t", to, to), []);
});

test("a full set is `all privileges`, where it is known what full means", () => {
  const seven = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];
  const grant = (major: number | undefined, ...names: readonly string[]): readonly string[] =>
    privilegeStatements("table t", [], may("app", ...names), { major });
  assert.deepEqual(grant(16, ...seven), ["grant all privileges on table t to app"]);
  assert.deepEqual(grant(17, ...seven, "MAINTAIN"), ["grant all privileges on table t to app"]);
  const spelled = "grant select, insert, update, delete, truncate, references, trigger on table t to app";
  assert.deepEqual(grant(17, ...seven), [spelled]);
  assert.deepEqual(grant(undefined, ...seven), [spelled]);
  assert.deepEqual(privilegeStatements("function f()", [], may("", "EXECUTE")), [
    "grant execute on function f() to public",
  ]);
  assert.deepEqual(privilegeStatements("schema s", [], may("app", "USAGE", "CREATE")), [
    "grant all privileges on schema s to app",
  ]);
});

test("grant options come and go without the privilege", () => {
  const plain = may("app", "SELECT");
  const option = mayGrant("app", "SELECT");
  assert.deepEqual(privilegeStatements("table t", plain, option), ["grant select on table t to app with grant option"]);
  assert.deepEqual(privilegeStatements("table t", option, plain), [
    "revoke grant option for select on table t from app",
  ]);
});

test("privileges on a column name it", () => {
  const statements = privilegeStatements("table t", may("app", "UPDATE"), may("app", "SELECT", "INSERT"), {
    column: "Price",
  });
  assert.deepEqual(statements, [
    'revoke update ("Price") on table t from app',
    'grant select ("Price"), insert ("Price") on table t to app',
  ]);
});

test("a new object has its owner's privileges, and PUBLIC's where Postgres gives some", () => {
  const at = (kind: Parameters<typeof bornWith>[0]["kind"], major: number): readonly Privilege[] =>
    bornWith({ kind, schema: "public" }, [], "app", major);
  assert.deepEqual(at("function", 18), [...may("app", "EXECUTE"), ...may("", "EXECUTE")]);
  assert.deepEqual(at("domain", 18), [...may("app", "USAGE"), ...may("", "USAGE")]);
  assert.deepEqual(at("server", 18), may("app", "USAGE"));
  assert.equal(at("table", 16).length, 7);
  assert.equal(at("view", 17).length, 8);
  assert.deepEqual(at("column", 18), []);
});

test("default privileges of the role that makes it replace the built-in ones, those of the schema are added", () => {
  const entry = (role: string, schema: string | null, acl: readonly Privilege[]): DefaultPrivileges => ({
    ...{ role, schema, acl },
    objectType: "f",
  });
  const defaults = [
    entry("app", null, may("app", "EXECUTE")),
    entry("app", "public", [...may("web", "EXECUTE"), ...mayGrant("app", "EXECUTE")]),
    entry("app", "other", may("nobody", "EXECUTE")),
    entry("somebody", null, may("nobody", "EXECUTE")),
  ];
  assert.deepEqual(bornWith({ kind: "function", schema: "public" }, defaults, "app"), [
    ...mayGrant("app", "EXECUTE"),
    ...may("web", "EXECUTE"),
  ]);
});

test("a new owner takes the old one's privileges, one time each", () => {
  const acl = [...may("old", "SELECT", "INSERT"), ...mayGrant("new", "SELECT"), ...may("", "SELECT")];
  assert.deepEqual(handedOver(acl, "old", "new"), [
    ...mayGrant("new", "SELECT"),
    ...may("new", "INSERT"),
    ...may("", "SELECT"),
  ]);
});

const skip = needsSuperuser;

test(
  "whatever privileges there are become whatever is wanted, those that others granted on included",
  { skip },
  async (t) => {
    const { connection, roles } = await withRoles(t);
    await connection.execute("create table public.t (id integer)");
    const owner = "postgres";
    const major = await majorOf(connection);
    const random = randomOf(7);
    for (let round = 0; round < 150; round += 1) {
      await grantAtRandom(connection, roles, random);
      const to = [
        ...(await aclOf(connection)).filter((item) => item.grantee === owner),
        ...["", ...roles].flatMap((grantee) =>
          ["SELECT", "INSERT", "UPDATE"]
            .filter(() => random() < 0.4)
            .map((privilege) => ({ grantee, privilege, grantable: grantee !== "" && random() < 0.3 })),
        ),
      ];
      const statements = privilegeStatements("table public.t", await aclOf(connection), to, { owner, major });
      for (const statement of statements) await connection.execute(statement);
      assert.deepEqual(await aclOf(connection), sorted(to), `round ${round}: ${statements.join("; ")}`);
      assert.deepEqual(privilegeStatements("table public.t", await aclOf(connection), to, { owner, major }), []);
    }
  },
);

test("what a new object is born with is what Postgres gives it, on each kind of object", { skip }, async (t) => {
  const { connection, roles } = await withRoles(t);
  const [a = "", b = ""] = roles;
  await connection.execute(`
    create schema s authorization ${a};
    alter default privileges for role ${a} grant select on tables to ${b};
    alter default privileges for role ${a} in schema s grant insert, select on tables to ${b} with grant option;
    alter default privileges for role ${a} revoke execute on functions from public;
    alter default privileges for role ${a} in schema s grant execute on functions to ${b};
    alter default privileges for role ${a} revoke usage on types from ${a};
    alter default privileges for role ${a} grant usage on schemas to public;
    grant create on database ${(await databaseOf(connection)) ?? ""} to ${a};
  `);
  const defaults = await readDefaultPrivileges(connection);
  const major = await majorOf(connection);
  await connection.execute(`
    set role ${a};
    create table s.t (id integer);
    create sequence s.q;
    create function s.f() returns integer return 1;
    create domain s.d as integer;
    create schema n;
    reset role;
  `);
  const catalog = [
    ["table", "s", "coalesce(relacl, acldefault('r', relowner)) as acl from pg_class where relname = 't'"],
    ["sequence", "s", "coalesce(relacl, acldefault('s', relowner)) as acl from pg_class where relname = 'q'"],
    ["function", "s", "coalesce(proacl, acldefault('f', proowner)) as acl from pg_proc where proname = 'f'"],
    ["domain", "s", "coalesce(typacl, acldefault('T', typowner)) as acl from pg_type where typname = 'd'"],
    ["schema", null, "coalesce(nspacl, acldefault('n', nspowner)) as acl from pg_namespace where nspname = 'n'"],
  ] as const;
  for (const [kind, schema, text] of catalog) {
    assert.deepEqual(
      sorted(bornWith({ kind, schema }, defaults, a, major)),
      await explode(connection, `select ${text}`),
      kind,
    );
  }
});

interface WithRoles {
  readonly connection: Connection;
  readonly roles: readonly string[];
}

/** Roles that are named after the database go with it. */
async function withRoles(t: TestContext): Promise<WithRoles> {
  const { connection, target } = await testDatabase(t);
  const roles = ["a", "b", "c"].map((name) => `${target.database}_${name}`);
  for (const role of roles) await connection.execute(`create role ${role}`);
  return { connection, roles };
}

/** As each of the roles that may, some with its own grant option. */
async function grantAtRandom(connection: Connection, roles: readonly string[], random: () => number): Promise<void> {
  for (let step = 0; step < 6; step += 1) {
    const acl = (await aclOf(connection)).filter((item) => item.grantable);
    const by = acl[Math.floor(random() * acl.length * 1.3)];
    const grantee = roles[Math.floor(random() * roles.length)] ?? "";
    if (by === undefined) {
      const option = random() < 0.7 ? " with grant option" : "";
      await connection.execute(`grant select, insert on table public.t to ${grantee}${option}`);
    } else if (by.grantee !== grantee) {
      await connection.execute(`
        set role ${by.grantee};
        grant ${by.privilege} on table public.t to ${random() < 0.2 ? "public" : grantee};
        reset role;
      `);
    }
  }
}

async function aclOf(connection: Connection): Promise<readonly Privilege[]> {
  return await explode(
    connection,
    "select coalesce(relacl, acldefault('r', relowner)) as acl from pg_class where oid = 'public.t'::regclass",
  );
}

async function explode(connection: Connection, acl: string): Promise<readonly Privilege[]> {
  return sorted(
    await connection.query<Privilege>({
      text: `
        select
          case grantee when 0 then '' else pg_get_userbyid(grantee)::text end as grantee,
          privilege_type as privilege,
          bool_or(is_grantable) as grantable
        from (${acl}) as list
        cross join aclexplode(list.acl)
        group by 1, 2
      `,
      values: [],
    }),
  );
}

function sorted(acl: readonly Privilege[]): readonly Privilege[] {
  const key = ({ grantee, privilege }: Privilege): string => `${grantee} ${privilege}`;
  return acl
    .map(({ grantee, privilege, grantable }) => ({ grantee, privilege, grantable }))
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

async function majorOf(connection: Connection): Promise<number> {
  const text = "select current_setting('server_version_num')::integer / 10000 as major";
  const [row] = await connection.query<{ major: number }>({ text, values: [] });
  return row?.major ?? 0;
}

async function databaseOf(connection: Connection): Promise<string | undefined> {
  const [row] = await connection.query<{ name: string }>({ text: "select current_database() as name", values: [] });
  return row?.name;
}

/** The same numbers in each run (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.trunc(state + 0x6d2b79f5);
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}
