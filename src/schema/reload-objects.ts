import { AppError } from "../errors/index.ts";
import type { Transaction } from "../postgres/index.ts";
import type { AssemblyAction } from "./assembly.ts";
import { keyOf, type Declaration } from "./declaration.ts";
import { writeLedger, type LedgerEntry, type LedgerObject } from "./ledger.ts";
import type { SourceMap } from "./locate.ts";
import { blockedBy } from "./blocked-by.ts";
import { readIdlePolicies } from "./idle-policy.ts";
import { planReload, type ReloadStep } from "./reload-plan.ts";
import { dropNoted, reload, remove, type Reload, type RemovalRun } from "./reload.ts";
import { planRemoval, readLive, refresh, type Stock } from "./removal.ts";
import { sqlstateOf } from "./session.ts";
import type { LedgerState, Preparation } from "./state.ts";
import { throwAll } from "./throw-all.ts";
import { validateRoutines } from "./validate.ts";

/** The way is clear: what is left to drop once the migrations have run. */
export interface Cleared {
  readonly stock: Stock;
  /** Keys of objects that no file defines any more and that others still needed. */
  readonly leftOver: readonly string[];
}

/**
 * Ahead of the migrations: takes back comments and grants that are gone from the files, drops objects that are gone
 * where nothing of others needs them, and detaches what stands in the way of a pending migration.
 */
export async function clearTheWay(
  tx: Transaction,
  preparation: Preparation,
  ledgers: LedgerState,
  actions: AssemblyAction[],
): Promise<Cleared> {
  const live = await readLive(tx);
  const { declarations } = preparation.declared;
  const stock: Stock = { tx, ours: new Set(ledgers.objects.keys()), live, dropped: new Map() };
  const removed = removedRows(preparation, ledgers);
  await takeBack(stock, removed, actions);
  const leftOver = (): Cleared => ({
    stock,
    leftOver: removed.map((row) => row.key).filter((key) => stock.live.has(key)),
  });
  if (preparation.migrations.length === 0) return leftOver();
  const run = { stock, actions, ledger: ledgers.objects, isDeclared: (key: string) => declarations.has(key) };
  for (const row of removed.filter(({ key }) => stock.live.has(key))) {
    // What others still need may be freed by the migrations: it is dropped behind them, or refused there.
    if ((await planRemoval(stock, [row.key])).foreign.length === 0) await remove(run, row.key);
  }
  const blocking = (await blockedBy(tx, preparation, ledgers)).filter((key) => stock.live.has(key));
  if (blocking.length > 0) await detach(run, blocking);
  return leftOver();
}

/** Behind the migrations: drops what is gone, makes and replaces what changed, checks bodies, writes the ledger. */
export async function reloadObjects(
  { stock, leftOver }: Cleared,
  preparation: Preparation,
  ledgers: LedgerState,
  sources: SourceMap,
  actions: AssemblyAction[],
): Promise<readonly AppError[]> {
  const { tx } = stock;
  const { ordered, altered, migrations, declared } = preparation;
  // Where nothing was done since it was read, it still holds.
  if (migrations.length > 0 || stock.dropped.size > 0) await refresh(stock);
  const plan = planReload({ ...ordered, ledger: ledgers.objects, live: stock.live, grown: altered.grown });
  throwAll(plan.errors);
  const run: Reload = {
    tx,
    ...ordered,
    ledger: ledgers.objects,
    stock,
    sources,
    actions,
    isDeclared: (key) => declared.declarations.has(key),
    errors: [],
    executed: new Set(),
    made: new Set(),
    failed: new Set(),
  };
  // Not all that is gone from the files: a migration may have made one of them its own.
  for (const key of leftOver) await removeGone(run, key);
  await reload(run, regrant(plan.steps, plan.removed, ordered.order));
  throwAll(run.errors);
  await refresh(stock);
  const everything = migrations.length > 0 || run.made.size > 0 || plan.removed.length > 0 || replacedRelation(run);
  const routines = [...declared.declarations.values()].filter((declaration) => declaration.arity !== undefined);
  const checked = everything
    ? routines
    : routines.filter((routine) => run.executed.has(keyOf(routine.kind, routine.identity)));
  const bodyErrors = await validateRoutines(tx, checked, stock.live);
  throwAll([...bodyErrors, ...(await idlePolicies(stock, ordered.order))]);
  await writeChanges(stock, preparation, ledgers, plan.removed);
  return plan.warnings;
}

/** Behind a change that the engine made: checks policies and writes the ledger of functions/. */
export async function recordObjects({ stock }: Cleared, preparation: Preparation, ledgers: LedgerState): Promise<void> {
  // Locks are held by now: nothing is read for nothing.
  if (preparation.ordered.order.length === 0 && ledgers.objects.size === 0) return;
  await refresh(stock);
  throwAll(await idlePolicies(stock, preparation.ordered.order));
  await writeChanges(stock, preparation, ledgers, removedRows(preparation, ledgers));
}

function removedRows(preparation: Preparation, ledgers: LedgerState): readonly LedgerObject[] {
  return [...ledgers.objects.values()].filter((row) => !preparation.declared.declarations.has(row.key));
}

/** SQLSTATEs of a name that nothing bears any more: there is nothing left to take back. */
const gone = new Set(["42704", "42P01", "42883", "42703", "3F000"]);

/** Runs the recorded opposite of comments and grants that no file holds any more. */
async function takeBack(stock: Stock, removed: readonly LedgerObject[], actions: AssemblyAction[]): Promise<void> {
  for (const { kind, key, file, undo, parents } of removed) {
    if (kind !== "comment" && kind !== "grant") continue;
    actions.push({ kind: "drop", object: `${kind} ${key.replace(/^\w+ /, "")}`, file });
    if (undo === null || !parents.every((parent) => stock.live.has(parent))) continue;
    try {
      await stock.tx.savepoint(async () => stock.tx.execute(undo));
    } catch (error) {
      if (!gone.has(sqlstateOf(error) ?? "")) throw error;
    }
  }
}

/** Drops what no file defines any more; what stands in the way is told with all other errors. */
async function removeGone(run: Reload, key: string): Promise<void> {
  if (!run.stock.live.has(key)) return;
  try {
    await remove(run, key);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "WD416") throw error;
    run.errors.push(error);
  }
}

async function detach(run: RemovalRun, keys: readonly string[]): Promise<void> {
  const removal = await planRemoval(run.stock, keys);
  // What is not ours and hangs on one of ours stays, and so does what it hangs on: the migration's own error tells.
  await dropNoted(run, removal.foreign.length === 0 ? removal.keys : await movableOf(run.stock, keys));
}

async function movableOf(stock: Stock, keys: readonly string[]): Promise<readonly string[]> {
  const movable = new Set<string>();
  for (const key of keys) {
    const removal = await planRemoval(stock, [key]);
    if (removal.foreign.length === 0) for (const item of removal.keys) movable.add(item);
  }
  return (await planRemoval(stock, [...movable])).keys;
}

/** A grant that was taken back may have been part of another one: those on the same object are given again. */
function regrant(
  steps: ReadonlyMap<string, ReloadStep>,
  removed: readonly LedgerObject[],
  order: readonly Declaration[],
): ReadonlyMap<string, ReloadStep> {
  const touched = new Set(removed.filter((row) => row.kind === "grant").flatMap((row) => row.parents));
  if (touched.size === 0) return steps;
  const again = new Map(steps);
  for (const { kind, identity, parents } of order) {
    if (kind === "grant" && parents.some((parent) => touched.has(parent.key)))
      again.set(keyOf(kind, identity), "replace");
  }
  return again;
}

function replacedRelation(run: Reload): boolean {
  return [...run.executed].some((key) => key.startsWith("relation "));
}

/** WD418: a policy on a table that others may use, and whose row security is off, protects nothing. */
async function idlePolicies(stock: Stock, order: readonly Declaration[]): Promise<readonly AppError[]> {
  const policies = order.filter((declaration) => declaration.kind === "policy");
  if (policies.length === 0) return [];
  const idle = await readIdlePolicies(stock.tx);
  return policies
    .filter((policy) => idle.has(stock.live.get(keyOf(policy.kind, policy.identity))?.oid ?? ""))
    .map(({ identity, statement }) => {
      const table = identity.slice(identity.lastIndexOf(" on ") + 4);
      return new AppError("WD418", `policy ${identity} has no effect: row security of ${table} is off`, {
        hint: `write a migration: alter table ${table} enable row level security`,
        position: statement.source.position(statement.start),
        source: statement.source.text,
      });
    });
}

async function writeChanges(
  stock: Stock,
  preparation: Preparation,
  ledgers: LedgerState,
  removed: readonly LedgerObject[],
): Promise<void> {
  const entries = preparation.ordered.order.map((declaration) => entryOf(declaration, stock));
  const changed = entries.filter((entry) => !isRecorded(entry, ledgers.objects.get(entry.key)));
  await writeLedger(
    stock.tx,
    changed,
    removed.map((row) => row.key),
  );
}

function entryOf(declaration: Declaration, stock: Stock): LedgerEntry {
  const { kind, identity, statement, hash, parents, undo } = declaration;
  const key = keyOf(kind, identity);
  const { file, line, column } = statement.source.position(statement.start);
  return {
    key,
    kind,
    file,
    line,
    column_number: column,
    hash,
    definition: statement.text,
    body_hash: stock.live.get(key)?.body_hash ?? null,
    parents: parents.map((parent) => parent.key),
    undo: undo ?? null,
  };
}

function isRecorded(entry: LedgerEntry, row: LedgerObject | undefined): boolean {
  return (
    row !== undefined &&
    row.kind === entry.kind &&
    row.file === entry.file &&
    row.line === entry.line &&
    row.column_number === entry.column_number &&
    row.hash === entry.hash &&
    row.body_hash === entry.body_hash
  );
}
