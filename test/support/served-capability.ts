import { randomBytes } from "node:crypto";
import type { InjectOptions } from "fastify";
import { silentLog } from "../../src/application/index.ts";
import type { ConformanceDatabase, ServedCapability } from "../../src/capability/conformance-rules.ts";
import { installCapability, type App, type Capability } from "../../src/capability/index.ts";
import { createRequestPool, sql, type Connection } from "../../src/postgres/index.ts";
import { emptySettings, memoryTree } from "../../src/project/index.ts";
import { createServer } from "../../src/server/index.ts";
import { testServer } from "./database.ts";
import { testConfig } from "./project-config.ts";

export interface ServedOptions {
  /** The project's files. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the project's own SQL would make, run as the owner; `$anon` is the role of requests. */
  readonly sql?: string;
  readonly requests: readonly (string | InjectOptions)[];
}

/** The `serve` of the conformance suite: the real server, over a pool of one connection. */
export function serveCapability({ files = {}, sql: text = "", requests }: ServedOptions) {
  return async (capability: Capability, database: ConformanceDatabase): Promise<ServedCapability> => {
    await using admin = await database.connect();
    const { name, anon, target } = await createRoles(admin);
    const pool = createRequestPool(target, { max: 1, acquireTimeoutMs: 5000, statementTimeoutMs: 5000 });
    const tree = memoryTree(files);
    const settings = capability.settings(emptySettings(capability.name));
    const config = { ...testConfig(), name, roles: { ...testConfig().roles, anon } };
    await admin.transaction(async (tx) => {
      await installCapability(tx, capability, database.owner);
      await tx.execute(`set local role "${database.owner}"`);
      await tx.execute(`grant usage on schema public to "${anon}"; ${text.replaceAll("$anon", `"${anon}"`)}`);
      await capability.assemble?.({ config, settings, mode: "production", log: silentLog }, tree, tx);
    });
    const on = () => () => {};
    const app: App = {
      config,
      settings,
      tree,
      mode: "production",
      requests: pool,
      connect: database.connect,
      listen: async () => {},
      log: silentLog,
      on,
    };
    const capabilities = [{ capability, app }];
    const server = await createServer({ ...app, capabilities, events: on });
    return {
      ...{ pool, role: anon },
      requests: requests.map((request) => () => server.fastify.inject(request)),
      async [Symbol.asyncDispose]() {
        await server.close();
        await pool.close();
      },
    };
  };
}

/** A login for the pool and what its requests become, named after the database so that they go with it. */
async function createRoles(admin: Connection) {
  const [{ name } = { name: "" }] = await admin.query<{ name: string }>(sql`select current_database()::text as name`);
  const [anon, authenticator] = [`${name}_anon`, `${name}_authenticator`];
  const password = randomBytes(12).toString("hex");
  await admin.execute(`
    create role "${anon}" nologin;
    create role "${authenticator}" login noinherit password '${password}';
    grant "${anon}" to "${authenticator}"`);
  return { name, anon, target: { ...testServer(), database: name, user: authenticator, password } };
}
