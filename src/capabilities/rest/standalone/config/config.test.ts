import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { testDatabase } from "../../../../../test/support/database.ts";
import { AppError } from "../../../../errors/index.ts";
import { nothingBeyond } from "../../settings.ts";
import { parseConfigFile } from "./config-file.ts";
import { exampleConfig, loadConfig, loadConfigFrom, parseConnectionString, type StandaloneConfig } from "./index.ts";

async function fileOf(t: TestContext, text: string, name = "postgrest.conf"): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "howdah-config-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const fromEnv = (env: NodeJS.ProcessEnv): StandaloneConfig => loadConfig({ path: null, env }).config;

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof AppError && error.code === "WD630") return String(error.detail);
    throw error;
  }
  return "accepted";
}

test("without anything the defaults are PostgREST's", () => {
  const { rest, database, server, admin, log, text } = fromEnv({});
  assert.deepEqual(rest.schemas, ["public"]);
  assert.deepEqual(rest.extraSearchPath, ["public"]);
  assert.equal(rest.anonRole, null);
  assert.equal(rest.jwt.roleClaimKey, "$.role");
  assert.deepEqual([database.uri, database.pool, database.channel], ["postgresql://", 10, "pgrst"]);
  assert.deepEqual(
    [database.acquireTimeoutMs, database.idleTimeoutMs, database.maxLifetimeMs],
    [10_000, 30_000, 1_800_000],
  );
  assert.deepEqual(server, { kind: "port", host: "!4", port: 3000 });
  assert.equal(admin, null);
  assert.equal(log.level, "error");
  assert.equal(text.split("\n")[0], 'admin-server-host = "!4"');
  assert.match(text, /^jwt-role-claim-key = "\$\$\.role"$/m);
  assert.match(text, /^db-max-rows = ""$/m);
});

test("the example is a file that says the defaults", async (t) => {
  const { config, warnings } = loadConfig({ path: await fileOf(t, exampleConfig), env: {} });
  assert.deepEqual(config, fromEnv({}));
  assert.deepEqual(warnings, []);
});

test("settings of our own have our name, are read as all others, and are dumped where they are set", () => {
  const { rest, text } = fromEnv({
    PGRST_HOWDAH_OPENAPI_PUBLISHED: "true",
    PGRST_HOWDAH_ETAGS: "TRUE",
    PGRST_HOWDAH_COMPRESS_FROM: "2048",
  });
  assert.deepEqual([rest.openApi.isPublished, rest.beyond.etags, rest.beyond.compressFromBytes], [true, true, 2048]);
  assert.match(text, /^howdah-compress-from = 2048\nhowdah-etags = true\nhowdah-openapi-published = true$/m);
  assert.doesNotMatch(fromEnv({}).text, /howdah/);
  const { warnings } = loadConfig({ path: null, env: { PGRST_HOWDAH_ETAG: "true" } });
  assert.deepEqual(warnings, ['the setting howdah-etag is not known: did you mean "howdah-etags"?']);
});

test("what goes beyond PostgREST is off, and each of it has a setting", () => {
  assert.deepEqual(fromEnv({}).rest.beyond, nothingBeyond);
  const { rest, maxBodyBytes, text } = fromEnv({
    PGRST_HOWDAH_KEYSET: "true",
    PGRST_HOWDAH_DISTINCT: "true",
    PGRST_HOWDAH_ORDER_BY_OPERATOR: "true",
    PGRST_HOWDAH_BULK_UPDATE: "true",
    PGRST_HOWDAH_NDJSON: "true",
    PGRST_HOWDAH_PERMITTED_COLUMNS: "true",
    PGRST_HOWDAH_BATCH_REQUESTS: "20",
    PGRST_HOWDAH_ETAGS: "true",
    PGRST_HOWDAH_COMPRESS_FROM: "1024",
    PGRST_HOWDAH_LIMITS: "anon requests=100 window=2 max-rows=0 ; writer requests=9 per=role;reader max-rows=5",
    PGRST_HOWDAH_MAX_BODY: "1000",
  });
  assert.deepEqual(rest.beyond, {
    keyset: true,
    distinct: true,
    orderByOperator: true,
    bulkUpdate: true,
    ndjson: true,
    permittedColumns: true,
    batchRequests: 20,
    etags: true,
    compressFromBytes: 1024,
    limits: {
      anon: { requests: 100, windowMs: 2000, per: "subject", maxRows: 0 },
      writer: { requests: 9, windowMs: 60_000, per: "role", maxRows: null },
      reader: { requests: null, windowMs: 60_000, per: "subject", maxRows: 5 },
    },
  });
  assert.equal(maxBodyBytes, 1000);
  assert.match(text, /^howdah-limits = "anon requests=100 window=2 per=subject max-rows=0; writer .+"$/m);
});

test("limits that can't be read are refused by name", () => {
  const limits = (text: string): string => refusal(() => fromEnv({ PGRST_HOWDAH_LIMITS: text }));
  assert.equal(limits("anon requests=0"), 'howdah-limits has "anon requests=0": requests is a number from 1');
  assert.equal(limits("anon per=day"), 'howdah-limits has "anon per=day": per is subject or role');
  assert.match(limits("anon 100"), /it is written: ROLE requests=100/);
  assert.match(limits("requests=100"), /it is written: ROLE requests=100/);
});

test("what is dumped is a file that says the same", async (t) => {
  const env = {
    PGRST_DB_SCHEMAS: "a, b",
    PGRST_DB_ANON_ROLE: 'an"on',
    PGRST_JWT_SECRET: "x".repeat(32),
    PGRST_DB_TX_END: "rollback-allow-override",
    PGRST_HOWDAH_NDJSON: "true",
    PGRST_HOWDAH_BATCH_REQUESTS: "3",
    PGRST_HOWDAH_LIMITS: "anon requests=100; writer max-rows=7",
    PGRST_HOWDAH_MAX_BODY: "2000",
    PGRST_APP_SETTINGS_key: "value",
    PGRST_SERVER_UNIX_SOCKET: "/tmp/s",
    PGRST_SERVER_UNIX_SOCKET_MODE: "777",
    PGRST_ADMIN_SERVER_PORT: "3001",
    PGRST_DB_MAX_ROWS: "5",
    PGRST_DB_CHANNEL: "mine",
    PGRST_DB_CHANNEL_ENABLED: "false",
    PGRST_SERVER_CORS_ALLOWED_ORIGINS: "http://a, http://b",
  };
  const config = fromEnv(env);
  assert.deepEqual(config.rest.schemas, ["a", "b"]);
  assert.deepEqual(config.rest.appSettings, [["app.settings.key", "value"]]);
  assert.deepEqual(config.server, { kind: "socket", path: "/tmp/s", mode: 0o777 });
  assert.deepEqual(config.admin, { kind: "port", host: "!4", port: 3001 });
  assert.match(config.text, /^db-channel = "mine"$/m);
  const path = await fileOf(t, config.text);
  assert.deepEqual(loadConfig({ path, env: {} }).config, config);
});

test("the environment is stronger than the file, older names are heard, texts become numbers and truths", async (t) => {
  const path = await fileOf(
    t,
    'db-schema = "old"\nmax-rows = "7"\ndb-pool = 3\ndb-plan-enabled = "TRUE"\npre-request = "f"\n',
  );
  const { rest, database } = loadConfig({ path, env: { PGRST_DB_POOL: "4", PGRST_DB_AGGREGATES_ENABLED: "1" } }).config;
  assert.deepEqual([rest.schemas, rest.maxRows, rest.planEnabled, rest.preRequest], [["old"], 7, true, "f"]);
  assert.deepEqual([database.pool, rest.aggregatesEnabled], [4, true]);
});

test("a file has comments, groups, escapes, lists and values of the environment", () => {
  const text = `
    # a comment
    a = "x # no comment" # a comment
    b=1
    c = on
    d = [1, "two", true]
    app { settings { key = "$(HOME_OF) \\"\\\\\\u0041 $$1" } }
    e =
      -2.5e1
  `;
  assert.deepEqual(
    [...parseConfigFile(text, { HOME_OF: "there" }, "f")],
    [
      ["a", "x # no comment"],
      ["b", 1],
      ["c", true],
      ["d", [1, "two", true]],
      ["app.settings.key", 'there "\\A $1'],
      ["e", -25],
    ],
  );
});

test("what is no file of settings is refused with its place", () => {
  const wrong = (text: string): string => refusal(() => parseConfigFile(text, {}, "f"));
  assert.equal(wrong("a = yes"), "f:1:8: yes is no value: texts stand in double quotes");
  assert.equal(wrong("a = 1\nb"), "f:2:2: = is expected behind b");
  assert.equal(wrong('a = "x'), "f:1:5: a text is not closed");
  assert.equal(wrong("a = 1 2"), "f:1:7: the line should end behind a");
  assert.equal(wrong("a {"), "f:1:4: a group is not closed with }");
  assert.equal(wrong('a = "$(NOT_SET)"'), "f:1:17: $(NOT_SET) is set neither in the file nor in the environment");
  assert.equal(wrong("= 1"), "f:1:1: a name is expected");
});

test("values that a setting can't have are refused in PostgREST's words", () => {
  const wrong = (name: string, value: string): string => refusal(() => fromEnv({ [`PGRST_${name}`]: value }));
  assert.equal(wrong("DB_TX_END", "x"), "Error in config Invalid transaction termination. Check your configuration.");
  assert.equal(wrong("LOG_LEVEL", "x"), "Error in config Invalid logging level. Check your configuration.");
  assert.equal(wrong("OPENAPI_MODE", "x"), "Error in config Invalid openapi-mode. Check your configuration.");
  assert.equal(
    wrong("CLIENT_ERROR_VERBOSITY", "x"),
    "Error in config Invalid client-error-verbosity. Check your configuration.",
  );
  assert.equal(wrong("DB_SCHEMAS", "a,pg_catalog"), "Error in config db-schemas does not allow schema: 'pg_catalog'");
  assert.equal(wrong("SERVER_UNIX_SOCKET_MODE", "x"), "Error in config Invalid server-unix-socket-mode: not an octal");
  assert.equal(
    wrong("SERVER_UNIX_SOCKET_MODE", "577"),
    "Error in config Invalid server-unix-socket-mode: needs to be between 600 and 777",
  );
  assert.equal(
    wrong("ADMIN_SERVER_PORT", "3000"),
    "Error in config admin-server-port cannot be the same as server-port",
  );
  assert.equal(wrong("JWT_AUD", "http://a b"), "Error in config jwt-aud should be a string or a valid URI");
  assert.equal(
    wrong("OPENAPI_SERVER_PROXY_URI", "example.com"),
    "Error in config Malformed proxy uri, a correct example: https://example.com:8443/basePath",
  );
});

test("settings that nobody knows, or knows no more, are told", () => {
  const env = { PGRST_DB_SCHEMAZ: "x", PGRST_JWT_CACHE_MAX_LIFETIME: "1", HOME: "/" };
  assert.deepEqual(loadConfig({ path: null, env }).warnings, [
    'the setting db-schemaz is not known: did you mean "db-schemas"?',
    "the setting jwt-cache-max-lifetime is not served: the cache of tokens is bounded by their number: use jwt-cache-max-entries",
  ]);
});

test("secrets and the address of the database may stand in files", async (t) => {
  const secret = await fileOf(t, "s".repeat(32) + "\n", "secret");
  const uri = await fileOf(t, " postgres://there/db \n", "uri");
  const { rest, database } = fromEnv({ PGRST_JWT_SECRET: `@${secret}`, PGRST_DB_URI: `@${uri}` });
  assert.deepEqual([rest.jwt.secret, database.uri], ["s".repeat(32), "postgres://there/db"]);
  assert.match(
    refusal(() => fromEnv({ PGRST_JWT_SECRET: "@/not/there" })),
    /ENOENT/,
  );
});

test("connection strings are read as libpq reads them", () => {
  const read = (text: string, env: NodeJS.ProcessEnv = {}): unknown =>
    parseConnectionString(text, env).targets.map(({ host, port, database, user, password, ssl }) => [
      host,
      port,
      database,
      user,
      password,
      ssl,
    ]);
  assert.deepEqual(read("postgres://me:p%40ss@db.example:6000/app?sslmode=require"), [
    ["db.example", 6000, "app", "me", "p@ss", "require"],
  ]);
  assert.deepEqual(read("postgresql://me@/app?host=/run/pg&port=5433"), [
    ["/run/pg", 5433, "app", "me", undefined, "disable"],
  ]);
  assert.deepEqual(read("postgres://me:?pass?@localhost/app?application_name=x@y"), [
    ["localhost", 5432, "app", "me", "?pass?", "disable"],
    ["localhost", 5432, "app", "me", "?pass?", "require"],
  ]);
  assert.deepEqual(read("postgres://me@one:1,two/app?sslmode=disable"), [
    ["one", 1, "app", "me", undefined, "disable"],
    ["two", 5432, "app", "me", undefined, "disable"],
  ]);
  assert.deepEqual(read("host=one,two port=7 dbname=app user=me password='it\\'s' sslmode=verify-full"), [
    ["one", 7, "app", "me", "it's", "verify-full"],
    ["two", 7, "app", "me", "it's", "verify-full"],
  ]);
  assert.deepEqual(
    read("postgresql://", {
      PGHOST: "h",
      PGPORT: "1",
      PGUSER: "u",
      PGDATABASE: "d",
      PGPASSWORD: "p",
      PGSSLMODE: "disable",
    }),
    [["h", 1, "d", "u", "p", "disable"]],
  );
  assert.deepEqual(read("postgres://me@[::1]:5/app?sslmode=disable"), [["::1", 5, "app", "me", undefined, "disable"]]);
  assert.match(
    refusal(() => parseConnectionString("nonsense", {})),
    /neither postgres/,
  );
});

test("the database may hold settings: of its role, and of a function", async (t) => {
  const { connection } = await testDatabase(t);
  await connection.execute(`
    create schema config;
    create function config.pre_config() returns void language sql as
      $$ select set_config('pgrst.db_schemas', 'one, two', true), set_config('pgrst.jwt_aud', 'here', true) $$;
  `);
  const env = { PGRST_DB_PRE_CONFIG: "config.pre_config", PGRST_DB_SCHEMAS: "of_the_environment" };
  const { rest } = (await loadConfigFrom({ path: null, env }, connection)).config;
  assert.deepEqual([rest.schemas, rest.jwt.audience], [["one", "two"], "here"]);
  const without = (await loadConfigFrom({ path: null, env: { ...env, PGRST_DB_CONFIG: "false" } }, connection)).config;
  assert.deepEqual(without.rest.schemas, ["of_the_environment"]);
  const left = await connection.query({ text: "select current_setting('pgrst.db_schemas', true) as left", values: [] });
  assert.ok(["", null].includes(left[0]?.left as string | null), "nothing of it stays in the session");
});
