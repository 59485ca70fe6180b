import { readModel } from "../../diff/index.ts";
import {
  connect,
  quoteIdentifier,
  StatementError,
  type Connection,
  type Target,
  type Transaction,
} from "../../postgres/index.ts";
import { ensureCoreSchema } from "../core.ts";
import { planPrivileges } from "../database-privilege.ts";
import { partsOf, runsOutside, type Migration } from "../migration.ts";
import { beginSession, runStatement } from "../run-outside.ts";
import { readRoleState } from "../role-state.ts";
import { applySettings, type SessionSettings } from "../session.ts";
import { statementError } from "../statement-error.ts";
import { parseStatements, type Statement } from "../statement.ts";
import { edited, type ComposedText } from "./composed-text.ts";
import type { DesiredInput } from "./desired.ts";
import { modelToLines } from "./model-json.ts";
import { inDatabase } from "./step.ts";

/** What there is before any declared file: what capabilities and migrations make. */
export interface BaseInput extends Pick<DesiredInput, "roles" | "before" | "database" | "leaveOut"> {
  readonly migrations: readonly Migration[];
}

/** Fills an empty database; the model of it comes back as lines of JSON. */
export async function makeBase(target: Target, input: BaseInput): Promise<string> {
  await using connection = await connect(target, { applicationName: "howdah scratch" });
  const settings = { owner: input.roles.owner, lockTimeoutMs: 10_000 };
  await preparePrivileges(connection, target.database, input);
  await connection.transaction(async (tx) => {
    await applySettings(tx, settings);
    await ensureCoreSchema(tx);
    await input.before?.(tx);
  });
  for (const migration of input.migrations) {
    await runMigration(connection, migration, settings, { live: input.database, scratch: target.database });
  }
  await connection.transaction(dropRows);
  const model = await connection.transaction(async (tx) => readModel(tx, { leaveOut: input.leaveOut }));
  return modelToLines(model).join("\n");
}

/** As `prepareDatabase` has it, for roles that nobody logs in with. */
async function preparePrivileges(connection: Connection, database: string, { roles }: BaseInput): Promise<void> {
  const names = [...new Set<string>(Object.values(roles))];
  const plan = await planPrivileges(connection, database, roles, await readRoleState(connection, database, names));
  await connection.transaction(async (tx) => {
    await tx.execute(
      [...plan.ownership, `set local role ${quoteIdentifier(roles.owner)}`, ...plan.privileges].join(";\n"),
    );
  });
}

/** What migrations have written is no part of what things are, and would be in the way of constraints. */
async function dropRows(tx: Transaction): Promise<void> {
  const rows = await tx.query<{ name: string }>({
    text: `
      select pg_catalog.format('%I.%I', nspname, relname) as name
      from pg_catalog.pg_class as relation
      join pg_catalog.pg_namespace as namespace on namespace.oid = relnamespace
      where relkind = 'r'
        and relation.oid >= 16384
        and nspname <> 'howdah'
        and pg_catalog.pg_relation_size(relation.oid) > 0
    `,
    values: [],
  });
  if (rows.length === 0) return;
  const names = rows.map((row) => row.name).join(", ");
  // Triggers and event triggers of the migrations are not asked.
  await tx.execute(`set local session_replication_role = replica; truncate ${names} cascade`);
}

/** One after the other, as in the real database. */
async function runOutside(
  connection: Connection,
  statements: readonly Statement[],
  settings: SessionSettings,
): Promise<void> {
  await beginSession(connection, settings);
  for (const statement of statements) await runStatement(connection, statement);
  await connection.execute("reset all; reset role");
}

/** In one go; only where that fails, statement by statement, to know which. */
async function runMigration(
  connection: Connection,
  { source }: Migration,
  settings: SessionSettings,
  database: { readonly live: string | undefined; readonly scratch: string },
): Promise<void> {
  const statements = await parseStatements(source, 0, partsOf(source).upEnd);
  if (runsOutside(source)) return await runOutside(connection, statements, settings);
  const texts = statements.map((statement) => edited(statement.text, statement.start, inDatabase(statement, database)));
  const run = async (tx: Transaction, work: () => Promise<void>): Promise<void> => {
    await applySettings(tx, settings);
    await work();
  };
  try {
    await connection.transaction(async (tx) =>
      run(tx, async () => tx.execute(texts.map(({ text }) => text).join(";\n"))),
    );
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    await connection.transaction(async (tx) => run(tx, async () => runEach(tx, statements, texts)));
  }
}

async function runEach(
  tx: Transaction,
  statements: readonly Statement[],
  texts: readonly ComposedText[],
): Promise<void> {
  for (const [at, statement] of statements.entries()) {
    const text = texts[at];
    if (text === undefined) continue;
    try {
      await tx.execute(text.text);
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      const { source, start } = statement;
      throw statementError(error, {
        source,
        start,
        locate: (characters) => text.indexOf([...text.text].slice(0, characters).join("").length),
      });
    }
  }
}
