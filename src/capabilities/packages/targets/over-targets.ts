import { AppError, toAppError } from "../../../errors/index.ts";

/** What became of one database. */
export type TargetOutcome<T> =
  | { readonly name: string; readonly status: "done"; readonly report: T }
  | { readonly name: string; readonly status: "failed"; readonly error: AppError }
  | { readonly name: string; readonly status: "skipped" };

export interface OverTargetsOptions {
  /** Comes first, and alone: the others follow only where it went well. */
  readonly canary?: string | undefined;
  /** Go on with the others where one fails (not where the canary does). */
  readonly keepGoing: boolean;
  /** Told before each. */
  readonly onTarget?: ((name: string) => void) | undefined;
}

/**
 * The same work on one database after the other: each is a transaction of its own, and what one has committed stays.
 *
 * Throws WD663 for a canary that is none of them.
 */
export async function overTargets<Target extends { readonly name: string }, T>(
  targets: readonly Target[],
  work: (target: Target) => Promise<T>,
  { canary, keepGoing, onTarget }: OverTargetsOptions,
): Promise<readonly TargetOutcome<T>[]> {
  if (canary !== undefined && !targets.some(({ name }) => name === canary)) {
    throw new AppError("WD663", `the canary "${canary}" is none of the databases`, {
      detail: targets.map(({ name }) => name).join(", "),
    });
  }
  const isCanary = ({ name }: Target): boolean => name === canary;
  const ordered = [...targets.filter(isCanary), ...targets.filter((each) => !isCanary(each))];
  const outcomes: TargetOutcome<T>[] = [];
  let stopped = false;
  for (const target of ordered) {
    const outcome = stopped
      ? ({ name: target.name, status: "skipped" } as const)
      : await attempt(target, work, onTarget);
    if (outcome.status === "failed") stopped = !keepGoing || isCanary(target);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function attempt<Target extends { readonly name: string }, T>(
  target: Target,
  work: (target: Target) => Promise<T>,
  onTarget: OverTargetsOptions["onTarget"],
): Promise<TargetOutcome<T>> {
  onTarget?.(target.name);
  try {
    return { name: target.name, status: "done", report: await work(target) };
  } catch (error) {
    return { name: target.name, status: "failed", error: toAppError(error) };
  }
}
