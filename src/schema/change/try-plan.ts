import { AppError, toAppError } from "../../errors/index.ts";
import type { Connection } from "../../postgres/index.ts";
import type { Model } from "../../diff/index.ts";
import type { AssemblyAction } from "../assembly.ts";
import { ensureCoreSchema } from "../core.ts";
import type { Desired } from "../desired/desired.ts";
import { runMigrations, type PreparedMigration } from "../migrate.ts";
import { applySettings } from "../session.ts";
import type { SourceMap } from "../locate.ts";
import type { Trial } from "./clone.ts";
import { forecast, type Tried } from "./forecast.ts";
import type { Change } from "./plan-change.ts";
import { labelStatement } from "./reversed.ts";
import type { Sizes } from "./sizes.ts";
import { told, toldStep } from "./told.ts";
import { verifyChange } from "./verify.ts";

/** What is tried out, and where. */
export interface TryInput {
  readonly trial: (live: Model) => Promise<Trial>;
  /** The database ahead of the pending migrations. */
  readonly live: Model;
  readonly migrations: readonly PreparedMigration[];
  readonly sources: SourceMap;
  readonly change: Change;
  readonly desired: Desired;
  readonly owner: string;
  readonly admin: string;
  readonly sizes: Sizes;
}

/** One item of a plan: what is tried, and how it is told. */
export type PlannedItem = Tried & { readonly stage?: "ahead" | "behind"; readonly note?: string | undefined };

/** What came out. */
export interface Outcome {
  readonly actions: readonly AssemblyAction[];
  /** Why the plan was not tried out (WD469), or what is wrong with it (WD465). */
  readonly problem: AppError | undefined;
}

/** How an item is told without having been tried. */
export function toldItem(item: PlannedItem, desired: Desired): AssemblyAction {
  return "action" in item
    ? told(item.action, desired, item.note)
    : toldStep(item.step, item.stage ?? "behind", desired);
}

/**
 * Does what a plan says in a copy of the schema without rows: what each statement locks, rewrites and looks at is told
 * with it, and at the end the observer has to find there what the files say.
 */
export async function tryPlan(items: readonly PlannedItem[], input: TryInput): Promise<Outcome> {
  const plain = items.map((item) => toldItem(item, input.desired));
  let trial: Trial;
  try {
    trial = await input.trial(input.live);
  } catch (error) {
    return { actions: plain, problem: untried(error) };
  }
  await using copy = trial;
  try {
    await prepare(copy.connection, input);
    const found = await forecast(items, { ...input, connection: copy.connection });
    await copy.connection.transaction(async (tx) => verifyChange(tx, { ...input, later: [] }));
    return {
      actions: plain.map((action, index) => ({ ...action, forecast: found[index] }) as AssemblyAction),
      problem: undefined,
    };
  } catch (error) {
    return { actions: plain, problem: unworkable(error) };
  }
}

/** What comes before a change. */
async function prepare(connection: Connection, { migrations, sources, owner, change }: TryInput): Promise<void> {
  await connection.transaction(async (tx) => {
    const settings = { owner, lockTimeoutMs: 10_000 };
    await applySettings(tx, settings);
    await ensureCoreSchema(tx);
    if (migrations.length > 0) await runMigrations(tx, migrations, settings, sources);
    await tx.execute("set local role none");
    for (const { type, from, to } of change.intent.labels)
      await tx.execute(labelStatement(change.live.facts.get(type), from, to));
  });
}

function untried(thrown: unknown): AppError {
  const cause = toAppError(thrown);
  return new AppError("WD469", "the plan was not tried out: what it locks, and for how long, is not told", {
    detail: [cause.message, cause.detail].filter((line) => line !== undefined).join("\n"),
    cause,
  });
}

function unworkable(thrown: unknown): AppError {
  const cause = toAppError(thrown);
  if (cause.code === "WD465") return cause;
  return new AppError("WD465", "the plan does not work where it was tried out", {
    detail: [cause.message, cause.detail].filter((line) => line !== undefined).join("\n"),
    hint: "nothing was changed; make this change in a migration, and report it with what howdah plan --sql prints",
    cause,
  });
}
