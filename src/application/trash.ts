import { ensureCoreSchema, readTrash, restoreTrash, type Trash } from "../schema/index.ts";
import type { ProjectDatabase } from "./application.ts";

/** What was dropped and is still kept, newest first. */
export async function listTrash(database: ProjectDatabase): Promise<readonly Trash[]> {
  await using connection = await database.connectOwner();
  return await connection.transaction(async (tx) => {
    await ensureCoreSchema(tx);
    return await readTrash(tx);
  });
}

/** Puts what is kept under a number back where it was; how many rows. Throws WD472. */
export async function putBack(database: ProjectDatabase, id: string): Promise<number> {
  await using connection = await database.connectOwner();
  return await connection.transaction(async (tx) => {
    await ensureCoreSchema(tx);
    return await restoreTrash(tx, id);
  });
}
