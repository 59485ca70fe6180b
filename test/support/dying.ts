import type { ProjectDatabase } from "../../src/application/index.ts";
import type { Connection, Transaction } from "../../src/postgres/index.ts";
import { isReading } from "./reading.ts";

/** What is thrown where the session was lost. */
export class Killed extends Error {}

/** The database by sessions that are lost ahead of the nth statement that changes something, from 0. */
export function dyingAt(
  database: ProjectDatabase,
  place: number,
): { readonly database: ProjectDatabase; count(): number } {
  let count = 0;
  const dying = async (real: Connection, text: string): Promise<void> => {
    if (isReading(text) || count++ !== place) return;
    await real.close();
    throw new Killed(text);
  };
  return {
    database: { ...database, connectOwner: async () => wrapped(await database.connectOwner(), dying) },
    count: () => count,
  };
}

function wrapped(real: Connection, dying: (real: Connection, text: string) => Promise<void>): Connection {
  const wrap = (inner: Pick<Transaction, "query" | "execute">): Pick<Transaction, "query" | "execute"> => ({
    query: async (statement) => {
      await dying(real, statement.text);
      return await inner.query(statement);
    },
    execute: async (text) => {
      await dying(real, text);
      await inner.execute(text);
    },
  });
  return {
    ...wrap(real),
    transaction: async (work) =>
      real.transaction(async (tx) => {
        const result = await work({ ...wrap(tx), savepoint: async (inside) => tx.savepoint(inside) });
        await dying(real, "commit");
        return result;
      }),
    onNotice: (listener) => real.onNotice(listener),
    close: async () => real.close(),
    [Symbol.asyncDispose]: async () => real[Symbol.asyncDispose](),
  };
}
