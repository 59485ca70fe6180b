import type { Connection, Transaction } from "../../src/postgres/index.ts";
import { isReading } from "../support/reading.ts";

/** What is thrown where the session was lost. */
export class Killed extends Error {}

/** What happens to a session that is watched. */
export interface Watching {
  /** It is lost ahead of the statement of that number among those that write, from 0; a commit is one as well. */
  readonly killAt?: number;
  /** How it is lost: the session is closed and `Killed` is thrown, unless this ends the process itself. */
  readonly kill?: () => void;
  /** Told when something has been committed. */
  readonly onCommit?: () => Promise<void>;
}

/** The session under watch. What a batch of a filling writes counts, although it answers with a row. */
export function watching(real: Connection, { killAt, kill = () => {}, onCommit }: Watching): Connection {
  let count = 0;
  const ahead = async (text: string): Promise<boolean> => {
    if (isReading(text)) return false;
    if (count++ !== killAt) return true;
    kill();
    await real.close();
    throw new Killed(text);
  };
  const wrap = (inner: Query, behind: () => Promise<void>): Query => ({
    async query(statement) {
      const isWriting = await ahead(statement.text);
      const rows = await inner.query<never>(statement);
      if (isWriting) await behind();
      return rows;
    },
    async execute(text) {
      const isWriting = await ahead(text);
      await inner.execute(text);
      if (isWriting) await behind();
    },
  });
  const nothing = async (): Promise<void> => {};
  const inside = (tx: Transaction): Transaction => ({
    ...wrap(tx, nothing),
    savepoint: async (work) => tx.savepoint(work),
  });
  const committed = onCommit ?? nothing;
  return {
    ...wrap(real, committed),
    async transaction(work) {
      const result = await real.transaction(async (tx) => {
        const done = await work(inside(tx));
        await ahead("commit");
        return done;
      });
      await committed();
      return result;
    },
    onNotice: (listener) => real.onNotice(listener),
    close: async () => real.close(),
    [Symbol.asyncDispose]: async () => real[Symbol.asyncDispose](),
  };
}

type Query = Pick<Transaction, "query" | "execute">;
