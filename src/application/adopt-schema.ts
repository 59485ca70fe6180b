import { readModel } from "../diff/index.ts";
import { sql } from "../postgres/index.ts";
import { adoptedFiles } from "../schema/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { leftOut } from "./desired.ts";

/**
 * The files of schema/ that take relations and types over from migrations, by path; writes nothing.
 *
 * Throws WD017 for a name that is nothing, or a file's already.
 */
export async function adoptSchema(
  project: Project,
  database: ProjectDatabase,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  await using connection = await database.connectOwner();
  return await connection.transaction(async (tx) => {
    await tx.execute("set transaction isolation level repeatable read, read only");
    const live = await readModel(tx, { leaveOut: leftOut(project) });
    const declared = await tx.query<{ key: string; file: string }>(sql`select key, file from howdah.declared`);
    const objects = await tx.query<{ key: string }>(sql`select key from howdah.object`);
    return adoptedFiles({
      ...{ live, names, role: database.roles.owner },
      declared: new Map(declared.map(({ key, file }) => [key, file])),
      objects: new Set(objects.map(({ key }) => key)),
    });
  });
}
