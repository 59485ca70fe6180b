import { AppError } from "../errors/index.ts";
import { sql, StatementError, type Transaction } from "../postgres/index.ts";
import type { AssemblyAction } from "./assembly.ts";
import { readMigrationSource } from "./ledger.ts";
import type { SourceMap } from "./locate.ts";
import type { MigrationPlan } from "./migration-plan.ts";
import { migrationChecksum, partsOf, runsOutside, type Migration } from "./migration.ts";
import { applySettings, type SessionSettings } from "./session.ts";
import { SourceText } from "./source-text.ts";
import { statementError } from "./statement-error.ts";
import { parseStatements, type Statement } from "./statement.ts";
import { refuseOutsideTransaction } from "./transactional.ts";

/** A migration whose statements are parsed and fit for a transaction. */
export interface PreparedMigration {
  readonly migration: Migration;
  readonly outOfOrder: boolean;
  readonly statements: readonly Statement[];
  /** What undoes its earlier form first: its `-- @down` part. */
  readonly undo: readonly Statement[] | undefined;
}

/** Parses all that is to run; errors of all files are collected into `errors`. */
export async function prepareMigrations(
  tx: Pick<Transaction, "query">,
  plan: MigrationPlan,
  errors: AppError[],
): Promise<readonly PreparedMigration[]> {
  const prepared: PreparedMigration[] = [];
  if (plan.redo !== undefined) {
    const undo = await collect(errors, async () => readUndo(tx, plan.redo));
    const statements = await collect(errors, async () => parseMigration(plan.redo));
    prepared.push({ migration: plan.redo, outOfOrder: false, statements: statements ?? [], undo: undo ?? [] });
  }
  for (const { migration, outOfOrder } of plan.pending) {
    const statements = await collect(errors, async () => parseMigration(migration));
    prepared.push({ migration, outOfOrder, statements: statements ?? [], undo: undefined });
  }
  for (const { statements, undo, migration } of prepared) {
    for (const statement of [...(undo ?? []), ...statements]) {
      const refused = refuseOutsideTransaction(statement, runsOutside(migration.source));
      if (refused !== undefined) errors.push(refused);
    }
  }
  return prepared;
}

/** Runs prepared migrations one statement at a time, so that every error has its line, and records them. */
export async function runMigrations(
  tx: Transaction,
  prepared: readonly PreparedMigration[],
  settings: SessionSettings,
  sources: SourceMap,
): Promise<readonly AssemblyAction[]> {
  const actions: AssemblyAction[] = [];
  for (const { migration, outOfOrder, statements, undo } of prepared) {
    const { file } = migration;
    const version = migration.version.toString();
    const started = performance.now();
    if (undo !== undefined) {
      await runStatements(tx, undo, settings, sources);
      await tx.query(sql`delete from howdah.migration where version = ${version}::numeric`);
    }
    await runStatements(tx, statements, settings, sources);
    await record(tx, migration, performance.now() - started);
    actions.push(undo === undefined ? { kind: "migrate", file, version, outOfOrder } : { kind: "redo", file, version });
  }
  return actions;
}

/** Runs statements of one file in a fresh state of the session. */
export async function runStatements(
  tx: Transaction,
  statements: readonly Statement[],
  settings: SessionSettings,
  sources: SourceMap,
): Promise<void> {
  await applySettings(tx, settings);
  for (const statement of statements) {
    try {
      await tx.execute(statement.text);
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      throw statementError(error, { source: statement.source, start: statement.start }, sources);
    }
  }
  await applySettings(tx, settings);
}

/** Records again what was edited without changing what ran: name, comments, `-- @down` part. */
export async function refreshMigrations(tx: Transaction, migrations: readonly Migration[]): Promise<void> {
  for (const { version, name, file, source } of migrations) {
    await tx.query(sql`
      update howdah.migration
      set name = ${name}, file = ${file}, source = ${source.text}
      where version = ${version.toString()}::numeric
    `);
  }
}

async function parseMigration(migration: Migration | undefined): Promise<readonly Statement[]> {
  if (migration === undefined) return [];
  return await parseStatements(migration.source, 0, partsOf(migration.source).upEnd);
}

/** The part that was recorded when it ran; the file's own where none was, since nobody knew then that it would be needed. */
async function readUndo(
  tx: Pick<Transaction, "query">,
  migration: Migration | undefined,
): Promise<readonly Statement[]> {
  if (migration === undefined) return [];
  const recorded = new SourceText(migration.file, await readMigrationSource(tx, migration.version));
  for (const source of [recorded, migration.source]) {
    const { downStart } = partsOf(source);
    const statements = downStart === undefined ? [] : await parseStatements(source, downStart);
    if (statements.length > 0) return statements;
  }
  throw new AppError("WD406", `${migration.file} can't be redone: it has no -- @down part`, {
    detail: "what undoes a migration stands in its file below a line `-- @down`; nothing stands there",
    hint: "write there what undoes it as it ran, and try again; or howdah reset starts over",
    position: { file: migration.file, line: 1, column: 1 },
    source: migration.source.text,
  });
}

/** Writes down that a migration has run. */
export async function record(tx: Pick<Transaction, "query">, migration: Migration, elapsedMs: number): Promise<void> {
  const { version, name, file, source } = migration;
  await tx.query(sql`
    insert into howdah.migration (version, name, file, checksum, source, duration)
    values (
      ${version.toString()}::numeric,
      ${name},
      ${file},
      ${migrationChecksum(source)},
      ${source.text},
      ${elapsedMs / 1000} * interval '1 second'
    )
  `);
}

async function collect<T>(errors: AppError[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "WD201") throw error;
    errors.push(error);
    return undefined;
  }
}
