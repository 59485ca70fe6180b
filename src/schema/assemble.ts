import { AppError, AppErrors } from "../errors/index.ts";
import { quoteIdentifier, sql, type Connection, type Transaction } from "../postgres/index.ts";
import { beside } from "./beside.ts";
import type { AssemblyAction, AssemblyInput, AssemblyReport } from "./assembly.ts";
import { readModel, type Model } from "../diff/index.ts";
import { coreVersion, ensureCoreSchema } from "./core.ts";
import { refreshMigrations, runMigrations } from "./migrate.ts";
import { readProjectSql, type ProjectSql } from "./project-sql.ts";
import { isReleased, readRelease, writeRelease } from "./release.ts";
import {
  Barrier,
  changeObjects,
  checkExpected,
  hasDeclared,
  hasPendingSteps,
  inStages,
  onlineAbove,
  readLiveModel,
  stampOf,
  undoneByHand,
  type ExpectedPlan,
  watched,
} from "./change/index.ts";
import type { Desired } from "./desired/desired.ts";
import { clearTheWay, reloadObjects } from "./reload-objects.ts";
import { runSeeds } from "./seed.ts";
import { runOutsideFirst } from "./outside-first.ts";
import { applySettings, keepSession, lockAssembly, type SessionSettings } from "./session.ts";
import { sourceMapOf } from "./source-map.ts";
import { prepare, readLedgers } from "./state.ts";
import { withRunners } from "./with-runners.ts";

/**
 * Makes the database what the files say, in one transaction: all of it counts, or nothing.
 *
 * Order, under an advisory lock and with the state read again behind it: capability migrations (`steps.before`),
 * reloadable objects that stand in the way are detached, migrations, functions/ with their grants, capabilities' own
 * files (`steps.after`), the release and its NOTIFY, seeds. Throws located AppErrors, all that were found in one pass
 * as AppErrors. When the newest release was made of the same files, three queries say so and nothing is done.
 */
export async function assemble(connection: Connection, input: AssemblyInput): Promise<AssemblyReport> {
  const started = performance.now();
  const project = await readProjectSql(input);
  if (await isAssembled(connection, project, input)) {
    return { actions: [], warnings: [], changed: false, durationMs: performance.now() - started };
  }
  const restoreSession = await keepSession(connection);
  try {
    const ahead = await runOutsideFirst(connection, project, input);
    const report = (await reloadAlone(connection, project, input)) ?? (await applyAll(connection, project, input));
    return { ...report, actions: [...ahead, ...report.actions], durationMs: performance.now() - started };
  } finally {
    // After a lost connection there is no session to restore, and the error that matters is on its way.
    await restoreSession().catch(() => {});
  }
}

type Applied = Omit<AssemblyReport, "durationMs">;

/**
 * Where files of functions/ alone have changed, their objects are reloaded and nothing else is looked at; undefined where
 * that is not so, or where something that schema/ declares stands in the way.
 */
async function reloadAlone(
  connection: Connection,
  project: ProjectSql,
  input: AssemblyInput,
): Promise<Applied | undefined> {
  if (project.schema.length === 0 || input.redoNewest === true) return undefined;
  if (input.expected !== undefined || input.compare === true) return undefined;
  const release = await asOwner(connection, input, readRelease);
  if (release?.declared !== project.declaredHash || (await asOwner(connection, input, hasPendingSteps)))
    return undefined;
  try {
    return await applyInStages(connection, project, input, undefined);
  } catch (error) {
    if (error instanceof AppError && standsInTheWay(error)) return undefined;
    throw error;
  }
}

function standsInTheWay(error: AppError): boolean {
  return error.code === "WD416" || (error instanceof AppErrors && error.errors.some(standsInTheWay));
}

async function applyAll(connection: Connection, project: ProjectSql, input: AssemblyInput): Promise<Applied> {
  const isDeclared = project.schema.length > 0 || (await asOwner(connection, input, hasDeclared));
  const { desired, leaveOut, liveModels } = input;
  if (!isDeclared || desired === undefined) return await applyInStages(connection, project, input, undefined);
  // The model is found again behind the lock, where nobody has changed anything meanwhile.
  const ahead = async (): Promise<unknown> =>
    asOwner(connection, input, async (tx) => readLiveModel(tx, { leaveOut }, liveModels));
  return await applyInStages(connection, project, input, await beside(desired, ahead));
}

async function asOwner<T>(
  connection: Connection,
  { roles }: Pick<AssemblyInput, "roles">,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return await connection.transaction(async (tx) => {
    await tx.execute(`set local role ${quoteIdentifier(roles.owner)}`);
    return await work(tx);
  });
}

/** Around the one transaction: what has to be done ahead of it, and what it leaves to be done behind it. */
async function applyInStages(
  connection: Connection,
  project: ProjectSql,
  input: AssemblyInput,
  desired: Desired | undefined,
): Promise<Applied> {
  // Steps that are done ahead of a later one change the database themselves.
  let expected = input.expected;
  const attempt = async (): Promise<Applied> => {
    try {
      const report = await connection.transaction(async (tx) => apply(tx, project, input, desired, expected));
      expected = undefined;
      return report;
    } catch (error) {
      if (error instanceof Barrier) expected = undefined;
      throw error;
    }
  };
  if (desired === undefined) return await attempt();
  const { watch, roles } = input;
  return await watched(connection, watch, async () => inStages({ connection, owner: roles.owner, desired, attempt }));
}

/** Steps without a fingerprint may always have something to do. */
async function isAssembled(connection: Connection, project: ProjectSql, input: AssemblyInput): Promise<boolean> {
  const { steps, redoNewest } = input;
  const isDone = isReleased(await asOwner(connection, input, readRelease), project, input);
  const unknown = (steps?.before ?? steps?.after) !== undefined && steps?.fingerprint === undefined;
  if (unknown || redoNewest === true || (input.compare === true && project.schema.length > 0)) return false;
  // Only what schema/ declares leaves steps to be done.
  return isDone && (project.schema.length === 0 || !(await asOwner(connection, input, hasPendingSteps)));
}

async function apply(
  tx: Transaction,
  project: ProjectSql,
  input: AssemblyInput,
  desired: Desired | undefined,
  expected: ExpectedPlan | undefined,
): Promise<Applied> {
  const settings = settingsOf(input);
  await tx.execute("set transaction isolation level read committed");
  await lockAssembly(tx);
  await applySettings(tx, settings);
  const upgraded = await ensureCoreSchema(tx);
  const released = isReleased(await readRelease(tx), project, input);
  const isSettled = released && !(await hasPendingSteps(tx));
  const ledgers = await readLedgers(tx, coreVersion());
  const preparation = await prepare(tx, project, ledgers, input);
  const sources = sourceMapOf(preparation.declared);
  await step(tx, settings, input.steps?.before);

  const actions: AssemblyAction[] = [];
  const isAsked = expected !== undefined || preparation.migrations.length > 0;
  const committed = isAsked ? await committedModel(tx, desired) : undefined;
  if (expected !== undefined) checkExpected(expected, stampOf(committed, ledgers, project.hash));
  await applySettings(tx, settings);
  const cleared = await clearTheWay(tx, preparation, ledgers, actions);
  await refreshMigrations(tx, preparation.migrationPlan.refresh);
  actions.push(...(await runMigrations(tx, preparation.migrations, settings, sources)));
  const warnings =
    desired === undefined
      ? await reloadObjects(cleared, preparation, ledgers, sources, actions)
      : await changeObjects({
          ...{ tx, cleared, preparation, ledgers, sources, actions, desired, settings },
          online: { onlineAbove: input.onlineAbove ?? onlineAbove, committed },
          expected: input.expected,
        });
  await grantReading(tx, input);
  await step(tx, settings, input.steps?.after);

  if (!released || actions.length > 0) await writeRelease(tx, project, input);
  actions.push(...(await runSeeds(tx, preparation.seeds, settings, sources)));
  const changed = upgraded || !released || actions.length > 0;
  const byHand = isSettled && desired !== undefined ? undoneByHand(actions) : [];
  return {
    actions: withRunners(actions, preparation.declared),
    warnings: [...preparation.warnings, ...warnings, ...byHand],
    changed,
  };
}

/** What is made by pending migrations is not there for steps ahead of the transaction. */
async function committedModel(tx: Transaction, desired: Desired | undefined): Promise<Model | undefined> {
  return desired === undefined ? undefined : await readModel(tx, desired);
}

function settingsOf(input: AssemblyInput): SessionSettings {
  return {
    owner: input.roles.owner,
    lockTimeoutMs: input.lockTimeoutMs ?? 10_000,
    asAdmin: input.asAdmin,
    trash: input.trash,
  };
}

/** A capability's step may set what it likes: the next one begins afresh. */
async function step(
  tx: Transaction,
  settings: SessionSettings,
  work: ((tx: Transaction) => Promise<void>) | undefined,
): Promise<void> {
  if (work === undefined) return;
  await work(tx);
  await applySettings(tx, settings);
}

/** Background work reads the release and the source map; requests (the authenticator) never do. */
async function grantReading(tx: Transaction, input: AssemblyInput): Promise<void> {
  const { service, owner } = input.roles;
  if (service === owner) return;
  const [row] = await tx.query<{ readable: boolean }>(sql`
    select pg_catalog.bool_and(pg_catalog.has_table_privilege(${service}, oid, 'select'))
      and pg_catalog.has_schema_privilege(${service}, 'howdah', 'usage') as readable
    from pg_catalog.pg_class
    where relnamespace = 'howdah'::pg_catalog.regnamespace
      and relkind = 'r'
      -- What was dropped is nobody's to read.
      and relname <> 'trash_row'
  `);
  if (row?.readable === true) return;
  await tx.execute(`
    grant usage on schema howdah to ${quoteIdentifier(service)};
    grant select on all tables in schema howdah to ${quoteIdentifier(service)};
    revoke select on howdah.trash_row from ${quoteIdentifier(service)};
  `);
}
