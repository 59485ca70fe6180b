import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Connection, type Target } from "../../src/postgres/index.ts";
import { prepareDatabase } from "../../src/schema/index.ts";
import { dropDatabase, testServer } from "../support/database.ts";
import { roles as randomRoles } from "../schema/random/role.ts";
import type { Settings } from "./plan-kill-input.ts";

/** One database of a project, with a session; dropped when disposed. */
export interface TrialDatabase extends AsyncDisposable {
  readonly target: Target;
  readonly connection: Connection;
}

/** Where plans are tried. */
export interface Place extends Omit<Settings, "onlineAbove">, AsyncDisposable {
  /** An empty database of a project. */
  empty(): Promise<TrialDatabase>;
  /** A copy of one, whose session is closed for it. */
  copy(of: TrialDatabase): Promise<TrialDatabase>;
}

/** Databases of one prefix on the server of the tests, all of them gone when disposed. */
export async function openPlace(): Promise<Place> {
  const admin = testServer();
  const prefix = `t_${randomBytes(5).toString("hex")}`;
  const names = { anon: `${prefix}_anon`, authenticated: `${prefix}_user`, serviceRole: `${prefix}_admin` };
  const passwords = { authenticator: "one", service: "two" };
  const { roles } = await prepareDatabase(admin, { database: prefix, names, passwords, createDatabase: true });
  const cacheFolder = await mkdtemp(join(tmpdir(), "howdah-plan-kill-"));
  const creator = await connect(admin);
  for (const role of randomRoles) await creator.execute(makeRole(role));
  let count = 0;
  const copyOf = async (template: string): Promise<TrialDatabase> => {
    const target = { ...admin, database: `${prefix}_${count++}` };
    await creator.execute(`create database ${target.database} template ${template} owner ${roles.owner}`);
    const connection = await connect(target);
    return {
      ...{ target, connection },
      async [Symbol.asyncDispose]() {
        await connection.close();
        await creator.execute(`drop database if exists ${target.database} with (force)`);
      },
    };
  };
  return {
    ...{ roles, scratch: admin, cacheFolder, prefix: `${prefix}_scratch` },
    empty: async () => copyOf(prefix),
    async copy(of) {
      await of.connection.close();
      return await copyOf(of.target.database);
    },
    async [Symbol.asyncDispose]() {
      const left = await creator.query<{ name: string }>({
        text: "select datname as name from pg_database where starts_with(datname, $1)",
        values: [`${prefix}_`],
      });
      for (const { name } of left) await creator.execute(`drop database if exists ${name} with (force)`);
      await creator.close();
      await dropDatabase(admin, prefix);
      await rm(cacheFolder, { recursive: true, force: true });
    },
  };
}

/** Several runs may be at it at once. */
function makeRole(role: string): string {
  return `do $$ begin create role ${role}; exception when duplicate_object or unique_violation then null; end $$`;
}
