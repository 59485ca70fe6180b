import { sql, type Connection } from "../../postgres/index.ts";

/** Who looks after a session from outside. */
export interface Watch {
  /** A second session on the same database. */
  readonly connect: () => Promise<Connection>;
  /** Told once for each set of sessions that is in the way: `waiting for pid 4711, app, idle in transaction for 00:01:02`. */
  readonly onWait: (text: string) => void;
}

const pollMs = 250;

/** Does the work, and tells meanwhile whom the session waits for: only another session can see it. */
export async function watched<T>(connection: Connection, watch: Watch | undefined, work: () => Promise<T>): Promise<T> {
  if (watch === undefined) return await work();
  const [row] = await connection.query<{ pid: number }>(sql`select pg_catalog.pg_backend_pid() as pid`);
  await using watcher = new Watcher(watch, row?.pid ?? 0);
  watcher.start();
  return await work();
}

class Watcher implements AsyncDisposable {
  private readonly watch: Watch;
  private readonly pid: number;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;
  private looking: Promise<void> = Promise.resolve();
  private second: Connection | undefined;
  private told = "";

  constructor(watch: Watch, pid: number) {
    this.watch = watch;
    this.pid = pid;
  }

  start(): void {
    if (this.ended) return;
    this.timer = setTimeout(() => {
      // Whether it can be told makes no difference to the work.
      this.looking = this.look().then(
        () => this.start(),
        () => {},
      );
    }, pollMs).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    await this.looking;
    await this.second?.close();
  }

  /** As whoever has connected: what others do is shown to the owner only where it is its own. */
  private async connect(): Promise<Connection> {
    const connection = await this.watch.connect();
    await connection.execute("set role none");
    return connection;
  }

  private async look(): Promise<void> {
    this.second ??= await this.connect();
    const rows = await this.second.query<{ line: string }>(sql`
      select pg_catalog.format(
        'pid %s, %s, %s for %s: %s',
        pid, usename, state, pg_catalog.date_trunc('second', pg_catalog.clock_timestamp() - xact_start),
        pg_catalog.left(pg_catalog.regexp_replace(query, '\\s+', ' ', 'g'), 80)
      ) as line
      from pg_catalog.pg_stat_activity
      where pid = any (pg_catalog.pg_blocking_pids(${this.pid}::integer))
      order by pid
    `);
    const pids = rows.map(({ line }) => line.split(",", 1)[0]).join();
    if (rows.length > 0 && pids !== this.told)
      this.watch.onWait(`waiting for ${rows.map(({ line }) => line).join("; ")}`);
    this.told = pids;
  }
}
