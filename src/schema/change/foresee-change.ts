import type { Model } from "../../diff/index.ts";
import type { Connection, Transaction } from "../../postgres/index.ts";
import { declaredSince, readCoreVersion } from "../core.ts";
import type { Desired } from "../desired/desired.ts";
import { sourceMapOf } from "../source-map.ts";
import type { LedgerState, Preparation } from "../state.ts";
import { emptyLedger } from "./declared-ledger.ts";
import { planChange, readAdmin, readLiveState, type Change, type LiveState } from "./plan-change.ts";
import { afterMigrations } from "./rehearse.ts";
import { readModel } from "../../diff/index.ts";

/** What a look ahead starts from. */
export interface ForeseeInput {
  readonly preparation: Preparation;
  readonly ledgers: LedgerState;
  readonly desired: Desired;
  readonly owner: string;
  readonly clone: ((live: Model) => Promise<Connection>) | undefined;
}

/** What is to come. */
export interface Foreseen {
  readonly change: Change;
  /** The database as it is now, ahead of the pending migrations. */
  readonly live: Model;
  readonly admin: string;
}

/** The change as it will be once the pending migrations have run; the live database is only read. */
export async function foreseeChange(tx: Transaction, input: ForeseeInput): Promise<Foreseen> {
  const { desired, ledgers, owner } = input;
  const read = { leaveOut: desired.leaveOut, roles: desired.roles };
  const state = await readState(tx, read);
  const live = await migrated(state, input);
  const objects = new Set(ledgers.objects.keys());
  const change = await planChange({ ...state, live }, { desired, read, role: owner, objects });
  return { change, live: state.live, admin: state.admin };
}

async function readState(tx: Transaction, read: Parameters<typeof readModel>[1]): Promise<LiveState> {
  if ((await readCoreVersion(tx)) >= declaredSince) return await readLiveState(tx, read ?? {});
  return { live: await readModel(tx, read), ledger: emptyLedger, admin: await readAdmin(tx) };
}

async function migrated({ live }: LiveState, input: ForeseeInput): Promise<Model> {
  const { migrations, declared } = input.preparation;
  if (migrations.length === 0 || input.clone === undefined) return live;
  await using clone = await input.clone(live);
  return await afterMigrations(clone, {
    migrations,
    settings: { owner: input.owner, lockTimeoutMs: 10_000 },
    sources: sourceMapOf(declared),
    read: { leaveOut: input.desired.leaveOut, roles: input.desired.roles },
  });
}
