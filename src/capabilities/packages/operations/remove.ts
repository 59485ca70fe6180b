import { AppError } from "../../../errors/index.ts";
import { quoteIdentifier, sql, type Connection, type Transaction } from "../../../postgres/index.ts";
import { formatPackageVersion, parsePackageVersion } from "../../../resolve/index.ts";
import { lockPackages } from "../deploy/session.ts";
import { listPackages } from "./list.ts";

export interface RemoveOptions {
  readonly name: string;
  readonly version: string;
  /** Only this revision; otherwise the current one and all revisions. */
  readonly revision?: number | undefined;
  /** Tables with their rows may go. */
  readonly dropData: boolean;
  readonly lockTimeoutMs?: number | undefined;
}

/**
 * Drops the schemas of a package's version: those that mode moderate has set aside too, unless one of them is named.
 *
 * Throws WD648 where there is none; WD657, with nothing dropped, where others need it, or it holds tables.
 */
export async function removePackage(connection: Connection, options: RemoveOptions): Promise<readonly string[]> {
  const version = formatPackageVersion(parsePackageVersion(options.version));
  const unlock = await lockPackages(connection, options.lockTimeoutMs ?? 60_000);
  try {
    return await connection.transaction(async (tx) => {
      const listed = await listPackages(tx);
      const found = listed.filter(
        (each) =>
          each.name === options.name &&
          each.version === version &&
          (options.revision === undefined || each.revision === options.revision),
      );
      if (found.length === 0) throw notFound(options.name, version, listed);
      const reasons = await reasonsAgainst(tx, found, options.dropData);
      if (reasons.length > 0) throw refused(options.name, version, reasons);
      for (const { schema } of found) await drop(tx, options.name, version, schema);
      return found.map(({ schema, name }) => schema ?? name);
    });
  } finally {
    await unlock().catch(() => {});
  }
}

type Found = Awaited<ReturnType<typeof listPackages>>;

async function reasonsAgainst(tx: Transaction, found: Found, dropData: boolean): Promise<readonly string[]> {
  const reasons: string[] = [];
  const own = found.flatMap(({ schema }) => schema ?? []);
  for (const { schema, name } of found) {
    if (schema === null) {
      reasons.push(`${name} has no schema of its own: howdah does not know which objects it made`);
      continue;
    }
    const [said] = await tx.query<{ reasons: readonly string[] }>(
      sql`select _pgpm.drop_schema_smart(${schema}) -> 'reasons' as reasons`,
    );
    const tables = /^it holds the table /;
    reasons.push(
      ...(said?.reasons ?? []).filter((reason) => !(dropData && tables.test(reason)) && !isOwn(reason, own)),
    );
  }
  return reasons;
}

/** What lies in another revision that goes as well. */
function isOwn(reason: string, schemas: readonly string[]): boolean {
  if (!reason.includes(" depends on ")) return false;
  return schemas.some((schema) => new RegExp(`^\\w[\\w ]* (?:\\S+ on )?"?${schema}"?\\.`).test(reason));
}

async function drop(tx: Transaction, name: string, version: string, schema: string | null): Promise<void> {
  if (schema === null) return;
  await tx.execute("set local client_min_messages = warning");
  await tx.execute(`drop schema if exists ${quoteIdentifier(schema)} cascade`);
  await tx.query(sql`
    update _pgpm.packages
    set status = 'DELETED', changed_at = pg_catalog.now()
    where name = ${name} and version = ${version} and schema_name = ${schema} and status <> 'DELETED'`);
}

function notFound(name: string, version: string, listed: Found): AppError {
  const versions = listed.filter((each) => each.name === name).map((each) => each.version);
  return new AppError("WD648", `${name} ${version} is not deployed`, {
    detail: versions.length === 0 ? "no version of it is" : `deployed: ${[...new Set(versions)].join(", ")}`,
    hint: "howdah package list shows all",
  });
}

function refused(name: string, version: string, reasons: readonly string[]): AppError {
  return new AppError("WD657", `${name} ${version} is not removed`, {
    detail: reasons.join("\n"),
    hint: reasons.every((reason) => reason.startsWith("it holds the table "))
      ? "--drop-data drops its tables with their rows"
      : undefined,
  });
}
