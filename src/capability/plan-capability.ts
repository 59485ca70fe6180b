import type { Transaction } from "../postgres/index.ts";
import type { Capability } from "./capability.ts";
import { missingMigrations, readInstalled } from "./install-capability.ts";
import type { InstallReport } from "./install-capability.ts";
import { readMigrationLine } from "./migration-line.ts";

/**
 * What `installCapability` would do to this database, told from the ledger alone: reads only.
 *
 * Throws WD605, WD606, WD607 and WD612 as the installation does.
 */
export async function planCapability(tx: Pick<Transaction, "query">, capability: Capability): Promise<InstallReport> {
  const { name, schema } = capability;
  if (schema === undefined) return { changed: false, migrations: [], routines: false };
  const line = await readMigrationLine(capability);
  const isThere = await hasLedger(tx);
  const installed = isThere ? await readInstalled(tx, name, schema) : undefined;
  const missing = isThere ? await missingMigrations(tx, capability, line) : line.migrations;
  const stale = missing.length > 0 || (line.routines?.checksum ?? null) !== (installed?.routinesChecksum ?? null);
  return {
    changed: installed === undefined || stale,
    migrations: missing.map(({ file }) => file),
    routines: stale && line.routines !== undefined,
  };
}

async function hasLedger(tx: Pick<Transaction, "query">): Promise<boolean> {
  const [row] = await tx.query<{ there: boolean }>({
    text: "select pg_catalog.to_regclass('howdah.capability') is not null as there",
    values: [],
  });
  return row?.there === true;
}
