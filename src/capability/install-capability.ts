import { readFile } from "node:fs/promises";
import { AppError } from "../errors/index.ts";
import { quoteIdentifier, type Transaction } from "../postgres/index.ts";
import { ensureCoreSchema } from "../schema/index.ts";
import type { Capability } from "./capability.ts";
import { readMigrationLine, type LineMigration, type MigrationLine } from "./migration-line.ts";
import { runLineFile } from "./run-line-file.ts";

/** What an installation did. */
export interface InstallReport {
  /** False when everything was there already. */
  readonly changed: boolean;
  /** Files of the migration line that ran, in order. */
  readonly migrations: readonly string[];
  /** True when routines.sql ran. */
  readonly routines: boolean;
}

/**
 * Brings a capability's schema to its newest version, inside the caller's transaction and as `owner`.
 *
 * Missing files of its migration line run once each, in order; routines.sql runs again when it or the line has
 * changed. Throws WD605 where a schema of that name is not the capability's, WD606 where the database is newer, WD607
 * where a released file was edited, WD609 with a place in the file where Postgres refuses a statement. After an error
 * the transaction has to be rolled back.
 */
export async function installCapability(
  tx: Transaction,
  capability: Capability,
  owner: string,
): Promise<InstallReport> {
  return installLine(tx, capability, { line: await readMigrationLine(capability), owner });
}

/** As `installCapability`, with the migration line as an argument: an older state of it, for the conformance suite. */
export async function installLine(
  tx: Transaction,
  capability: Capability,
  { line, owner }: { readonly line: MigrationLine; readonly owner: string },
): Promise<InstallReport> {
  if (capability.schema === undefined) return { changed: false, migrations: [], routines: false };
  const outer = await enter(tx, capability, owner);
  await ensureLedger(tx);
  const installed = await claimSchema(tx, capability.name, capability.schema);
  const missing = await missingMigrations(tx, capability, line);
  for (const migration of missing) {
    await runLineFile(tx, capability, migration);
    await tx.query({
      text: "insert into howdah.capability_migration (capability, version, name, checksum) values ($1, $2, $3, $4)",
      values: [capability.name, migration.version, migration.name, migration.checksum],
    });
  }
  const checksum = line.routines?.checksum ?? null;
  const stale = missing.length > 0 || checksum !== installed.routinesChecksum;
  const routines = stale && line.routines !== undefined;
  if (routines && line.routines !== undefined) await runLineFile(tx, capability, line.routines);
  if (checksum !== installed.routinesChecksum) {
    await tx.query({
      text: "update howdah.capability set routines_checksum = $2 where name = $1",
      values: [capability.name, checksum],
    });
  }
  await leave(tx, outer);
  const changed = installed.isNew || stale;
  return { changed, migrations: missing.map(({ file }) => file), routines };
}

/** Settings of the caller's transaction that the installation changes, to be put back. */
interface OuterSettings {
  readonly role: string;
  readonly path: string;
}

async function enter(tx: Transaction, capability: Capability, owner: string): Promise<OuterSettings> {
  // Two installations at once would both find the schema missing; the number is howdah's for capabilities.
  await tx.query({ text: "select pg_catalog.pg_advisory_xact_lock(5719432, 601)", values: [] });
  const [outer] = await tx.query<OuterSettings>({
    text: "select pg_catalog.current_setting('role') as role, pg_catalog.current_setting('search_path') as path",
    values: [],
  });
  await tx.query({
    text: `
      select
        pg_catalog.set_config('role', $1, true),
        pg_catalog.set_config('search_path', '', true),
        pg_catalog.set_config('howdah.installing', $2, true)`,
    values: [owner, capability.name],
  });
  return outer ?? { role: "none", path: "" };
}

async function leave(tx: Transaction, { role, path }: OuterSettings): Promise<void> {
  await tx.query({
    text: `
      select
        pg_catalog.set_config('howdah.installing', '', true),
        pg_catalog.set_config('search_path', $2, true),
        pg_catalog.set_config('role', $1, true)`,
    values: [role, path],
  });
}

/** Creates the ledger where it is missing, in the core's schema `howdah`, and that one where it is missing too. */
export async function ensureLedger(tx: Transaction): Promise<void> {
  const [row] = await tx.query<{ there: boolean }>({
    text: "select pg_catalog.to_regclass('howdah.capability') is not null as there",
    values: [],
  });
  if (row?.there === true) return;
  await ensureCoreSchema(tx);
  await tx.execute(await readFile(new URL("./sql/ledger.sql", import.meta.url), "utf8"));
}

/** A capability that stands in the ledger. */
export interface InstalledCapability {
  readonly routinesChecksum: string | null;
}

/** What the ledger says of a capability; undefined when it is not installed. Throws WD605 and WD612. */
export async function readInstalled(
  tx: Pick<Transaction, "query">,
  name: string,
  schema: string,
): Promise<InstalledCapability | undefined> {
  const [state] = await tx.query<{ exists: boolean; owner: string | null; checksum: string | null }>({
    text: `
      select
        pg_catalog.to_regnamespace(pg_catalog.quote_ident($1)) is not null as exists,
        (select c.name from howdah.capability as c where c.schema_name = $1) as owner,
        (select c.routines_checksum from howdah.capability as c where c.schema_name = $1) as checksum`,
    values: [schema],
  });
  if (state?.owner === name) {
    if (state.exists) return { routinesChecksum: state.checksum };
    throw new AppError("WD612", `the schema "${schema}" of the capability "${name}" is gone`, {
      hint: "restore it from a backup, or uninstall the capability if its data may go",
    });
  }
  if (state?.exists === true || typeof state?.owner === "string") throw foreignSchema(schema, name, state.owner);
  return undefined;
}

async function claimSchema(
  tx: Transaction,
  name: string,
  schema: string,
): Promise<InstalledCapability & { readonly isNew: boolean }> {
  const installed = await readInstalled(tx, name, schema);
  if (installed !== undefined) return { ...installed, isNew: false };
  await tx.execute(`create schema ${quoteIdentifier(schema)}`);
  await tx.query({ text: "insert into howdah.capability (name, schema_name) values ($1, $2)", values: [name, schema] });
  return { isNew: true, routinesChecksum: null };
}

function foreignSchema(schema: string, name: string, owner: string | null): AppError {
  const whose = owner === null ? "was not created by howdah" : `belongs to the capability "${owner}"`;
  return new AppError("WD605", `the schema "${schema}", which the capability "${name}" needs, ${whose}`, {
    hint: `rename it (alter schema ${quoteIdentifier(schema)} rename to …), or leave the capability out`,
  });
}

/** The files of the line that have not run here yet; throws WD606 and WD607. */
export async function missingMigrations(
  tx: Pick<Transaction, "query">,
  capability: Capability,
  line: MigrationLine,
): Promise<readonly LineMigration[]> {
  const applied = await tx.query<{ version: number; name: string; checksum: string }>({
    text: "select version, name, checksum from howdah.capability_migration where capability = $1 order by version",
    values: [capability.name],
  });
  const newest = applied.at(-1)?.version ?? 0;
  if (newest > line.migrations.length) {
    throw new AppError("WD606", `the database is newer than the capability "${capability.name}"`, {
      detail: `the database has its migrations up to ${newest}, this version knows ${line.migrations.length}`,
      hint: "use the newer version of howdah, or of the package",
    });
  }
  for (const { version, name, checksum } of applied) {
    const file = line.migrations[version - 1];
    if (file?.checksum === checksum) continue;
    throw new AppError("WD607", `a migration of the capability "${capability.name}" was changed after it ran`, {
      detail: `number ${version} ("${name}") has another content in this database than in ${file?.file ?? "no file"}`,
      hint: "take the released file back, and put the change into a new file",
    });
  }
  return line.migrations.slice(newest);
}
