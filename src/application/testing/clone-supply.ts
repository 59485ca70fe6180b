import { connect } from "../../postgres/index.ts";
import type { ProjectDatabase } from "../application.ts";
import { cloneDatabase, prepareCloning, type CloneSource } from "./clone.ts";
import { dropTogether, type TestRun } from "./run-lock.ts";

/** A database for one test. */
export interface Clone {
  readonly name: string;
  readonly cloneMs: number;
}

/**
 * Makes databases ahead of the tests that need them, in one session: two that copy at once get in each other's way (38 ms
 * each in one session, 108 in two, on two processors).
 */
export interface CloneSupply extends AsyncDisposable {
  take(): Promise<Clone>;
}

export interface SupplyOptions {
  /** How many will be taken at most. */
  readonly wanted: number;
  /** How many are made ahead. */
  readonly ahead: number;
  readonly signal: AbortSignal;
}

/** Opens a supply; what it made and nobody took is dropped with the run. */
export async function openSupply(
  run: TestRun,
  source: CloneSource,
  { wanted, ahead, signal }: SupplyOptions,
): Promise<CloneSupply> {
  const session = await connect(run.maintenance, { applicationName: "howdah test" });
  await prepareCloning(session);
  const ready: Promise<Clone>[] = [];
  let left = wanted;
  const make = async (): Promise<Clone> => {
    signal.throwIfAborted();
    const startedAt = performance.now();
    const name = run.nextName();
    await cloneDatabase(session, source, name);
    return { name, cloneMs: performance.now() - startedAt };
  };
  let last: Promise<unknown> = Promise.resolve();
  const fill = (): void => {
    for (; ready.length < ahead && left > 0 && !signal.aborted; left--) {
      const made = last.then(make);
      ready.push(made);
      // Who takes it hears of it.
      last = made.catch(() => {});
    }
  };
  fill();
  return {
    async take() {
      const taken = ready.shift() ?? make();
      fill();
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      await last;
      await session.close();
    },
  };
}

/** Drops databases behind the tests' backs. */
export interface Dropper extends AsyncDisposable {
  drop(name: string): void;
}

/**
 * A database costs 8 MB of disk, and dropping one a checkpoint, which makes the copies beside it three times as slow:
 * they are left until there are so many, or until the run ends.
 */
const keptDatabases = 100;

/** What is to be dropped, together; disposing waits for what was begun, the run itself drops what is left. */
export function openDropper(run: TestRun, database: ProjectDatabase): Dropper {
  const waiting: string[] = [];
  let last = Promise.resolve();
  return {
    drop(name) {
      waiting.push(name);
      if (waiting.length < keptDatabases) return;
      const names = waiting.splice(0);
      // What fails here is dropped with the run, which tells why where it can't.
      last = last.then(() => dropTogether(run.maintenance, database, names)).catch(() => {});
    },
    [Symbol.asyncDispose]: () => last,
  };
}
