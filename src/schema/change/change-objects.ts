import type { AppError } from "../../errors/index.ts";
import type { ReadOptions } from "../../diff/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import type { AssemblyAction } from "../assembly.ts";
import type { Desired } from "../desired/desired.ts";
import type { SourceMap } from "../locate.ts";
import { recordObjects, type Cleared } from "../reload-objects.ts";
import { applySettings, type SessionSettings } from "../session.ts";
import type { LedgerState, Preparation } from "../state.ts";
import { applyChange } from "./apply-change.ts";
import type { ExpectedPlan } from "./expected-plan.ts";
import { lockTimeoutMs } from "./patience.ts";
import { planChange, readAdmin, readLiveState, type LiveState } from "./plan-change.ts";
import type { StageInput } from "./stage-change.ts";
import { wantedObservation } from "./wanted-observation.ts";

/** What a change needs of the assembly around it; `actions` is filled. */
export interface ChangeObjectsInput {
  readonly tx: Transaction;
  readonly cleared: Cleared;
  readonly preparation: Preparation;
  readonly ledgers: LedgerState;
  readonly sources: SourceMap;
  readonly actions: AssemblyAction[];
  readonly desired: Desired;
  readonly settings: SessionSettings;
  readonly online: StageInput;
  readonly expected?: ExpectedPlan | undefined;
}

/**
 * Behind the migrations: makes the database what schema/ and functions/ say together, in one order, since tables need
 * functions and functions need tables.
 */
export async function changeObjects(input: ChangeObjectsInput): Promise<readonly AppError[]> {
  const { tx, desired, sources, ledgers, actions, online, expected } = input;
  // Everybody queues behind whoever waits for a lock: not for long, then the whole of it is tried again.
  const settings = { ...input.settings, lockTimeoutMs: Math.min(input.settings.lockTimeoutMs, lockTimeoutMs) };
  const read = { leaveOut: desired.leaveOut, roles: desired.roles };
  const state = await readBothSides(tx, desired, read);
  const change = await planChange(state, {
    desired,
    read,
    role: settings.owner,
    objects: new Set(ledgers.objects.keys()),
  });
  actions.push(
    ...(await applyChange({
      ...{ tx, change, desired, settings, sources, admin: state.admin, online, expected },
      isMigrated: input.preparation.migrations.length > 0,
    })),
  );
  await applySettings(tx, input.settings);
  await recordObjects(input.cleared, input.preparation, ledgers);
  return [];
}

/** What the verifier will compare with stands on another server, which has nothing else to do meanwhile. */
async function readBothSides(tx: Transaction, desired: Desired, read: ReadOptions): Promise<LiveState> {
  const wanted = wantedObservation(desired, await readAdmin(tx));
  const [state] = await Promise.allSettled([readLiveState(tx, read), wanted]);
  if (state.status === "rejected") throw state.reason;
  return state.value;
}
