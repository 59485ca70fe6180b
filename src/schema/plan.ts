import { readDependents, resolveNames } from "../catalog/index.ts";
import { quoteIdentifier, type Connection, type Transaction } from "../postgres/index.ts";
import type { AssemblyAction, AssemblyInput, AssemblyPlan } from "./assembly.ts";
import { readCoreVersion } from "./core.ts";
import { keyOf } from "./declaration.ts";
import { readProjectSql } from "./project-sql.ts";
import { isReleased, readRelease } from "./release.ts";
import { planReload, type ReloadPlan } from "./reload-plan.ts";
import { readLive } from "./removal.ts";
import { prepare, readLedgers, type LedgerState, type Preparation } from "./state.ts";
import { throwAll } from "./throw-all.ts";

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
    if (input.redoNewest !== true && isReleased(await readRelease(tx), project)) return { actions: [], warnings: [] };
    const ledgers = await readLedgers(tx, await readCoreVersion(tx));
    const preparation = await prepare(tx, project, ledgers, input);
    const reload = await planObjects(tx, preparation, ledgers);
    throwAll(reload.errors);
    const detached = await blockedBy(tx, preparation, ledgers);
    return {
      actions: actionsOf(preparation, reload, detached, ledgers),
      warnings: [...preparation.warnings, ...reload.warnings],
    };
  });
}

/** Keys of the reloadable objects of ours that stand in the way of the pending migrations. */
export async function blockedBy(
  tx: Pick<Transaction, "query">,
  preparation: Pick<Preparation, "altered">,
  ledgers: LedgerState,
): Promise<readonly string[]> {
  const roots = await resolveNames(tx, preparation.altered.names);
  const dependences = await readDependents(tx, roots);
  const isRoot = new Set(roots.map((root) => `${root.class}/${root.oid}`));
  const keys = dependences
    .filter((item) => !isRoot.has(`${item.class}/${item.oid}`))
    .flatMap((item) => (item.kind === null || item.identity === null ? [] : [keyOf(item.kind, item.identity)]));
  return [...new Set(keys)].filter((key) => ledgers.objects.has(key));
}

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
    actions.push({ kind: done, object: `${kind} ${identity}`, file, line });
  }
  for (const { source } of preparation.seeds) actions.push({ kind: "seed", file: source.file });
  return actions;
}
