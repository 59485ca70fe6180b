import type { AppError } from "../errors/index.ts";
import type { Transaction } from "../postgres/index.ts";
import { alteredBy, type Altered } from "./altered.ts";
import type { AssemblyInput } from "./assembly.ts";
import { readDeclared, type Declared } from "./declared.ts";
import { readAppliedMigrations, readLedger, readSeeds, type AppliedMigration, type LedgerObject } from "./ledger.ts";
import { prepareMigrations, type PreparedMigration } from "./migrate.ts";
import { planMigrations, type MigrationPlan } from "./migration-plan.ts";
import { orderDeclarations, type Ordered } from "./order.ts";
import type { ProjectSql } from "./project-sql.ts";
import { leftOutSeeds, prepareSeeds, type PreparedSeed } from "./seed.ts";
import { throwAll } from "./throw-all.ts";

/** What the ledgers of the database say. */
export interface LedgerState {
  readonly applied: readonly AppliedMigration[];
  readonly objects: ReadonlyMap<string, LedgerObject>;
  readonly seeds: ReadonlyMap<string, string>;
}

/** Files and ledgers, compared: all that is to be done as far as it can be told without doing it. */
export interface Preparation {
  readonly migrationPlan: MigrationPlan;
  readonly migrations: readonly PreparedMigration[];
  readonly declared: Declared;
  readonly ordered: Ordered;
  readonly altered: Altered;
  readonly seeds: readonly PreparedSeed[];
  readonly warnings: readonly AppError[];
}

/** Reads the ledgers; a database without the core schema has empty ones. */
export async function readLedgers(tx: Pick<Transaction, "query">, core: number): Promise<LedgerState> {
  if (core === 0) return { applied: [], objects: new Map(), seeds: new Map() };
  return {
    applied: await readAppliedMigrations(tx),
    objects: await readLedger(tx),
    seeds: await readSeeds(tx),
  };
}

/** Parses and compares everything; throws all errors of all files at once, before anything is touched. */
export async function prepare(
  tx: Pick<Transaction, "query">,
  project: ProjectSql,
  ledgers: LedgerState,
  input: AssemblyInput,
): Promise<Preparation> {
  const errors: AppError[] = [];
  const migrationPlan = planMigrations(project.migrations, ledgers.applied, input);
  const migrations = await prepareMigrations(tx, migrationPlan, errors);
  const declared = await readDeclared(project.functions);
  errors.push(...declared.errors);
  const { pending, warnings } = await prepareSeeds(project.seeds, ledgers.seeds, errors);
  const ordered = orderDeclarations(declared.declarations);
  errors.push(...ordered.errors);
  throwAll(errors);
  const statements = migrations.flatMap((migration) => [...(migration.undo ?? []), ...migration.statements]);
  return {
    ...{ migrationPlan, migrations, declared, ordered, seeds: pending },
    altered: alteredBy(statements),
    warnings: [...warnings, ...leftOutSeeds(project.leftOut, ledgers.seeds)],
  };
}
