import { installCapability } from "../../../capability/index.ts";
import { quoteIdentifier, sql, type Connection, type Transaction } from "../../../postgres/index.ts";
import { ledger } from "../capability.ts";

/** What an installation of the ledger did. */
export interface LedgerReport {
  readonly changed: boolean;
  /** DDL of the database is logged by event triggers: only a superuser can have them made. */
  readonly ddlLog: boolean;
}

/**
 * Brings the ledger and SQL API (schema _pgpm) to their newest version, as their owner, which is whoever made them first.
 *
 * A role that may not become the owner leaves them as they are.
 */
export async function ensureLedger(tx: Transaction): Promise<LedgerReport> {
  const [state] = await tx.query<{ owner: string; may: boolean; superuser: boolean }>(sql`
    select
      owner.name as owner,
      pg_catalog.pg_has_role(current_user, owner.name, 'member') as may,
      pg_catalog.current_setting('is_superuser') = 'on' as superuser
    from (
      select coalesce(
        (select nspowner::pg_catalog.regrole::text from pg_catalog.pg_namespace where nspname = '_pgpm'),
        pg_catalog.quote_ident(current_user)
      ) as quoted
    ) as found
    cross join lateral (
      select rolname::text as name from pg_catalog.pg_roles where oid = found.quoted::pg_catalog.regrole
    ) as owner`);
  const report = state?.may === true ? await installCapability(tx, ledger, state.owner) : undefined;
  if (state?.superuser === true && report?.changed === true) await logDdl(tx);
  return { changed: report?.changed ?? false, ddlLog: await isLogged(tx) };
}

const triggers = { _pgpm_ddl_command_end: "ddl_command_end", _pgpm_sql_drop: "sql_drop" } as const;

/** In howdah's own ledger they stand as the capability's, so that uninstalling takes them away. */
async function logDdl(tx: Transaction): Promise<void> {
  for (const [name, event] of Object.entries(triggers)) {
    const [found] = await tx.query(sql`select from pg_catalog.pg_event_trigger where evtname = ${name}`);
    if (found !== undefined) continue;
    await tx.execute(`create event trigger ${name} on ${event} execute function _pgpm.log_ddl()`);
    await tx.execute(`comment on event trigger ${name} is 'writes _pgpm.ddl_changes_log'`);
    await tx.query(sql`
      insert into howdah.owned_object (capability, kind, identity) values (${ledger.name}, 'event trigger', ${name})
      on conflict on constraint owned_object_kind_identity_key do nothing`);
  }
}

async function isLogged(tx: Transaction): Promise<boolean> {
  const [row] = await tx.query<{ count: number }>(sql`
    select pg_catalog.count(*)::integer as count from pg_catalog.pg_event_trigger where evtname = any (${Object.keys(triggers)})`);
  return row?.count === Object.keys(triggers).length;
}

/** `howdah package install`: the ledger, and for these roles the right to write it. */
export async function installLedger(connection: Connection, usage: readonly string[]): Promise<LedgerReport> {
  return await connection.transaction(async (tx) => {
    const report = await ensureLedger(tx);
    if (usage.length > 0) {
      const roles = usage.map(quoteIdentifier).join(", ");
      await tx.execute(`
        grant usage on schema _pgpm to ${roles};
        grant select, insert, update, delete on all tables in schema _pgpm to ${roles};
        grant execute on all functions in schema _pgpm to ${roles};`);
    }
    return report;
  });
}
