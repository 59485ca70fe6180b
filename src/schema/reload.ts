import { isBare, readColumns, readKeepsakes, restoreStatements } from "../catalog/index.ts";
import { AppError } from "../errors/index.ts";
import { sql, StatementError, type Transaction } from "../postgres/index.ts";
import type { AssemblyAction } from "./assembly.ts";
import { keyOf, type Declaration } from "./declaration.ts";
import type { LedgerObject } from "./ledger.ts";
import type { SourceMap } from "./locate.ts";
import type { ReloadStep } from "./reload-plan.ts";
import { dropAll, planRemoval, refresh, type Stock } from "./removal.ts";
import { sqlstateOf } from "./session.ts";
import { statementError, type Sent } from "./statement-error.ts";
import { codeOf } from "./statement.ts";
import { runsOf, TranslatedSource } from "./translated-source.ts";

/** What a reload works on; `actions` and `errors` are filled while it runs. */
export interface Reload {
  readonly tx: Transaction;
  readonly order: readonly Declaration[];
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>;
  readonly ledger: ReadonlyMap<string, LedgerObject>;
  readonly stock: Stock;
  readonly sources: SourceMap;
  readonly actions: AssemblyAction[];
  readonly isDeclared: (key: string) => boolean;
  readonly errors: AppError[];
  /** Keys whose definition was executed in this assembly. */
  readonly executed: Set<string>;
  /** Keys that exist under a new address: what is said about them must be said again. */
  readonly made: Set<string>;
  /** Keys that failed; what needs them is not tried. */
  readonly failed: Set<string>;
}

/** SQLSTATEs by which Postgres says that `create or replace` can't make this of that. */
const notReplaceable = new Set(["42P13", "42P16", "42809", "0A000", "42611"]);

/** Makes and replaces in order; drops what can't be replaced, and puts its dependents back. */
export async function reload(run: Reload, steps: ReadonlyMap<string, ReloadStep>): Promise<void> {
  const { objects = [], attachments = [] } = Object.groupBy(run.order, (declaration) =>
    declaration.parents.length === 0 ? "objects" : "attachments",
  );
  await reloadAll(run, objects, steps);
  await reloadAll(run, attachments, steps);
}

async function reloadAll(
  run: Reload,
  declarations: readonly Declaration[],
  steps: ReadonlyMap<string, ReloadStep>,
): Promise<void> {
  for (const declaration of declarations) await reloadOne(run, declaration, steps);
  // A replacement may have dropped an object that stood earlier: its text did not show the dependence.
  for (let again = true; again;) {
    const missing = declarations.filter((declaration) => isMissing(run, declaration));
    again = missing.length > 0;
    for (const declaration of missing) await reloadOne(run, declaration, new Map());
  }
}

/** What a removal needs to know of a reload. */
export type RemovalRun = Pick<Reload, "stock" | "actions" | "ledger" | "isDeclared">;

/** Drops an object with what of ours depends on it; WD416 where something that is not ours does. */
export async function remove(run: RemovalRun, key: string, at?: Declaration): Promise<void> {
  const removal = await planRemoval(run.stock, [key]);
  if (removal.foreign.length > 0) throw inTheWay(run, key, removal.foreign, at);
  await dropNoted(run, removal.keys);
}

/** Drops in the given order; what some file still defines is only detached, since it is made again. */
export async function dropNoted(run: RemovalRun, keys: readonly string[]): Promise<void> {
  for (const object of await dropAll(run.stock, keys)) {
    const key = keyOf(object.kind, object.identity);
    const file = run.ledger.get(key)?.file ?? "";
    run.actions.push({
      kind: run.isDeclared(key) ? "detach" : "drop",
      object: `${object.kind} ${object.identity}`,
      file,
    });
  }
}

async function reloadOne(run: Reload, declaration: Declaration, steps: ReadonlyMap<string, ReloadStep>): Promise<void> {
  const key = keyOf(declaration.kind, declaration.identity);
  if ([...(run.needs.get(key) ?? [])].some((need) => run.failed.has(need))) run.failed.add(key);
  if (run.failed.has(key)) return;
  const step = stepNow(run, declaration, key, steps.get(key) ?? "keep");
  if (step === "keep") return;
  try {
    await run.tx.savepoint(async () => perform(run, declaration, key, step));
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "WD201") throw error;
    run.failed.add(key);
    run.errors.push(error);
    await refresh(run.stock);
  }
}

/** The planned step, unless something has happened to the object or to what it belongs to since. */
function stepNow(run: Reload, declaration: Declaration, key: string, planned: ReloadStep): ReloadStep {
  const attached = declaration.kind === "comment" || declaration.kind === "grant";
  if (attached) return declaration.parents.some((parent) => run.made.has(parent.key)) ? "create" : planned;
  return run.stock.dropped.has(key) && !run.executed.has(key) ? "create" : planned;
}

function isMissing(run: Reload, declaration: Declaration): boolean {
  const key = keyOf(declaration.kind, declaration.identity);
  return run.stock.dropped.has(key) && !run.executed.has(key) && !run.failed.has(key);
}

async function perform(run: Reload, declaration: Declaration, key: string, step: ReloadStep): Promise<void> {
  switch (step) {
    case "keep":
      return;
    case "create":
      await create(run, declaration, key);
      break;
    case "replace":
      await replace(run, declaration, key);
      break;
    case "recreate":
      await recreate(run, declaration, key);
      break;
  }
  run.executed.add(key);
  run.stock.ours.add(key);
  note(run, declaration, step === "create" ? "create" : "replace");
}

async function create(run: Reload, declaration: Declaration, key: string): Promise<void> {
  const { statement } = declaration;
  const text = await entitled(run, declaration, statement.text);
  await send(run, text, { source: statement.source, start: statement.start });
  run.made.add(key);
  await restore(run, key);
}

/** Comments and grants say what they say again; objects are replaced in place where Postgres can. */
async function replace(run: Reload, declaration: Declaration, key: string): Promise<void> {
  const { statement, kind } = declaration;
  const { text, inserted } = orReplace(declaration);
  const attached = kind === "comment" || kind === "grant";
  try {
    const sent = { source: statement.source, start: statement.start, inserted };
    await run.tx.savepoint(async () => send(run, await entitled(run, declaration, text), sent));
  } catch (error) {
    if (attached || !notReplaceable.has(sqlstateOf(error) ?? "")) throw error;
    await recreate(run, declaration, key);
  }
}

async function recreate(run: Reload, declaration: Declaration, key: string): Promise<void> {
  await refresh(run.stock);
  const detached: AssemblyAction[] = [];
  await remove({ ...run, actions: detached }, key, declaration);
  // The object itself is at its place again in a moment: it is told as replaced.
  run.actions.push(...detached.slice(0, -1));
  for (const dropped of run.stock.dropped.keys()) if (!run.stock.live.has(dropped)) run.executed.delete(dropped);
  await create(run, declaration, key);
}

/** Gives a new object what others had put on the old one: privileges, comments, owner. */
async function restore(run: Reload, key: string): Promise<void> {
  const old = run.stock.dropped.get(key);
  if (old === undefined) return;
  await refresh(run.stock);
  const object = run.stock.live.get(key);
  if (object === undefined) return;
  if (isBare(old.keepsake) && old.object.owner === object.owner) return;
  const [keepsake] = await readKeepsakes(run.tx, [object]);
  const columns = await readColumns(run.tx, [object.oid]);
  if (keepsake === undefined) return;
  const now = { object, keepsake, columns: new Set(columns.get(object.oid)) };
  const statements = restoreStatements(old.keepsake, old.object, now);
  if (statements.length > 0) await run.tx.execute(statements.join(";\n"));
}

/** The statement as its language lets it be run: a superuser makes the function, and hands it over. */
async function entitled(run: Reload, { statement, kind, identity }: Declaration, text: string): Promise<string> {
  const { source } = statement;
  if (kind !== "function" || !(source instanceof TranslatedSource) || source.translation.asSuperuser !== true)
    return text;
  const [row] = await run.tx.query<{ owner: string }>(sql`select pg_catalog.quote_ident(current_user) as owner`);
  const handOver = `alter function ${identity} owner to ${row?.owner}; set local role ${row?.owner}`;
  return `set local role none;\n${text};\n${handOver}`;
}

async function send(run: Reload, text: string, sent: Sent): Promise<void> {
  try {
    await run.tx.execute(text);
  } catch (error) {
    if (error instanceof StatementError) throw statementError(error, sent, run.sources);
    throw error;
  }
}

/** The statement with `or replace` behind its `create`, whether it was written or not. */
function orReplace(declaration: Declaration): { readonly text: string; readonly inserted?: Sent["inserted"] } {
  const { statement, kind } = declaration;
  const code = codeOf(statement);
  const second = code[1];
  const written = second !== undefined && statement.text.slice(second.start, second.end).toLowerCase() === "or";
  if (written || kind === "comment" || kind === "grant") return { text: statement.text };
  const after = code[0]?.end ?? 0;
  const words = " or replace";
  return {
    text: statement.text.slice(0, after) + words + statement.text.slice(after),
    inserted: { after, length: words.length },
  };
}

function note(run: Reload, declaration: Declaration, kind: "create" | "replace"): void {
  const { source, start } = declaration.statement;
  const { file, line } = source.position(start);
  const object = `${declaration.kind} ${declaration.identity}`;
  run.actions.push({ kind, object, file, line, ...runsOf(declaration) });
}

function inTheWay(
  run: Pick<Reload, "ledger">,
  key: string,
  foreign: readonly string[],
  at: Declaration | undefined,
): AppError {
  const row = run.ledger.get(key);
  const recorded = row === undefined ? undefined : { file: row.file, line: row.line, column: row.column_number };
  return new AppError("WD416", `${key.replace(/^\w+ /, "")} can't be dropped: others depend on it`, {
    detail: foreign.join("\n"),
    hint: "howdah drops only what files of functions/ made: change these first, in a migration, or keep the old signature",
    position: at?.statement.source.position(at.statement.start) ?? recorded,
    source: at?.statement.source.text,
  });
}
