import { createHash } from "node:crypto";
import { AppError, toAppError } from "../../errors/index.ts";
import type { Connection } from "../../postgres/index.ts";
import type { Model } from "../../diff/index.ts";
import type { AssemblyAction } from "../assembly.ts";
import { ensureCoreSchema } from "../core.ts";
import type { Desired } from "../desired/desired.ts";
import { runMigrations, type PreparedMigration } from "../migrate.ts";
import { applySettings } from "../session.ts";
import type { SourceMap } from "../locate.ts";
import { needsAdmin } from "./admin-kinds.ts";
import type { Trial, TriedSchema } from "./clone.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { forecastOf, statementsOf, traceAll, type Traced, type Tried } from "./forecast.ts";
import type { TextStore } from "./live-model.ts";
import type { Change } from "./plan-change.ts";
import { labelStatement } from "./reversed.ts";
import type { Sizes } from "./sizes.ts";
import { told, toldStep } from "./told.ts";
import { touchedBy, type Proof } from "./touched-by.ts";
import { verifyChange } from "./verify.ts";

/** What is tried out, and where. */
export interface TryInput {
  readonly trial: (schema: TriedSchema) => Promise<Trial>;
  /** The database ahead of the pending migrations. */
  readonly live: Model;
  readonly migrations: readonly PreparedMigration[];
  readonly sources: SourceMap;
  readonly change: Change;
  readonly desired: Desired;
  readonly owner: string;
  readonly admin: string;
  readonly sizes: Sizes;
  /** Keeps what came out from one process to the next. */
  readonly store?: TextStore | undefined;
}

/** One item of a plan: what is tried, and how it is told. */
export type PlannedItem = Tried & {
  readonly stage?: "ahead" | "behind";
  readonly note?: string | undefined;
  readonly kept?: string | undefined;
};

/** What came out. */
export interface Outcome {
  readonly actions: readonly AssemblyAction[];
  /** Why the plan was not tried out (WD469), or what is wrong with it (WD465). */
  readonly problem: AppError | undefined;
}

/** How an item is told without having been tried. */
export function toldItem(item: PlannedItem, desired: Desired): AssemblyAction {
  return "action" in item ? told(item.action, desired, item) : toldStep(item.step, item.stage ?? "behind", desired);
}

/**
 * Does what a plan says in a copy of what it touches of the schema, without rows: what each statement locks, rewrites and looks at is told
 * with it, and at the end the observer has to find there what the files say. A plan that is asked for again, for the same
 * schema, is not tried again: nothing could come out otherwise.
 */
export async function tryPlan(items: readonly PlannedItem[], input: TryInput): Promise<Outcome> {
  const plain = items.map((item) => toldItem(item, input.desired));
  const key = keyOfTrial(items, input);
  using known = await input.store?.read(key);
  const traced = known === undefined ? await tryOnce(items, input) : (JSON.parse(known.next()) as readonly Traced[]);
  if (traced instanceof AppError) return { actions: plain, problem: traced };
  if (known === undefined) await input.store?.write(key, JSON.stringify(traced));
  const forecasts = items.map((item, index) => forecastOf(item, traced[index] ?? nothing, input.sizes));
  return {
    actions: plain.map((action, index) => ({ ...action, forecast: forecasts[index] }) as AssemblyAction),
    problem: undefined,
  };
}

const nothing: Traced = { locks: [], rewritten: [], scanned: [] };

/** Counts changes of what is looked at in a trial. */
const format = 1;

/** All that decides what comes out; sizes and rows do not. */
function keyOfTrial(items: readonly PlannedItem[], input: TryInput): string {
  const { live, desired, migrations, owner, admin, change } = input;
  const decisive = [
    ...[format, fingerprintOf(live), desired.hash, owner, admin],
    migrations.map(({ migration }) => [migration.file, migration.source.text]),
    items.map((item) => [statementsOf(item), "action" in item && needsAdmin(item.action, desired, { admin, live })]),
    change.excused.map((fact) => [fact.key, fact.schema, fact.relation, fact.name]),
    change.intent.labels,
  ];
  return createHash("sha256").update(JSON.stringify(decisive)).digest("hex");
}

/**
 * What was seen, or why the plan could not be tried, or what is wrong with it. Tried is what it can touch; only where that
 * fails the whole schema, since there are bonds that no catalog knows of: the text of a function names another one.
 */
async function tryOnce(items: readonly PlannedItem[], input: TryInput): Promise<readonly Traced[] | AppError> {
  if (input.migrations.length === 0) {
    const { excerpt, proof } = touchedBy(items, input.change, input.live);
    const found = await tryOn({ model: excerpt, isExcerpt: true }, items, input, proof);
    if (!(found instanceof AppError)) return found;
  }
  return await tryOn({ model: input.live, isExcerpt: false }, items, input);
}

async function tryOn(
  schema: TriedSchema,
  items: readonly PlannedItem[],
  input: TryInput,
  only?: Proof,
): Promise<readonly Traced[] | AppError> {
  let trial: Trial;
  try {
    trial = await input.trial(schema);
  } catch (error) {
    return untried(error);
  }
  await using copy = trial;
  try {
    await prepare(copy.connection, input);
    const found = await traceAll(items, { ...input, connection: copy.connection });
    await copy.connection.transaction(async (tx) => verifyChange(tx, { ...input, later: [], only }));
    return found;
  } catch (error) {
    return unworkable(error);
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
