import type { Action } from "../../src/diff/index.ts";
import { StatementError, type Connection, type Transaction } from "../../src/postgres/index.ts";

/**
 * Applies a plan as the applier does, without its locks and journal: what can't run (or be used) inside a transaction goes
 * first, with all that it needs; the rest is one transaction.
 */
export async function applyActions(connection: Connection, actions: readonly Action[]): Promise<void> {
  const early = earlyOnes(actions);
  // As pg_restore does: a body given as text may name what comes later.
  await connection.execute("set check_function_bodies = off");
  for (const action of actions.filter(({ id }) => early.has(id))) await applyOne(connection, action, actions);
  await connection.transaction(async (tx) => {
    for (const action of actions.filter(({ id }) => !early.has(id))) await applyOne(tx, action, actions);
  });
}

function earlyOnes(actions: readonly Action[]): ReadonlySet<string> {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const early = new Set<string>();
  const add = (action: Action | undefined): void => {
    if (action === undefined || early.has(action.id)) return;
    early.add(action.id);
    for (const id of action.after) add(byId.get(id));
  };
  for (const action of actions) if (action.outside || isLabel(action)) add(action);
  if (early.size > 0) for (const action of actions) if (action.verb === "rename") early.add(action.id);
  return early;
}

function isLabel({ verb, aspect, to }: Action): boolean {
  return verb === "alter" && aspect === "label" && to?.kind === "enum";
}

async function applyOne(on: Pick<Transaction, "execute">, action: Action, all: readonly Action[]): Promise<void> {
  for (const statement of action.statements) {
    try {
      await on.execute(statement);
    } catch (error) {
      const plan = all.flatMap(({ id, statements }) => [`-- ${id}`, ...statements.map((text) => `${text};`)]);
      const failed = `${messageOf(error)}\n-- in:\n${statement}\n-- the plan:\n${plan.join("\n")}`;
      throw new Error(`a statement of the plan fails: ${failed}`, { cause: error });
    }
  }
}

/** What Postgres says of a statement, in one line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof StatementError)) return String(error);
  return [error.message, error.detail, error.hint].filter((part) => part !== undefined).join("; ");
}
