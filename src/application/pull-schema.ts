import { readModel } from "../diff/index.ts";
import { handedOver, writeFiles } from "../schema/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { leftOut } from "./desired.ts";

/** The files that the database could have been made from, by path; writes nothing. */
export async function pullSchema(project: Project, database: ProjectDatabase): Promise<ReadonlyMap<string, string>> {
  const adopt = (await project.tree.list("migrations/*.sql")).length > 0;
  await using connection = await database.connectOwner();
  return await connection.transaction(async (tx) => {
    await tx.execute("set transaction isolation level repeatable read, read only");
    const model = await readModel(tx, { leaveOut: leftOut(project) });
    const { owner } = database.roles;
    // What belongs to whoever is connected is handed over with the first assembly.
    return writeFiles(handedOver(model, database.admin.user, owner), { role: owner, adopt });
  });
}
