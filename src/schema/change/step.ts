/** One thing that can't be part of the assembly's transaction, since it would hold its locks for too long. */
export interface OnlineStep {
  /** The fact that it is for: `index public.account_email_idx`. */
  readonly object: string;
  /** Runs outside a transaction block; may be run again after an interruption, whatever was left of it. */
  readonly statement: string;
  /** Ahead of it: takes away what an interrupted run has left (an invalid index). Outside a transaction block as well. */
  readonly cleanup?: string | readonly string[] | undefined;
  /**
   * For backfills: the statement works on one batch and answers with one row, one column `left` (boolean): it is
   * repeated until nothing is left.
   */
  readonly repeat?: boolean | undefined;
  /** Written down ahead of it, and done behind the transaction: what it leaves, whether or not this run comes to its end. */
  readonly behind?: OnlineStep | undefined;
}

/** What a change consists of once the size of the tables is known; see `stagesOf`. */
export interface Stages<Action> {
  /** Ahead of the transaction; the change is planned again behind them, and must then need none of these. */
  readonly before: readonly OnlineStep[];
  /** In one transaction. */
  readonly transaction: readonly Action[];
  /** Behind it: recorded in the transaction, so that an interruption loses none. */
  readonly after: readonly OnlineStep[];
  /** Why an action is done in one go although its table is large, where somebody may ask. */
  readonly notes: ReadonlyMap<Action, string>;
}

/** Thrown out of the assembly's transaction, which is rolled back: these steps have to be done first. */
export class Barrier extends Error {
  readonly steps: readonly OnlineStep[];

  constructor(steps: readonly OnlineStep[]) {
    super("steps have to be done ahead of the transaction");
    this.steps = steps;
  }
}
