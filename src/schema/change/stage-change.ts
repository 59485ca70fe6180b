import { keyOf, type Action, type Model } from "../../diff/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import type { Desired } from "../desired/desired.ts";
import { rewritingColumns } from "./online/rewriting.ts";
import type { Change } from "./plan-change.ts";
import { readSizes, type Sizes } from "./sizes.ts";
import { stagesOf } from "./stages.ts";
import type { Stages } from "./step.ts";

/** Rows that are looked at within some ten milliseconds. */
export const onlineAbove = 10_000;

/** What decides which changes are done online. */
export interface StageInput {
  /** Rows from which on a table is large; see `[schema] online_above`. */
  readonly onlineAbove: number;
  /** The database ahead of the migrations that run in the same transaction. */
  readonly committed?: Model | undefined;
}

/** A staged change, and what it was staged by. */
export type Staged = Stages<Action> & { readonly sizes: Sizes };

/** Stages a change by the size of the tables. */
export async function stageChange(
  tx: Pick<Transaction, "query">,
  change: Change,
  desired: Desired,
  { onlineAbove, committed }: StageInput,
): Promise<Staged> {
  const sizes = await readSizes(tx);
  const isBig = ({ to }: Action): boolean => {
    const key = keyOf({
      kind: "table",
      schema: to?.schema ?? null,
      relation: null,
      name: to?.relation ?? "",
      args: null,
    });
    return change.live.facts.has(key) && (sizes.get(key)?.rows ?? -1) >= onlineAbove;
  };
  const rewriting = await rewritingColumns(change.diff.actions, isBig, {
    live: change.live,
    connect: () => desired.connect(),
  });
  return { ...stagesOf(change, { sizes, onlineAbove, rewriting, committed, role: change.role }), sizes };
}
