import type pg from "pg";
import { AppError } from "../errors/index.ts";
import { connectClient } from "./client.ts";
import type { Notice, OpenedConnection, Transaction } from "./connection.ts";
import { fromDriver } from "./driver-error.ts";
import type { Sql } from "./sql.ts";
import type { Target } from "./target.ts";

export interface ConnectOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
  readonly connectTimeoutMs?: number;
}

/** Opens one session; throws WD201 when Postgres can't be reached, WD202 when it refuses. */
export async function connect(target: Target, options: ConnectOptions = {}): Promise<OpenedConnection> {
  const client = await connectClient(target, {
    applicationName: options.applicationName ?? "howdah",
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
  });
  return new Session(client);
}

class Session implements OpenedConnection {
  readonly #client: pg.Client;
  /** The end of the queue: statements run in the order they were asked for, one at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(client: pg.Client) {
    this.#client = client;
  }

  async query<Row extends object>(statement: Sql): Promise<readonly Row[]> {
    const result = await this.#send(() => this.#client.query<Row>(statement.text, [...statement.values]));
    return result.rows;
  }

  async execute(text: string): Promise<void> {
    await this.#send(() => this.#client.query(text));
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    await this.execute("begin");
    try {
      const result = await work(new OpenTransaction(this));
      await this.#commit();
      return result;
    } catch (error) {
      // The first error is the one to know of; where the session is lost, so is the transaction. After a COMMIT that
      // failed there is none left, and Postgres would warn of it.
      if (this.#client.getTransactionStatus() !== "I") await this.execute("rollback").catch(() => {});
      throw error;
    }
  }

  onNotice(listener: (notice: Notice) => void): void {
    this.#client.on("notice", (notice) => {
      listener({
        severity: notice.severity ?? "NOTICE",
        sqlstate: notice.code ?? "00000",
        message: notice.message ?? "",
        detail: notice.detail,
        hint: notice.hint,
      });
    });
  }

  ref(): void {
    (this.#client as unknown as Refable).ref();
  }

  unref(): void {
    (this.#client as unknown as Refable).unref();
  }

  async close(): Promise<void> {
    // Who waits for the end must not be left alone by a process that has nothing else to do.
    this.ref();
    await this.#client.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** COMMIT of a transaction that failed before is answered with ROLLBACK, as a success: that must not pass for one. */
  async #commit(): Promise<void> {
    const result = await this.#send(() => this.#client.query("commit"));
    if (result.command === "COMMIT") return;
    throw new AppError("WD203", "the transaction was rolled back", {
      detail: "a statement in it had failed, and its error was caught outside of a savepoint",
    });
  }

  async #send<T>(statement: () => Promise<T>): Promise<T> {
    const sent = this.#last.then(statement);
    this.#last = sent.catch(() => {});
    try {
      return await sent;
    } catch (error) {
      throw fromDriver(error);
    }
  }
}

/** The driver has it, its types do not. */
interface Refable {
  ref(): void;
  unref(): void;
}

class OpenTransaction implements Transaction {
  readonly #session: Session;
  #savepoints = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  query<Row extends object>(statement: Sql): Promise<readonly Row[]> {
    return this.#session.query<Row>(statement);
  }

  execute(text: string): Promise<void> {
    return this.#session.execute(text);
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    const name = `howdah_${++this.#savepoints}`;
    await this.execute(`savepoint ${name}`);
    try {
      const result = await work();
      await this.execute(`release savepoint ${name}`);
      return result;
    } catch (error) {
      // As in transaction: the first error is the one to know of.
      await this.execute(`rollback to savepoint ${name}; release savepoint ${name}`).catch(() => {});
      throw error;
    }
  }
}
