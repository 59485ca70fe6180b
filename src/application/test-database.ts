import { randomBytes } from "node:crypto";
import { connect, sql, type Target } from "../postgres/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { assembleProject } from "./assemble-project.ts";
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
  const name = `${database.admin.database.slice(0, 40)}_test_${randomBytes(5).toString("hex")}`;
  const admin = { ...database.admin, database: "postgres" };
  const test: ProjectDatabase = {
    ...(await openProjectDatabase(project, { admin, database: name, createDatabase: true, roles: database.roles })),
    version: database.version,
    provider: database.provider,
    installation: database.installation,
    joined: true,
    close: () => drop(admin, name),
    [Symbol.asyncDispose]: () => drop(admin, name),
  };
  try {
    await assembleProject(project, test, { mode: "development" });
    return test;
  } catch (error) {
    await test.close();
    throw error;
  }
}

async function drop(admin: Target, name: string): Promise<void> {
  await using connection = await connect(admin);
  await connection.query(sql`drop database if exists ${sql.ref(name)} with (force)`);
}
