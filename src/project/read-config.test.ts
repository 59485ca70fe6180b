import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError, AppErrors, type ErrorCode } from "../errors/index.ts";
import { memoryTree } from "./memory-tree.ts";
import { readConfig, readProjectConfig, unknownTables, type ReadConfigOptions } from "./read-config.ts";

const quiet: ReadConfigOptions = { env: {}, folder: "/projects/guestbook" };

/** Code, line:column and message of everything that is wrong. */
function problems(text: string, options: ReadConfigOptions = {}): readonly string[] {
  return problemsOf(() => readConfig(text, { ...quiet, ...options }));
}

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof AppError);
    const errors = error instanceof AppErrors ? error.errors : [error];
    return errors.map(({ code, position, message }) => `${code} ${position?.line}:${position?.column} ${message}`);
  }
  return [];
}

function hints(text: string, options: ReadConfigOptions = {}): readonly (string | undefined)[] {
  try {
    readConfig(text, { ...quiet, ...options });
  } catch (error) {
    return error instanceof AppErrors ? error.errors.map(({ hint }) => hint) : [];
  }
  return [];
}

test("an empty howdah.toml is a whole configuration, named after its folder", () => {
  const { file, ...config } = readConfig("", quiet);
  assert.ok(file);
  assert.deepEqual(config, {
    name: "guestbook",
    environment: "development",
    postgres: { version: "18", provider: "embedded", url: undefined, deb: undefined, settings: {} },
    server: {
      host: "127.0.0.1",
      port: 8080,
      maxBodyBytes: 1_048_576,
      allowedHosts: [],
      pool: 10,
      workers: 1,
      acquireTimeoutMs: 1000,
      statementTimeoutMs: 30_000,
    },
    roles: {
      owner: undefined,
      authenticator: undefined,
      service: undefined,
      anon: "anon",
      authenticated: "authenticated",
      serviceRole: "service_role",
    },
    worker: { host: undefined, port: 0, timeoutMs: 10_000, runners: 8, python: "python3" },
    languages: {},
    schema: { onlineAbove: 10_000, asAdmin: true },
    capabilities: [],
    settings: {},
  });
});

test("languages have free names, and each of them both keys", () => {
  const { languages } = readConfig('[languages.v8]\nsuffix = ".v8.js"\nlanguage = "plv8"', quiet);
  assert.deepEqual(languages, { v8: { suffix: ".v8.js", language: "plv8" } });
  const wrong = [
    ['[languages.v8]\nsuffix = ".v8"', /"languages.v8.language" is missing/],
    ['[languages.v8]\nsuffix = "v8"\nlanguage = "plv8"', /expected the end of a name, with its dot/],
    ["[languages]\nv8 = 1", /"languages.v8": expected a table/],
    ['[languages.v8]\nsuffix = ".v8"\nlanguage = "plv8"\nsufix = ""', /unknown key "sufix" in \[languages.v8\]/],
  ] as const;
  for (const [text, message] of wrong) assert.throws(() => readConfig(text, quiet), { message });
});

test("every key can be set", () => {
  const config = readConfig(
    `
name = "shop"
capabilities = ["./mine", "howdah-foo", "@scope/bar"]
[postgres]
version = "17.10"
provider = "deb"
deb = { suite = "trixie", mirror = "https://mirror.example/debian", keyring = "keys/debian.gpg", accept_expired = true }
settings = { shared_buffers = "256MB", max_connections = 50, fsync = false }
[server]
host = "0.0.0.0"
port = 0
max_body = 2048
allowed_hosts = ["shop.example"]
pool = 4
acquire_timeout = "250 ms"
statement_timeout = "9s"
[roles]
owner = "o"
authenticator = "a"
service = "s"
anon = "nobody"
authenticated = "somebody"
service_role = "robot"
[pages]
limit = 3
`,
    quiet,
  );
  assert.equal(config.name, "shop");
  assert.deepEqual(config.capabilities, ["./mine", "howdah-foo", "@scope/bar"]);
  assert.deepEqual(config.postgres, {
    version: "17.10",
    provider: "deb",
    url: undefined,
    deb: { suite: "trixie", mirror: "https://mirror.example/debian", keyring: "keys/debian.gpg", acceptExpired: true },
    settings: { shared_buffers: "256MB", max_connections: "50", fsync: "false" },
  });
  assert.deepEqual(config.server, {
    host: "0.0.0.0",
    port: 0,
    maxBodyBytes: 2048,
    allowedHosts: ["shop.example"],
    pool: 4,
    workers: 1,
    acquireTimeoutMs: 250,
    statementTimeoutMs: 9000,
  });
  assert.deepEqual(config.roles, {
    owner: "o",
    authenticator: "a",
    service: "s",
    anon: "nobody",
    authenticated: "somebody",
    serviceRole: "robot",
  });
  assert.deepEqual(config.settings["pages"]?.value, { limit: 3 });
});

test("postgres has a short form and a long one", () => {
  assert.equal(readConfig('postgres = "17"', quiet).postgres.version, "17");
  assert.equal(readConfig('[postgres]\nversion = "17"', quiet).postgres.version, "17");
  assert.equal(readConfig('postgres.version = "17"', quiet).postgres.version, "17");
  assert.equal(readConfig('postgres = { version = "17" }', quiet).postgres.version, "17");
});

test("every problem of the file is reported at once, in its order, at its place", () => {
  const text = `
name = "Guest Book"
potsgres = "18"
postgres = "14"
[server]
prot = 1
port = 70000
max_body = "1 MB!"
host = 7
allowed_hosts = ["ok", 3]
acquire_timeout = 5
[roles]
anon = "pg_anon"
`.trimStart();
  assert.deepEqual(problems(text), [
    'WD107 1:8 "name": expected a name of lower-case letters, digits and underscores that begins with a letter, of at most 40, not "Guest Book"',
    'WD102 2:1 unknown key "potsgres" in howdah.toml',
    'WD108 3:12 "postgres.version": expected one of the majors that are served: 15, 16, 17 and 18, not "14"',
    'WD102 5:1 unknown key "prot" in [server]',
    'WD103 6:8 "server.port": expected a whole number from 0 to 65535',
    'WD103 7:12 "server.max_body": expected a size like "1 MiB", "64 kB" or a number of bytes',
    'WD103 8:8 "server.host": expected a string',
    'WD103 9:24 "server.allowed_hosts.1": expected a string',
    'WD103 10:19 "server.acquire_timeout": expected a duration like "500 ms", "10 s" or "5 min"',
    'WD103 12:8 "roles.anon": expected a name that Postgres does not use itself, not "pg_anon"',
  ]);
});

test("hints name what was probably meant", () => {
  assert.deepEqual(hints('potsgres = "18"'), ['did you mean "postgres"?']);
  assert.deepEqual(hints("[server]\nprot = 1"), ['did you mean "port"?']);
  assert.deepEqual(hints('[postgres]\nprovider = "system32"'), ['did you mean "system"?']);
  assert.deepEqual(hints('name = "My App"'), ['a valid one: name = "my_app"']);
  assert.deepEqual(hints("postgres = 18"), ['write it in quotes: "18"']);
  assert.deepEqual(hints('[server]\nmax_body = "1 mib"'), ['did you mean "1 MiB"?']);
  assert.deepEqual(hints("[server]\nacquire_timeout = 5"), ['write the unit: "5 ms" or "5 s"']);
});

test("broken syntax is one error with its place", () => {
  assert.deepEqual(problems("a = 1\nb = \n"), ["WD101 2:5 howdah.toml is not TOML: unspecified values are invalid"]);
  assert.deepEqual(problems('name = "a"\nname = "b"'), [
    "WD101 2:1 howdah.toml is not TOML: defining a key multiple times is invalid",
  ]);
});

test("columns count characters, also behind emoji", () => {
  assert.deepEqual(problems("server = { host = '😀', port = 'x' }"), [
    'WD103 1:31 "server.port": expected a whole number from 0 to 65535',
  ]);
});

test("Windows line endings and a byte order mark change no place", () => {
  assert.deepEqual(problems("\ufeffname = \"a\"\r\n[server]\r\nport = 'x'\r\n"), [
    'WD103 3:8 "server.port": expected a whole number from 0 to 65535',
  ]);
});

test("keys of JavaScript's own are ordinary unknown keys", () => {
  assert.deepEqual(problems("__proto__ = 1\nconstructor = 2\n[server]\ntoString = 1"), [
    'WD102 1:1 unknown key "__proto__" in howdah.toml',
    'WD102 2:1 unknown key "constructor" in howdah.toml',
    'WD102 4:1 unknown key "toString" in [server]',
  ]);
});

test("the folder's name is only taken where it can be a project's", () => {
  assert.deepEqual(problems("", { folder: "/projects/My-App" }), [
    "WD107 1:1 the folder's name can't be the project's: expected a name of lower-case letters, digits and underscores that begins with a letter, of at most 40, not \"My-App\"",
  ]);
  assert.deepEqual(hints("", { folder: "/projects/My-App" }), ['add to howdah.toml: name = "my_app"']);
  assert.equal(readConfig('name = "x"', { ...quiet, folder: "/projects/My-App" }).name, "x");
});

test("names that Postgres needs itself are refused", () => {
  for (const name of ["postgres", "template1", "pg_mine"]) assert.equal(problems(`name = "${name}"`).length, 1);
});

test("served versions are accepted with and without a release, all others refused", () => {
  for (const version of ["15", "16.3", "17.10", "18"]) assert.deepEqual(problems(`postgres = "${version}"`), []);
  for (const version of ["14", "19", "9.6"]) assert.match(problems(`postgres = "${version}"`)[0] ?? "", /^WD108 1:12/);
  for (const version of ["", "18.", "18.1.2", "latest", " 18"]) {
    assert.match(problems(`postgres = "${version}"`)[0] ?? "", /^WD103 1:12/, version);
  }
});

test("a value comes from the environment where a string is expected", () => {
  const text = '[postgres]\nurl = { env = "DB" }\nsettings = { x = { env = "X" } }\n[pages]\nkey = { env = "KEY" }';
  const env = { DB: "postgres://u:p@h/d", X: "1", KEY: "k" };
  const config = readConfig(text, { ...quiet, env });
  assert.equal(config.postgres.url, "postgres://u:p@h/d");
  assert.equal(config.postgres.provider, "url");
  assert.deepEqual(config.postgres.settings, { x: "1" });
  assert.deepEqual(config.settings["pages"]?.value, { key: "k" });
});

test("a missing or empty variable is named at its place", () => {
  const text = '[postgres]\nurl = { env = "DB" }\n[pages]\nkey.env = "KEY"';
  assert.deepEqual(problems(text, { env: { KEY: "" } }), [
    "WD104 2:7 the environment variable DB is not set",
    "WD104 4:1 the environment variable KEY is empty",
  ]);
});

test("the value of a secret never stands in an error", () => {
  const text = 'postgres.url = { env = "DB" }';
  const env = { DB: "mysql://u:s3cret@h" };
  assert.deepEqual(problems(text, { env }), [
    'WD103 1:16 "postgres.url": expected a URL like postgres://user:password@host:5432/database',
  ]);
});

test("HOWDAH_DATABASE_URL, HOST and PORT override the file", () => {
  const text = '[postgres]\nprovider = "deb"\nurl = { env = "UNSET" }\n[server]\nport = 1\nhost = "h"';
  const config = readConfig(text, {
    ...quiet,
    env: { HOWDAH_DATABASE_URL: "postgres://u@h/d", PORT: "81", HOST: "::1" },
  });
  assert.deepEqual([config.postgres.provider, config.postgres.url], ["url", "postgres://u@h/d"]);
  assert.deepEqual([config.server.host, config.server.port], ["::1", 81]);
});

test("what HOWDAH_DATABASE_URL leads to is of any version, unless the file asks for one", () => {
  const env = { HOWDAH_DATABASE_URL: "postgres://u@h/d" };
  for (const [text, version] of [
    ["", ""],
    ['[postgres]\nprovider = "deb"', ""],
    ['postgres = "17"', "17"],
  ] as const) {
    assert.equal(readConfig(text, { ...quiet, env }).postgres.version, version, text);
  }
});

test("wrong overrides are errors too, without the secret", () => {
  const env = { HOWDAH_DATABASE_URL: "mysql://u:s3cret@h", PORT: "99999" };
  assert.deepEqual(problems("", { env }), [
    "WD103 undefined:undefined HOWDAH_DATABASE_URL: expected a URL like postgres://user:password@host:5432/database",
    'WD103 undefined:undefined PORT: expected a port from 0 to 65535, not "99999"',
  ]);
});

test("provider and url have to fit each other", () => {
  assert.deepEqual(problems('[postgres]\nprovider = "url"'), [
    'WD103 2:1 "postgres.url" is missing: provider = "url" needs it',
  ]);
  assert.deepEqual(problems('[postgres]\nprovider = "deb"\nurl = "postgres://h/d"'), [
    'WD103 3:1 "postgres.url" is not used by provider = "deb"',
  ]);
});

const environments = `
postgres = "18"
[server]
port = 1
pool = 2
[pages]
limit = 5
[environments.production]
postgres = { url = { env = "DATABASE_URL" } }
server.port = 3
[environments.production.pages]
cache = true
`.trimStart();

test("an environment's table is laid over the base, key by key", () => {
  const env = { HOWDAH_ENV: "production", DATABASE_URL: "postgres://h/d" };
  const config = readConfig(environments, { ...quiet, env });
  assert.equal(config.environment, "production");
  assert.deepEqual([config.server.port, config.server.pool], [3, 2]);
  assert.deepEqual([config.postgres.version, config.postgres.provider], ["18", "url"]);
  assert.deepEqual(config.settings["pages"]?.value, { limit: 5, cache: true });
  assert.equal(readConfig(environments, quiet).server.port, 1);
});

test("the option wins over HOWDAH_ENV", () => {
  const env = { HOWDAH_ENV: "production" };
  assert.equal(readConfig(environments, { ...quiet, env, environment: "development" }).server.port, 1);
});

test("places of overridden values are those of the override", () => {
  const text = '[server]\nport = 1\n[environments.production]\nserver.port = "x"\nserver.prot = 1';
  const expected = [
    'WD103 4:15 "server.port": expected a whole number from 0 to 65535',
    'WD102 5:8 unknown key "prot" in [server]',
  ];
  assert.deepEqual(problems(text, { environment: "production" }), expected);
  assert.deepEqual(problems(text), expected, "an environment that is not active is checked as well");
});

test("variables of an environment that is not active need not be set", () => {
  assert.deepEqual(problems(environments), []);
  assert.deepEqual(problems(environments, { environment: "production" }), [
    "WD104 8:20 the environment variable DATABASE_URL is not set",
  ]);
});

test("what is wrong in the base is reported once, however many environments there are", () => {
  const text = "[server]\nprot = 1\n[environments.a]\n[environments.b]";
  assert.deepEqual(problems(text), ['WD102 2:1 unknown key "prot" in [server]']);
});

test("an environment that nobody named is an error with the nearest name", () => {
  assert.deepEqual(problems(environments, { environment: "prodution" }), [
    'WD109 undefined:undefined the environment "prodution" is not known',
  ]);
  assert.deepEqual(hints(environments, { environment: "prodution" }), ['did you mean "production"?']);
  assert.deepEqual(problems("", { environment: "production" }), [], "production needs no table");
  assert.deepEqual(problems("[environments.staging]", { environment: "staging" }), []);
});

test("environments has to be a table of tables", () => {
  assert.deepEqual(problems("environments = 1"), ['WD103 1:1 "environments": expected a table']);
  assert.deepEqual(problems("[environments]\nproduction = 1"), [
    'WD103 2:1 "environments.production": expected a table',
  ]);
});

test("a table that no capability reads is found once the capabilities are known", () => {
  const config = readConfig("[pages]\n[paegs]\n[howdah_foo]", quiet);
  assert.deepEqual(
    problemsOf(() => unknownTables(config, ["pages", "howdah_foo"])),
    ["WD102 2:2 unknown table [paegs] in howdah.toml"],
  );
  unknownTables(config, ["pages", "paegs", "howdah_foo"]);
});

test("it is found at once where the project adds no capabilities", () => {
  const text = "[sever]\nport = 'x'\n[server]\nport = 'x'";
  assert.deepEqual(problems(text, { builtIn: ["pages"] }), [
    "WD102 1:2 unknown table [sever] in howdah.toml",
    'WD103 4:8 "server.port": expected a whole number from 0 to 65535',
  ]);
  assert.deepEqual(hints(text, { builtIn: ["pages"] })[0], 'did you mean "server"?');
  assert.deepEqual(problems('capabilities = ["howdah-foo"]\n[foo]', { builtIn: ["pages"] }), []);
});

test("the raw table of a capability knows the place of each key and value", () => {
  const config = readConfig("[pages]\nlimit = 5\n\n[pages.cache]\nhosts = ['a', 'b']", quiet);
  const raw = config.settings["pages"];
  assert.deepEqual(raw?.position([]), { file: "howdah.toml", line: 1, column: 2 });
  assert.deepEqual(raw?.position(["limit"]), { file: "howdah.toml", line: 2, column: 1 });
  assert.deepEqual(raw?.valuePosition?.(["limit"]), { file: "howdah.toml", line: 2, column: 9 });
  assert.deepEqual(raw?.valuePosition?.(["cache", "hosts", "1"]), { file: "howdah.toml", line: 5, column: 15 });
  assert.deepEqual(raw?.position(["missing"]), { file: "howdah.toml", line: 1, column: 2 });
});

test("the configuration of a tree is that of its howdah.toml", async () => {
  const tree = memoryTree({ "howdah.toml": 'name = "shop"' });
  assert.equal((await readProjectConfig(tree, quiet)).name, "shop");
  const code: ErrorCode = "WD121";
  await assert.rejects(readProjectConfig(memoryTree(), quiet), { code });
});
