import { readFileSync } from "node:fs";
import { AppError } from "../../errors/index.ts";
import { sql } from "../../postgres/index.ts";
import type { ProjectDatabase } from "../application.ts";

/** The schema that databases of tests have besides the project's own. */
export const testSchema = "test";

let known: string | undefined;

/** The SQL of the functions `test.equal` and so on. */
export function assertionsText(): string {
  return (known ??= readFileSync(new URL("./sql/assertions.sql", import.meta.url), "utf8"));
}

/** Puts the schema `test` into a database, as its owner; throws WD483 where the project has one of that name. */
export async function installAssertions(database: ProjectDatabase): Promise<void> {
  await using connection = await database.connectOwner();
  const [taken] = await connection.query(sql`
    select from pg_catalog.pg_namespace where nspname = ${testSchema}`);
  if (taken !== undefined) {
    throw new AppError("WD483", "the project has a schema named test", {
      detail: "howdah test puts its assertions (test.equal …) into a schema of that name",
      hint: "rename it: alter schema test rename to …",
    });
  }
  const { owner, anon, authenticated, serviceRole } = database.roles;
  const roles = { owner, anon, authenticated, service_role: serviceRole };
  await connection.transaction(async (tx) => {
    await tx.execute(assertionsText());
    await tx.query(sql`
      insert into test.role (name, role)
      select name, role
      from pg_catalog.json_each_text(${JSON.stringify(roles)}::pg_catalog.json) as known(name, role)
    `);
  });
}
