import { randomBytes } from "node:crypto";
import { connect, sql } from "../postgres/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { assembleProject } from "./assemble-project.ts";
import { once } from "./once.ts";
import { openProjectDatabase } from "./open-database.ts";

/**
 * A fresh database of its own for one test: the project assembled into it, on the server of `database`, with its roles.
 *
 * Closing it drops it. About a tenth of a second each.
 *
 * @example
 * await using test = await openTestDatabase(project, database);
 * await using connection = await test.connectOwner();
 */
export async function openTestDatabase(project: Project, database: ProjectDatabase): Promise<ProjectDatabase> {
  const { admin, roles, version, provider, installation } = database;
  const name = `${admin.database.slice(0, 40)}_test_${randomBytes(5).toString("hex")}`;
  const close = once(() => drop(database, name));
  try {
    const test: ProjectDatabase = {
      ...(await openProjectDatabase(project, { admin, database: name, createDatabase: true, roles })),
      ...{ version, provider, installation, joined: true, heldBeside: database.heldBeside },
      ...{ close, [Symbol.asyncDispose]: close },
    };
    await assembleProject(project, test, { mode: "development", seeds: true });
    return test;
  } catch (error) {
    await close();
    throw error;
  }
}

/** From the project's own database: another one may not be there, or not be open to its role. */
async function drop({ admin, roles }: ProjectDatabase, name: string): Promise<void> {
  await using connection = await connect(admin);
  const [self] = await connection.query<{ superuser: boolean }>(sql`
    select rolsuper as superuser from pg_catalog.pg_roles where rolname = current_user`);
  // Preparing has handed the database to its owner, whose rights a plain role has only by becoming it.
  if (self?.superuser !== true) await connection.query(sql`set role ${sql.ref(roles.owner)}`);
  await connection.query(sql`drop database if exists ${sql.ref(name)} with (force)`);
}
