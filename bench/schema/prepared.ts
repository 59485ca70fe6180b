import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Target } from "../../src/postgres/index.ts";
import { prepareDatabase, type DatabaseRoles } from "../../src/schema/index.ts";

/** A database that a project is assembled into, with its roles, and a folder for the models of its files. */
export interface Prepared {
  readonly admin: Target;
  readonly target: Target;
  readonly roles: DatabaseRoles;
  readonly cacheFolder: string;
}

/** Runs `use` on a new one; database, roles and folder are gone afterwards. */
export async function withPrepared<Value>(admin: Target, use: (prepared: Prepared) => Promise<Value>): Promise<Value> {
  const name = `bench_${randomBytes(5).toString("hex")}`;
  const names = { anon: `${name}_anon`, authenticated: `${name}_user`, serviceRole: `${name}_admin` };
  const passwords = { authenticator: "one", service: "two" };
  const { roles } = await prepareDatabase(admin, { database: name, names, passwords, createDatabase: true });
  const cacheFolder = await mkdtemp(join(tmpdir(), "howdah-bench-models-"));
  try {
    return await use({ admin, target: { ...admin, database: name }, roles, cacheFolder });
  } finally {
    await rm(cacheFolder, { recursive: true, force: true });
    await dropAll(admin, name, roles);
  }
}

async function dropAll(admin: Target, name: string, roles: DatabaseRoles): Promise<void> {
  await using connection = await connect(admin);
  const found = await connection.query<{ database: string }>({
    text: "select datname as database from pg_database where starts_with(datname, $1)",
    values: [name],
  });
  for (const { database } of found) await connection.execute(`drop database ${database} with (force)`);
  await connection.execute(`drop role ${Object.values(roles).join(", ")}`);
}
