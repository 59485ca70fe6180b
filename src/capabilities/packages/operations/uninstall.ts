import { AppError } from "../../../errors/index.ts";
import { uninstallCapability } from "../../../capability/index.ts";
import { sql, type Connection } from "../../../postgres/index.ts";
import { ledger } from "../capability.ts";

/** Drops the ledger with the event triggers; the packages stay. Returns false where there was none. */
export async function uninstallLedger(connection: Connection): Promise<boolean> {
  const [state] = await connection.query<{ installed: boolean; may: boolean }>(sql`
    select
      pg_catalog.to_regclass('howdah.capability') is not null as installed,
      not exists (select from pg_catalog.pg_event_trigger where evtname like '\\_pgpm\\_%')
        or pg_catalog.current_setting('is_superuser') = 'on' as may`);
  if (state?.installed !== true) return false;
  if (!state.may) {
    throw new AppError("WD661", "the ledger can't be uninstalled by this role", {
      detail: "its event triggers belong to a superuser",
      hint: "run it as a superuser",
    });
  }
  return await connection.transaction((tx) => uninstallCapability(tx, ledger.name));
}
