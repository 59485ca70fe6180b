import { quoteIdentifier, type Connection, type Transaction } from "../postgres/index.ts";
import type { AssemblyAction, AssemblyInput, AssemblyPlan } from "./assembly.ts";
import { beside } from "./beside.ts";
import { blockedBy } from "./blocked-by.ts";
import {
  counted,
  foreseeChange,
  foreseeObstacles,
  hasDeclared,
  keptFor,
  onlineAbove,
  readLiveModel,
  standingNames,
  stageChange,
  reverseOf,
  stampOf,
  told,
  toldItem,
  toldLabel,
  toldLabels,
  tryPlan,
  type Change,
  type Foreseen,
  type Outcome,
  type PlannedItem,
  type Staged,
} from "./change/index.ts";
import type { Desired } from "./desired/desired.ts";
import { readCoreVersion } from "./core.ts";
import { keyOf } from "./declaration.ts";
import { readProjectSql } from "./project-sql.ts";
import { isReleased, readRelease } from "./release.ts";
import { planReload, type ReloadPlan } from "./reload-plan.ts";
import { readLive } from "./removal.ts";
import { prepare, readLedgers, type LedgerState, type Preparation } from "./state.ts";
import { sourceMapOf } from "./source-map.ts";
import { withRunners } from "./with-runners.ts";
import { throwAll } from "./throw-all.ts";
import { runsOf } from "./translated-source.ts";

/**
 * What an assembly would do, without doing it: reads only, takes no lock.
 *
 * Told from files, ledgers and catalog as they are. What only Postgres can tell while it is done (that an object can't
 * be replaced in place, that a statement fails) is not foreseen. Throws the same errors as `assemble` for all else.
 */
export async function planAssembly(connection: Connection, input: AssemblyInput): Promise<AssemblyPlan> {
  const project = await readProjectSql(input);
  return await connection.transaction(async (tx) => {
    await tx.execute(`set transaction read only; set local role ${quoteIdentifier(input.roles.owner)}`);
    const isDone = isReleased(await readRelease(tx), project, input) && input.redoNewest !== true;
    if (isDone && input.compare !== true) return { actions: [], warnings: [] };
    const ledgers = await readLedgers(tx, await readCoreVersion(tx));
    const preparation = await prepare(tx, project, ledgers, input);
    const isDeclared = project.schema.length > 0 || (await hasDeclared(tx));
    if (isDeclared) return await planDeclared(tx, { preparation, ledgers, input, files: project.hash });
    const reload = await planObjects(tx, preparation, ledgers);
    throwAll(reload.errors);
    const detached = await blockedBy(tx, preparation, ledgers);
    return {
      actions: actionsOf(preparation, reload, detached, ledgers),
      stamp: stampOf(undefined, ledgers, project.hash),
      warnings: [...preparation.warnings, ...reload.warnings],
    };
  });
}

interface Planning {
  readonly preparation: Preparation;
  readonly ledgers: LedgerState;
  readonly input: AssemblyInput;
  /** Fingerprint of the files. */
  readonly files: string;
}

/** With schema/, what changes is found out by comparing the database with what all files mean together. */
async function planDeclared(tx: Transaction, { preparation, ledgers, input, files }: Planning): Promise<AssemblyPlan> {
  if (input.desired === undefined) return { actions: [], warnings: [] };
  const { leaveOut, liveModels } = input;
  const desired = await beside(input.desired, async () => readLiveModel(tx, { leaveOut }, liveModels));
  const { change, live, admin } = await foreseeChange(tx, {
    preparation,
    ledgers,
    desired,
    owner: input.roles.owner,
    clone: input.clone,
  });
  if (input.reverse === true) return await planReverse(change, desired, input);
  const stages = await stageChange(tx, change, desired, {
    onlineAbove: input.onlineAbove ?? onlineAbove,
    committed: live,
  });
  const { migrations } = preparation;
  const outcome = await tried(stages, { change, live, admin, desired, preparation, input });
  const names = await standingNames(change);
  const data = await foreseeObstacles(tx, {
    ...{ actions: change.diff.actions, names, desired },
    isMigrated: migrations.length > 0,
  });
  const listed = actionsOf(preparation, { ...noReload, removed: [] }, [], ledgers);
  const { seed = [], other = [] } = Object.groupBy(listed, ({ kind }) => (kind === "seed" ? "seed" : "other"));
  return {
    actions: [
      ...other.filter(({ kind }) => kind !== "create"),
      ...toldLabels(change, desired),
      ...withRunners(outcome.actions, preparation.declared),
      ...seed,
    ],
    questions: await counted(tx, change.questions, names),
    obstacles: data.obstacles,
    drift: change.drift,
    stamp: stampOf(live, ledgers, files),
    warnings: [...preparation.warnings, ...(outcome.problem === undefined ? [] : [outcome.problem]), ...data.warnings],
  };
}

/** Tries the plan out where that is wanted; otherwise it is only told. */
async function tried(
  stages: Staged,
  {
    change,
    live,
    admin,
    desired,
    preparation,
    input,
  }: Foreseen & Pick<Planning, "preparation" | "input"> & { desired: Desired },
): Promise<Outcome> {
  const items: readonly PlannedItem[] = [
    ...stages.before.map((step) => ({ step, stage: "ahead" as const })),
    ...stages.transaction.map((action) => ({
      action,
      note: stages.notes.get(action),
      kept: keptFor(action, stages.transaction, input.trash),
    })),
    ...stages.after.map((step) => ({ step, stage: "behind" as const })),
  ];
  const { trial, trials, roles } = input;
  if (trial === undefined || items.length === 0)
    return { actions: items.map((item) => toldItem(item, desired)), problem: undefined };
  return await tryPlan(items, {
    ...{ trial, live, change, desired, admin, sizes: stages.sizes, store: trials },
    migrations: preparation.migrations,
    sources: sourceMapOf(preparation.declared),
    owner: roles.owner,
  });
}

/** The way back to what the database is now, with what would be lost on it. */
async function planReverse(change: Change, desired: Desired, input: AssemblyInput): Promise<AssemblyPlan> {
  const { leaveOut, roles } = desired;
  const reverse = await reverseOf(
    { change },
    { role: input.roles.owner, read: { leaveOut, roles }, clone: input.clone },
  );
  const labels = reverse.labels.map((statement) => toldLabel("", statement, desired));
  return {
    actions: [...labels, ...reverse.diff.actions.map((action) => told(action, desired))],
    losses: reverse.losses.map(({ message }) => message),
    warnings: [],
  };
}

const noReload: ReloadPlan = { steps: new Map(), removed: [], errors: [], warnings: [] };

async function planObjects(tx: Transaction, preparation: Preparation, ledgers: LedgerState): Promise<ReloadPlan> {
  const { ordered, altered } = preparation;
  return planReload({ ...ordered, ledger: ledgers.objects, live: await readLive(tx), grown: altered.grown });
}

function actionsOf(
  preparation: Preparation,
  reload: ReloadPlan,
  detached: readonly string[],
  ledgers: LedgerState,
): readonly AssemblyAction[] {
  const actions: AssemblyAction[] = [];
  const isDetached = new Set(detached);
  for (const key of detached) {
    const row = ledgers.objects.get(key);
    if (row !== undefined)
      actions.push({ kind: "detach", object: `${row.kind} ${key.replace(/^\w+ /, "")}`, file: row.file });
  }
  for (const { migration, outOfOrder, undo } of preparation.migrations) {
    const version = migration.version.toString();
    const { file } = migration;
    actions.push(undo === undefined ? { kind: "migrate", file, version, outOfOrder } : { kind: "redo", file, version });
  }
  for (const row of reload.removed) {
    actions.push({ kind: "drop", object: `${row.kind} ${row.key.replace(/^\w+ /, "")}`, file: row.file });
  }
  for (const { kind, identity, statement } of preparation.ordered.order) {
    const key = keyOf(kind, identity);
    const step = reload.steps.get(key) ?? "keep";
    if (step === "keep" && !isDetached.has(key)) continue;
    const { file, line } = statement.source.position(statement.start);
    const done = step === "create" || isDetached.has(key) ? "create" : "replace";
    actions.push({ kind: done, object: `${kind} ${identity}`, file, line, ...runsOf({ kind, statement }) });
  }
  for (const { source } of preparation.seeds) actions.push({ kind: "seed", file: source.file });
  return actions;
}
