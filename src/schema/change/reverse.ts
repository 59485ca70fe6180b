import { planDiff, readModel, type Diff, type Fact, type Model, type ReadOptions } from "../../diff/index.ts";
import type { Connection } from "../../postgres/index.ts";
import type { Foreseen } from "./foresee-change.ts";
import type { Change } from "./plan-change.ts";
import { questionsOf } from "./question.ts";
import { labelStatement, readReversed, rolledBack } from "./reversed.ts";

/** What would take a database back. */
export interface Reverse {
  readonly diff: Diff;
  /** Renames of labels, ahead of all else. */
  readonly labels: readonly string[];
  /** What would be lost: `column public.account.full_name would be dropped`. */
  readonly losses: ReturnType<typeof questionsOf>;
}

/** How a way back is found. */
export interface ReverseOptions {
  readonly role: string;
  readonly read: ReadOptions;
  /** A database with this schema and no rows: needed where something is renamed. */
  readonly clone: ((live: Model) => Promise<Connection>) | undefined;
}

/** The change that takes a database from what the files say to what it is now; what nobody owns stays out of it. */
export async function reverseOf({ change }: Pick<Foreseen, "change">, options: ReverseOptions): Promise<Reverse> {
  const { intent } = change;
  const from = asApplied(change);
  const target = await targetOf(change, options);
  const to = without(target.model, new Set(change.diff.unowned.map(({ key }) => key)));
  const diff = planDiff(from, to, { role: options.role, renames: target.renames });
  const asked = {
    drops: new Set<string>(),
    using: new Map<string, string>(),
    live: from,
    standing: (fact: Fact) => fact,
    origin: () => undefined,
  };
  const labels = intent.labels.map((label) =>
    labelStatement(change.wanted.facts.get(label.type), label.to, label.from),
  );
  return { diff, labels, losses: questionsOf(diff, asked) };
}

/** What is somebody else's is as it was. */
function asApplied({ wanted, live, diff }: Change): Model {
  const facts = new Map(wanted.facts);
  for (const { key } of diff.leftAlone) {
    const stands = live.facts.get(key);
    if (stands === undefined) facts.delete(key);
    else facts.set(key, stands);
  }
  return { ...wanted, facts };
}

/** Renames are undone in a clone, so that Postgres itself says what they change. */
async function targetOf(
  { intent, live, wanted }: Change,
  { clone, read }: ReverseOptions,
): Promise<{ readonly model: Model; readonly renames?: Awaited<ReturnType<typeof readReversed>> }> {
  if (clone === undefined || (intent.renames.length === 0 && intent.labels.length === 0)) return { model: live };
  await using connection = await clone(live);
  const model = await rolledBack(connection, async (tx) => readModel(tx, read));
  const back = {
    ...intent,
    renames: intent.renames.map(({ from, to }) => ({ from: to, to: from })),
    labels: intent.labels.map(({ type, from, to }) => ({ type, from: to, to: from })),
  };
  return {
    model,
    renames: await readReversed(connection, { live: wanted, wanted: model, intent: back, options: read }),
  };
}

function without(model: Model, keys: ReadonlySet<string>): Model {
  if (keys.size === 0) return model;
  return { ...model, facts: new Map([...model.facts].filter(([key]) => !keys.has(key))) };
}
