import { readModel, type Model, type ReadOptions } from "../../diff/index.ts";
import type { Connection, Transaction } from "../../postgres/index.ts";
import { ensureCoreSchema } from "../core.ts";
import { runMigrations, type PreparedMigration } from "../migrate.ts";
import type { SourceMap } from "../locate.ts";
import { applySettings, type SessionSettings } from "../session.ts";
import { rolledBack } from "./reversed.ts";

/** What the schema will be once the pending migrations have run: they are tried on a clone without rows. */
export async function afterMigrations(
  clone: Connection,
  {
    migrations,
    settings,
    sources,
    read,
  }: {
    readonly migrations: readonly PreparedMigration[];
    readonly settings: SessionSettings;
    readonly sources: SourceMap;
    readonly read: ReadOptions;
  },
): Promise<Model> {
  return await rolledBack(clone, async (tx: Transaction) => {
    await applySettings(tx, settings);
    await ensureCoreSchema(tx);
    await runMigrations(tx, migrations, settings, sources);
    await tx.execute("set local role none");
    return await readModel(tx, read);
  });
}
