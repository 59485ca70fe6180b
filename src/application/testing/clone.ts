import { quoteIdentifier, sql, type Connection, type Target } from "../../postgres/index.ts";
import { AppError } from "../../errors/index.ts";
import type { DatabaseRoles } from "../../schema/index.ts";

/** What a copy of the template is made of: plain data, handed to the processes of TypeScript tests as it is. */
export interface CloneSource {
  readonly template: string;
  readonly roles: DatabaseRoles;
  readonly strategy: "wal_log" | "file_copy";
  /** `alter database` settings of the template, "name=value", which copying leaves behind. */
  readonly settings: readonly string[];
  /** The role that copies: may connect to the copy. */
  readonly admin: string;
}

/** Bytes from which copying files is quicker than writing every page into the log. */
const largeTemplateBytes = 64 * 1024 * 1024;

/**
 * Decides how the template is copied.
 *
 * Measured on ext4, 8 MB of catalog: with fsync on, wal_log takes 75 to 200 ms, file_copy 150 to 450 (two checkpoints);
 * with fsync off 80 and 45. From 18 on file_copy_method = clone spares the copying where the file system can
 * (37 against 49 ms on ext4, which can't, next to nothing on btrfs, XFS and APFS).
 */
export async function cloneSource(
  session: Connection,
  from: Pick<CloneSource, "template" | "roles" | "admin">,
): Promise<CloneSource> {
  const [facts] = await session.query<{ quick: boolean; settings: readonly string[] | null }>(sql`
    select
      pg_catalog.current_setting('fsync') = 'off'
        or pg_catalog.pg_database_size(database.oid) > ${largeTemplateBytes} as quick,
      setting.setconfig as settings
    from pg_catalog.pg_database as database
    left join pg_catalog.pg_db_role_setting as setting
      on setting.setdatabase = database.oid
      and setting.setrole = 0
    where database.datname = ${from.template}
  `);
  const { template, roles, admin } = from;
  const strategy = facts?.quick === true ? "file_copy" : "wal_log";
  return { template, roles, admin, strategy, settings: facts?.settings ?? [] };
}

/** Sets a session up to copy databases: what it waits for the disk to confirm is thrown away soon. */
export async function prepareCloning(session: Connection): Promise<void> {
  await session.query(sql`
    select pg_catalog.set_config(name, case name when 'file_copy_method' then 'clone' else 'off' end, false)
    from pg_catalog.pg_settings
    where name in ('file_copy_method', 'synchronous_commit')
  `);
}

/** Makes a database as the template is; throws WD485 where somebody is connected to that. */
export async function cloneDatabase(session: Connection, source: CloneSource, name: string): Promise<void> {
  const { roles, template, strategy, admin } = source;
  const database = quoteIdentifier(name);
  const owner = quoteIdentifier(roles.owner);
  try {
    await session.execute(
      `create database ${database} owner ${owner} template ${quoteIdentifier(template)} strategy ${strategy}`,
    );
  } catch (error) {
    throw isInUse(error) ? templateInUse(template, error) : error;
  }
  const connecting = [...new Set([roles.authenticator, roles.service, admin])].map(quoteIdentifier).join(", ");
  await session.execute(
    [
      `set role ${owner}`,
      `revoke connect, temporary on database ${database} from public`,
      `grant connect on database ${database} to ${connecting}`,
      ...source.settings.map((setting) => settingOf(database, setting)),
      "reset role",
    ].join(";\n"),
  );
}

/** How a copy is reached by the role that made it. */
export function cloneTarget(admin: Target, name: string): Target {
  return { ...admin, database: name };
}

function settingOf(database: string, setting: string): string {
  const at = setting.indexOf("=");
  const name = setting.slice(0, at).split(".").map(quoteIdentifier).join(".");
  // What a list setting holds is quoted as a list already.
  const value = setting.slice(at + 1);
  return `alter database ${database} set ${name} to ${/^(?:search_path|temp_tablespaces|session_preload_libraries|local_preload_libraries)$/.test(setting.slice(0, at)) ? value : literal(value)}`;
}

function literal(text: string): string {
  return sql.literal(text).text;
}

function isInUse(error: unknown): boolean {
  return error instanceof AppError && error.postgres?.sqlstate === "55006";
}

function templateInUse(template: string, cause: unknown): AppError {
  return new AppError("WD485", `the template ${template} can't be copied: somebody is connected to it`, {
    detail: cause instanceof AppError ? cause.detail : undefined,
    hint: "end that session: look for it in pg_stat_activity",
    cause,
  });
}
