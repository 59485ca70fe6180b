import type { Action } from "../../diff/index.ts";
import { AppError } from "../../errors/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import type { Desired } from "../desired/desired.ts";
import { placeOf } from "./place-of.ts";
import { preflight } from "./preflight.ts";
import type { StandingNames } from "./standing-names.ts";

/** What a plan tells of rows in the way. */
export interface ForeseenObstacles {
  /** Absent where migrations come first: they may mend them. */
  readonly obstacles?: readonly AppError[];
  readonly warnings: readonly AppError[];
}

/** Asks the data what `migrate` will ask it; reads only. */
export async function foreseeObstacles(
  tx: Pick<Transaction, "query" | "execute" | "savepoint">,
  {
    actions,
    names,
    desired,
    isMigrated,
  }: {
    readonly actions: readonly Action[];
    readonly names: StandingNames;
    readonly desired: Desired;
    /** Migrations are pending. */
    readonly isMigrated: boolean;
  },
): Promise<ForeseenObstacles> {
  const found = await preflight(tx, { actions, names, origin: (key) => placeOf(desired, key) });
  if (isMigrated) return { warnings: found.obstacles.map(asBefore) };
  return { obstacles: found.obstacles, warnings: found.unasked.map((action) => unaskedYet(action, desired)) };
}

function asBefore({ message, detail, hint, position, source }: AppError): AppError {
  return new AppError("WD463", `${message}, as the rows are ahead of the pending migrations`, {
    ...{ detail, hint, position, source },
  });
}

function unaskedYet({ from, to }: Action, desired: Desired): AppError {
  const key = to?.key ?? from?.key ?? "";
  const message = `whether rows are in the way of ${key} shows only when it is done`;
  return new AppError("WD463", message, placeOf(desired, key));
}
