import type { Model } from "../../diff/index.ts";
import { AppError } from "../../errors/index.ts";
import { quoteIdentifier, sql, StatementError, type Connection, type Transaction } from "../../postgres/index.ts";
import { declaredSince, readCoreVersion } from "../core.ts";
import type { OnlineStep } from "./step.ts";
import { patiently } from "./patience.ts";

/** Runs steps one after the other outside a transaction, as the owner; each waits for its locks a little at a time. */
export async function runSteps(connection: Connection, steps: readonly OnlineStep[], owner: string): Promise<void> {
  await connection.execute(`
    set role ${quoteIdentifier(owner)};
    set search_path = public;
    set timezone = 'UTC';
    set datestyle = 'ISO, YMD';
    set intervalstyle = 'postgres';
    set statement_timeout = 0
  `);
  for (const step of steps) await runStep(connection, step);
}

async function runStep(connection: Connection, step: OnlineStep): Promise<void> {
  const { object, statement, cleanup, repeat = false, behind } = step;
  try {
    if (behind !== undefined) await keepStep(connection, behind);
    // A batch that waited in vain goes on where it was.
    if (repeat) await cleanUp(connection, cleanup);
    await patiently(connection, { object, gentle: isGentle(statement) }, async () => {
      if (repeat) await repeated(connection, statement);
      else {
        await cleanUp(connection, cleanup);
        await connection.execute(statement);
      }
    });
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    throw new AppError("WD411", error.message, {
      detail: [error.detail, `while running: ${step.statement}`].filter((line) => line !== undefined).join("\n"),
      hint: error.hint ?? "mend what is in the way, and run howdah migrate again: it goes on where it stopped",
      postgres: error.postgres,
      cause: error,
    });
  }
}

/** Statements that can't be part of a transaction come one by one. */
async function cleanUp(connection: Connection, cleanup: OnlineStep["cleanup"]): Promise<void> {
  for (const statement of typeof cleanup === "string" ? [cleanup] : (cleanup ?? []))
    await connection.execute(statement);
}

/** Its lock (SHARE UPDATE EXCLUSIVE) is in the way of no reader and no writer, not even while it is waited for. */
function isGentle(statement: string): boolean {
  return / index concurrently | validate constraint | detach partition .* concurrently$/s.test(statement);
}

async function repeated(connection: Connection, text: string): Promise<void> {
  for (let left = true; left;) {
    const [row] = await connection.query<{ left: boolean }>({ text, values: [] });
    left = row?.left === true;
  }
}

/** As howdah.step has it. */
type Recorded = OnlineStep & { readonly kept?: true };

type Pending = Recorded & { readonly id: string };

/** Steps that a transaction has left to be done, oldest first. */
async function readPendingSteps(tx: Pick<Transaction, "query">): Promise<readonly Pending[]> {
  if ((await readCoreVersion(tx)) < declaredSince) return [];
  const rows = await tx.query<{ id: string; step: OnlineStep }>(sql`
    select id::text as id, step
    from howdah.step
    where done_at is null
    order by howdah.step.id
  `);
  return rows.map(({ id, step }) => ({ ...step, id }));
}

/** True where an interrupted assembly has left something to be done. */
export async function hasPendingSteps(tx: Pick<Transaction, "query">): Promise<boolean> {
  return (await readPendingSteps(tx)).length > 0;
}

/** Kept until it is done, whatever is planned meanwhile: no plan can tell any more that it is needed. */
async function keepStep(connection: Connection, step: OnlineStep): Promise<void> {
  const text = JSON.stringify({ ...step, kept: true } satisfies Recorded);
  await connection.query(sql`
    insert into howdah.step (step)
    select ${text}::pg_catalog.jsonb
    where not exists (select from howdah.step where done_at is null and step = ${text}::pg_catalog.jsonb)
  `);
}

/**
 * Writes down what is to be done once the transaction has committed. What earlier ones have left undone is forgotten, unless
 * it is kept: whatever of it is still wanted stands among these.
 */
export async function recordSteps(tx: Pick<Transaction, "query">, steps: readonly OnlineStep[]): Promise<void> {
  await tx.query(sql`delete from howdah.step where done_at is null and step->'kept' is null`);
  if (steps.length === 0) return;
  await tx.query(sql`
    insert into howdah.step (step)
    select step
    from pg_catalog.jsonb_array_elements(${JSON.stringify(steps)}::pg_catalog.jsonb) as step
  `);
}

/** Does what transactions have left to be done; true when there was something. */
export async function runPendingSteps(connection: Connection, owner: string): Promise<boolean> {
  const pending = await readPendingSteps(connection);
  for (const step of pending) await runPending(connection, step, owner);
  return pending.length > 0;
}

/**
 * Goes on filling rows that an interrupted assembly has left without a value: a plan can't see them, and takes all else
 * that was left undone into itself.
 */
export async function runFillings(connection: Connection, owner: string, wanted: Model): Promise<void> {
  for (const step of await readPendingSteps(connection)) {
    if (step.repeat === true && wanted.facts.has(step.object)) await runPending(connection, step, owner);
  }
}

async function runPending(connection: Connection, { id, ...step }: Pending, owner: string): Promise<void> {
  await runSteps(connection, [step], owner);
  await connection.query(sql`update howdah.step set done_at = pg_catalog.now() where id = ${id}::bigint`);
}
