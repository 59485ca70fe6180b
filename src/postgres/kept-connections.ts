import type { Connection, Notice, OpenedConnection, Transaction } from "./connection.ts";
import type { Sql } from "./sql.ts";

/** Sessions that are used again and again by one who works every now and then. */
export interface KeptConnections {
  /** A session as `prepare` leaves it; closing it gives it back. */
  take(): Promise<Connection>;
  /** Ends those that nobody uses, and each other one when it is given back. */
  close(): Promise<void>;
}

export interface KeepOptions {
  readonly open: () => Promise<OpenedConnection>;
  /** Sets a session up, a new one or one that everything was taken back of (DISCARD ALL). */
  readonly prepare: (connection: Connection) => Promise<void>;
  /** How many are kept; default: one. */
  readonly most?: number;
  /** Those that nobody has asked for in this time end; default: a minute. */
  readonly idleMs?: number;
}

/**
 * Keeps sessions between their uses: logging in takes 5 ms and more, and what a new backend asks the catalogs first takes
 * several times as long as what it asks later.
 */
export function keepConnections(options: KeepOptions): KeptConnections {
  return new Keeper(options);
}

interface Idle {
  readonly session: KeptSession;
  readonly timer: NodeJS.Timeout;
}

class Keeper implements KeptConnections {
  readonly #options: KeepOptions;
  #idle: readonly Idle[] = [];
  #closed = false;
  /** Sessions that are being taken back. */
  readonly #returning = new Set<Promise<void>>();

  constructor(options: KeepOptions) {
    this.#options = options;
  }

  async take(): Promise<Connection> {
    const { open, prepare } = this.#options;
    for (let kept = this.#pop(); kept !== undefined; kept = this.#pop()) {
      try {
        await prepare(kept.connection);
        return this.#lend(kept);
      } catch {
        // It was lost meanwhile, or what it is to be set up as has gone: a new one tells.
        await kept.connection.close().catch(() => {});
      }
    }
    const connection = await open();
    try {
      await prepare(connection);
      return this.#lend(new KeptSession(connection));
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#returning);
    const idle = this.#idle;
    this.#idle = [];
    for (const { session, timer } of idle) {
      clearTimeout(timer);
      await session.connection.close();
    }
  }

  #pop(): KeptSession | undefined {
    const last = this.#idle.at(-1);
    if (last === undefined) return undefined;
    clearTimeout(last.timer);
    last.session.connection.ref();
    this.#idle = this.#idle.slice(0, -1);
    return last.session;
  }

  #lend(session: KeptSession): Connection {
    return new Lent(session, () => {
      const returning = this.#takeBack(session).finally(() => this.#returning.delete(returning));
      this.#returning.add(returning);
    });
  }

  /** In nobody's time: who closes it does not wait for it. */
  async #takeBack(session: KeptSession): Promise<void> {
    const { most = 1, idleMs = 60_000 } = this.#options;
    try {
      if (this.#closed || this.#idle.length >= most) return await session.connection.close();
      await session.connection.execute("discard all");
    } catch {
      return await session.connection.close().catch(() => {});
    }
    // Nobody waits for it: it holds no process open.
    session.connection.unref();
    const timer = setTimeout(() => this.#expire(session), idleMs);
    timer.unref();
    this.#idle = [...this.#idle, { session, timer }];
  }

  #expire(session: KeptSession): void {
    this.#idle = this.#idle.filter((idle) => idle.session !== session);
    session.connection.close().catch(() => {});
  }
}

/** A session, and whoever listens to its notices now. */
class KeptSession {
  readonly connection: OpenedConnection;
  listeners: ((notice: Notice) => void)[] = [];

  constructor(connection: OpenedConnection) {
    this.connection = connection;
    connection.onNotice((notice) => {
      for (const listener of this.listeners) listener(notice);
    });
  }
}

class Lent implements Connection {
  readonly #session: KeptSession;
  readonly #giveBack: () => void;
  #closed = false;

  constructor(session: KeptSession, giveBack: () => void) {
    this.#session = session;
    this.#giveBack = giveBack;
  }

  query<Row extends object>(statement: Sql): Promise<readonly Row[]> {
    return this.#session.connection.query<Row>(statement);
  }

  execute(text: string): Promise<void> {
    return this.#session.connection.execute(text);
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#session.connection.transaction(work);
  }

  onNotice(listener: (notice: Notice) => void): void {
    this.#session.listeners.push(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#session.listeners = [];
    this.#giveBack();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
