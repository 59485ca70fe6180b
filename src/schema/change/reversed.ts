import {
  readModel,
  renameStatements,
  type Fact,
  type Model,
  type ReadOptions,
  type Renames,
} from "../../diff/index.ts";
import { quoteLiteral, type Connection, type Transaction } from "../../postgres/index.ts";
import type { Intent } from "./intent.ts";

/**
 * Reads the wanted schema as it would be without the renames: undoes them in its scratch database, reads, and rolls
 * back. Postgres itself then says how views, constraints and defaults read under the old names, so that what a rename
 * changes is told from what is changed besides.
 */
export async function readReversed(
  scratch: Connection,
  { live, wanted, intent, options }: { live: Model; wanted: Model; intent: Intent; options: ReadOptions },
): Promise<Renames | undefined> {
  if (intent.renames.length === 0 && intent.labels.length === 0) return undefined;
  const pairs = intent.renames.flatMap(({ from, to }) => {
    const before = live.facts.get(from);
    const after = wanted.facts.get(to);
    return before === undefined || after === undefined ? [] : [{ from: after, to: before }];
  });
  const reversed = await rolledBack(scratch, async (tx) => {
    for (const { type, from, to } of intent.labels) await tx.execute(labelStatement(wanted.facts.get(type), to, from));
    for (const statement of renameStatements(pairs)) await tx.execute(statement);
    return await readModel(tx, options);
  });
  return { pairs: intent.renames, reversed };
}

/** `alter type public.mood rename value 'glad' to 'happy'`. */
export function labelStatement(type: Fact | undefined, from: string, to: string): string {
  const name = [type?.schema ?? "", type?.name ?? ""].map((part) => `"${part.replaceAll('"', '""')}"`).join(".");
  return `alter type ${name} rename value ${quoteLiteral(from)} to ${quoteLiteral(to)}`;
}

/** Runs the work in a transaction and takes everything back. */
export async function rolledBack<T>(connection: Connection, work: (tx: Transaction) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined;
  const end = new Error("rolled back on purpose");
  try {
    await connection.transaction(async (tx) => {
      result = { value: await work(tx) };
      throw end;
    });
  } catch (error) {
    if (error !== end || result === undefined) throw error;
  }
  return (result as { readonly value: T }).value;
}
