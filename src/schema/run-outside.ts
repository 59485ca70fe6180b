import { AppError } from "../errors/index.ts";
import { quoteIdentifier, sql, StatementError, type Connection } from "../postgres/index.ts";
import type { AssemblyAction } from "./assembly.ts";
import { record, type PreparedMigration } from "./migrate.ts";
import type { SourceMap } from "./locate.ts";
import type { SessionSettings } from "./session.ts";
import { statementError } from "./statement-error.ts";
import type { Statement } from "./statement.ts";
import { fingerprint } from "./token.ts";

/**
 * Runs a migration marked `-- no-transaction`, each statement by itself. What has run is written down behind each: an
 * interrupted one goes on with the first statement that is not there.
 *
 * @throws AppError WD403 where a statement that has run was edited since, WD411 with the place of one that fails
 */
export async function runOutside(
  connection: Connection,
  prepared: PreparedMigration,
  { settings, sources }: { readonly settings: SessionSettings; readonly sources: SourceMap },
): Promise<AssemblyAction> {
  const { migration, outOfOrder, statements } = prepared;
  const version = migration.version.toString();
  const started = performance.now();
  await beginSession(connection, settings);
  const done = await readDone(connection, version);
  refuseEdited(prepared, done);
  for (const statement of statements.slice(done.length)) {
    await runStatement(connection, statement, sources);
    done.push(fingerprint(statement.text));
    await writeDone(connection, version, done);
  }
  await beginSession(connection, settings);
  await connection.transaction(async (tx) => {
    await record(tx, migration, performance.now() - started);
    await tx.query(sql`delete from howdah.unfinished where version = ${version}::numeric`);
  });
  return { kind: "migrate", file: migration.file, version, outOfOrder };
}

/** As `applySettings`, for a session without a transaction. */
export async function beginSession(connection: Connection, { owner, lockTimeoutMs }: SessionSettings): Promise<void> {
  await connection.execute(`set role ${quoteIdentifier(owner)}`);
  await connection.execute("set search_path = public");
  await connection.execute("set time zone 'UTC'");
  await connection.execute("set statement_timeout = 0");
  await connection.execute("set check_function_bodies = off");
  await connection.execute(`set lock_timeout = ${Math.max(1, Math.round(lockTimeoutMs))}`);
}

/** One statement in a transaction of its own, or in none. */
export async function runStatement(connection: Connection, statement: Statement, sources?: SourceMap): Promise<void> {
  try {
    await connection.execute(statement.text);
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    const located = statementError(error, { source: statement.source, start: statement.start }, sources);
    throw new AppError(located.code, located.message, {
      detail: located.detail,
      hint:
        located.hint ??
        "what ran before it stays: mend this statement and run howdah migrate again, it goes on here; an index that was left invalid has to be dropped first",
      position: located.position,
      source: located.source,
      postgres: located.postgres,
      cause: error,
    });
  }
}

async function readDone(connection: Connection, version: string): Promise<string[]> {
  const [row] = await connection.query<{ done: readonly string[] }>(
    sql`select done from howdah.unfinished where version = ${version}::numeric`,
  );
  return [...(row?.done ?? [])];
}

async function writeDone(connection: Connection, version: string, done: readonly string[]): Promise<void> {
  await connection.query(sql`
    insert into howdah.unfinished (version, done)
    values (${version}::numeric, ${[...done]}::text[])
    on conflict (version) do update set done = excluded.done
  `);
}

function refuseEdited({ migration, statements }: PreparedMigration, done: readonly string[]): void {
  const index = done.findIndex((text, at) => fingerprint(statements[at]?.text ?? "") !== text);
  if (index === -1) return;
  const { source, file } = migration;
  const at = statements[index]?.start ?? source.text.length;
  throw new AppError("WD403", `${file} was edited where it has run already`, {
    detail: `${done.length} of its statements have run; this is number ${index + 1}`,
    hint: "undo the edit of what has run; what comes behind it may be edited",
    position: source.position(at),
    source: source.text,
  });
}
