import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { configKeys } from "./config-keys.ts";
import { configSchema } from "./config-schema.ts";
import { readConfig } from "./read-config.ts";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
}

const file = new URL("../../schema/howdah.schema.json", import.meta.url);
const schema = JSON.parse(await readFile(file, "utf8")) as Schema;

/** Every key path of the schema, with its default. */
function pathsOf(node: Schema, path: readonly string[] = []): readonly (readonly [string, unknown])[] {
  const inner = [node, ...(node.anyOf ?? [])].flatMap(({ properties = {} }) => Object.entries(properties));
  return inner
    .filter(([key]) => !(key === "environments" || (key === "env" && path.length > 0)))
    .flatMap(([key, child]) => [[[...path, key].join("."), child.default] as const, ...pathsOf(child, [...path, key])]);
}

/** The same of the checker's keys. */
function keysOf(keys: object, path: readonly string[] = []): readonly string[] {
  return Object.entries(keys).flatMap(([name, key]: [string, unknown]) => {
    const isTable = typeof key === "object" && key !== null && "keys" in key && "type" in key && key.type === "table";
    const inner = isTable ? keysOf(key.keys as object, [...path, name]) : [];
    return [[...path, name].join("."), ...inner];
  });
}

test("the schema that ships is what the keys say: node scripts/write-schema.ts writes it", () => {
  assert.deepEqual(schema, JSON.parse(JSON.stringify(configSchema())));
});

test("the schema and the checks know the same keys", () => {
  assert.deepEqual(
    pathsOf(schema)
      .map(([path]) => path)
      .toSorted(),
    keysOf(configKeys).toSorted(),
  );
});

test("every key of the schema passes the check, and one more does not", () => {
  for (const [path] of pathsOf(schema)) {
    // The value is of no type that any key has: what is wrong is the value, never the key.
    assert.throws(() => readConfig(`${path} = 1979-05-27`, { env: {}, folder: "/p/x" }), { code: "WD103" }, path);
    assert.throws(() => readConfig(`${path}_ = {}`, { env: {}, folder: "/p/x", builtIn: [] }), { code: "WD102" }, path);
  }
});

test("a default in the schema is what an empty file gives", () => {
  const defaults = Object.fromEntries(pathsOf(schema).filter(([, value]) => value !== undefined));
  const { server, roles, worker, capabilities } = readConfig("", { env: {}, folder: "/p/x" });
  const written = Object.entries(defaults)
    .map(([path, value]) => `${path} = ${JSON.stringify(value)}`)
    .join("\n");
  const again = readConfig(written, { env: {}, folder: "/p/x" });
  assert.deepEqual(
    [again.server, again.roles, again.worker, again.capabilities],
    [server, roles, worker, capabilities],
  );
  assert.deepEqual(Object.keys(defaults).toSorted(), [
    "capabilities",
    "postgres.deb.accept_expired",
    "roles.anon",
    "roles.authenticated",
    "roles.service_role",
    "schema.online_above",
    "server.acquire_timeout",
    "server.allowed_hosts",
    "server.host",
    "server.max_body",
    "server.pool",
    "server.port",
    "server.statement_timeout",
    "server.workers",
    "worker.port",
    "worker.python",
    "worker.runners",
    "worker.timeout",
  ]);
});

test("tables of capabilities can be described with the same keys", () => {
  const withPages = configSchema({ pages: { limit: { type: "integer", default: 20, min: 1, describe: "Rows." } } });
  assert.deepEqual((withPages["properties"] as Record<string, unknown>)["pages"], {
    type: "object",
    properties: { limit: { description: "Rows.", type: "integer", minimum: 1, default: 20 } },
    additionalProperties: false,
  });
});
