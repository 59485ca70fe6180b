import { AppError } from "../errors/index.ts";
import type { Connection, Transaction } from "../postgres/index.ts";
import type { AssemblyAction, AssemblyInput } from "./assembly.ts";
import { coreVersion, ensureCoreSchema } from "./core.ts";
import { runMigrations, type PreparedMigration } from "./migrate.ts";
import { runsOutside } from "./migration.ts";
import type { ProjectSql } from "./project-sql.ts";
import { runOutside } from "./run-outside.ts";
import { applySettings, lockAssembly, lockSession, type SessionSettings } from "./session.ts";
import { sourceMapOf } from "./source-map.ts";
import { prepare, readLedgers } from "./state.ts";

/**
 * Runs the pending migrations marked `-- no-transaction`, each behind those that come before it, which are committed
 * together: from one such barrier to the next the old application still works, and an interruption goes on there.
 */
export async function runOutsideFirst(
  connection: Connection,
  project: ProjectSql,
  input: AssemblyInput,
): Promise<readonly AssemblyAction[]> {
  if (!project.migrations.some(({ source }) => runsOutside(source))) return [];
  const settings = { owner: input.roles.owner, lockTimeoutMs: input.lockTimeoutMs ?? 10_000 };
  const actions: AssemblyAction[] = [];
  const unlock = await lockSession(connection);
  try {
    for (;;) {
      const next = await connection.transaction(async (tx) => upToOutside(tx, project, { input, settings, actions }));
      if (next === undefined) return actions;
      actions.push(await runOutside(connection, next.migration, { settings, sources: next.sources }));
    }
  } finally {
    await unlock().catch(() => {});
  }
}

interface Next {
  readonly migration: PreparedMigration;
  readonly sources: ReturnType<typeof sourceMapOf>;
}

interface Run {
  readonly input: AssemblyInput;
  readonly settings: SessionSettings;
  readonly actions: AssemblyAction[];
}

async function upToOutside(
  tx: Transaction,
  project: ProjectSql,
  { input, settings, actions }: Run,
): Promise<Next | undefined> {
  await lockAssembly(tx);
  await applySettings(tx, settings);
  await ensureCoreSchema(tx);
  const preparation = await prepare(tx, project, await readLedgers(tx, coreVersion()), input);
  const { migrations, declared } = preparation;
  const index = migrations.findIndex(({ migration }) => runsOutside(migration.source));
  const migration = migrations[index];
  if (migration === undefined) return undefined;
  if (migration.undo !== undefined) throw notRedone(migration);
  await input.steps?.before?.(tx);
  const sources = sourceMapOf(declared);
  actions.push(...(await runMigrations(tx, migrations.slice(0, index), settings, sources)));
  return { migration, sources };
}

function notRedone({ migration: { file } }: PreparedMigration): AppError {
  return new AppError("WD406", `${file} can't be redone: it runs outside of transactions`, {
    hint: "write a new migration, or start over with howdah reset",
  });
}
