import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../../errors/index.ts";
import type { Connection } from "../../postgres/index.ts";
import type { AssemblyAction } from "../assembly.ts";
import type { Desired } from "../desired/desired.ts";
import { inTheWay, isLockTimeout, patienceMs, pauseAfter } from "./patience.ts";
import { hasPendingSteps, runFillings, runPendingSteps, runSteps } from "./run-steps.ts";
import { Barrier, type OnlineStep } from "./step.ts";
import { lockSteps } from "./step-lock.ts";
import { toldStep } from "./told.ts";

/** More rounds than this, and the steps do not bring the plan nearer to its end. */
const mostRounds = 20;

/** What is done around the assembly's transaction. */
export interface InStagesInput<T> {
  readonly connection: Connection;
  readonly owner: string;
  readonly desired: Desired;
  /** The transaction: throws a Barrier for steps that have to be done ahead of it. */
  readonly attempt: () => Promise<T>;
}

/**
 * Runs a transaction that may ask for steps ahead of it (they are done, then it begins anew), that gives way when it has
 * waited for a lock (everybody passes, and it is tried again), and that may leave steps to be done behind it: once they
 * are, it runs again, and finds nothing left to do.
 *
 * Steps are run by one assembly at a time; whoever comes second begins anew behind the first.
 */
export async function inStages<T extends { readonly actions: readonly AssemblyAction[] }>(
  input: InStagesInput<T>,
): Promise<T> {
  const { connection, owner, desired } = input;
  await using lock = lockSteps(connection);
  if (await hasPendingSteps(connection)) {
    await lock.take();
    await runFillings(connection, owner, desired.model);
  }
  const ahead: OnlineStep[] = [];
  const report = await behindBarriers(input, async (steps) => {
    if (lock.taken) {
      await runSteps(connection, steps, owner);
      ahead.push(...steps);
    } else await lock.take();
  });
  if (await hasPendingSteps(connection)) {
    await lock.take();
    for (let rounds = 0; await runPendingSteps(connection, owner); rounds++) {
      if (rounds >= mostRounds) throw endless();
      await behindBarriers(input, async (steps) => runSteps(connection, steps, owner));
    }
  }
  return { ...report, actions: [...ahead.map((step) => toldStep(step, "ahead", desired)), ...report.actions] };
}

async function behindBarriers<T>(
  { connection, attempt }: InStagesInput<T>,
  onBarrier: (steps: readonly OnlineStep[]) => Promise<void>,
): Promise<T> {
  const started = performance.now();
  for (let rounds = 0, attempts = 0; ;) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Barrier) await onBarrier(nextRound(error, rounds++));
      else if (!isLockTimeout(error)) throw error;
      else if (performance.now() - started < patienceMs) await pause(pauseAfter(attempts++));
      else throw await inTheWay(connection, "something that is to change", error);
    }
  }
}

function nextRound({ steps }: Barrier, rounds: number): readonly OnlineStep[] {
  if (rounds >= mostRounds) throw endless(steps);
  return steps;
}

function endless(steps: readonly OnlineStep[] = []): AppError {
  return new AppError("WD465", "steps that were done are asked for again and again", {
    detail: steps.map(({ statement }) => statement).join("\n"),
    hint: "make this change in a migration, and report it",
  });
}
