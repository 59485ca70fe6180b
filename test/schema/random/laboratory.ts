import { randomBytes } from "node:crypto";
import { connect } from "../../../src/postgres/index.ts";
import { dropDatabase, testServer } from "../../support/database.ts";
import { emptying } from "../../support/live-database.ts";
import { planOnce } from "../../support/prepared.ts";
import type { Laboratory } from "./oracle.ts";
import { roles } from "./role.ts";

/** Two databases, used again for pair after pair: to make one takes longer than most pairs. */
export async function openLaboratory(): Promise<Laboratory & AsyncDisposable> {
  const admin = testServer();
  const name = `t_${randomBytes(5).toString("hex")}`;
  const names = [name, `${name}_wanted`] as const;
  await using creator = await connect(admin);
  for (const role of roles) await creator.execute(makeRole(role));
  for (const each of names) {
    await creator.execute(`create database ${each} template template0`);
    // Another run that ends meanwhile drops no role that something depends on.
    await creator.execute(`grant connect on database ${each} to ${roles.join(", ")}`);
  }
  const [live, wanted] = await Promise.all([
    connect({ ...admin, database: names[0] }),
    connect({ ...admin, database: names[1] }),
  ]);
  await live.execute(`${planOnce}; set client_min_messages = warning`);
  await wanted.execute(`${planOnce}; set client_min_messages = warning; set check_function_bodies = off`);
  return {
    ...{ live, wanted, role: admin.user },
    async [Symbol.asyncDispose]() {
      await Promise.all([live.close(), wanted.close()]);
      for (const each of names) await dropDatabase(admin, each);
      await using dropper = await connect(admin);
      for (const role of roles) await dropper.execute(dropRole(role));
    },
  };
}

/** Several runs may be at it at once. */
function makeRole(role: string): string {
  return `do $$ begin create role ${role}; exception when duplicate_object or unique_violation then null; end $$`;
}

/** The last run's: while another's databases need a role, it stays. */
function dropRole(role: string): string {
  return `do $$ begin drop role ${role}; exception when dependent_objects_still_exist or undefined_object then null; end $$`;
}

/** Empties the database that a pair was tried in. */
export async function clear({ live }: Laboratory): Promise<void> {
  await live.execute(`rollback; reset all; ${planOnce}; set client_min_messages = warning`);
  await live.execute(emptying);
}
