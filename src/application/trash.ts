import type { Finding } from "../capability/index.ts";
import { sql } from "../postgres/index.ts";
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

/** What `howdah doctor` says of what is kept; undefined where nothing is. Reads only. */
export async function trashFinding(database: ProjectDatabase): Promise<Finding | undefined> {
  await using connection = await database.connectOwner();
  return await connection.transaction(async (tx) => {
    const [row] = await tx.query<{ known: boolean }>(
      sql`select pg_catalog.to_regclass('howdah.trash') is not null as known`,
    );
    const kept = row?.known === true ? await readTrash(tx) : [];
    return kept.length === 0 ? undefined : { kind: "ok", name: "trash", message: told(kept) };
  });
}

/** `2 dropped things are kept, 1,292 rows, at the latest until 2026-12-31: howdah schema trash lists them` */
function told(kept: readonly Trash[]): string {
  const now = Date.now();
  const rows = kept.reduce((sum, one) => sum + one.rows, 0).toLocaleString("en");
  const [last = ""] = kept
    .map(({ keptUntil }) => keptUntil.toISOString().slice(0, 10))
    .toSorted()
    .toReversed();
  const over = kept.filter(({ keptUntil }) => keptUntil.getTime() <= now).length;
  return [
    kept.length === 1 ? "1 dropped thing is kept" : `${kept.length} dropped things are kept`,
    `, ${rows} ${rows === "1" ? "row" : "rows"}, at the latest until ${last}: howdah schema trash lists them`,
    over === 0 ? "" : `; the term of ${over} is over, and the next change of schema/ removes them`,
  ].join("");
}
