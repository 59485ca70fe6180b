import { keyOf, type Action, type Fact, type Model } from "../../diff/index.ts";
import { columnForm } from "./online/column-form.ts";
import { constraintForm, dropTemporary } from "./online/constraint-form.ts";
import { isTemporary, type Form, type OnlineForm, type Scene } from "./online/form.ts";
import { detachForm } from "./online/detach-form.ts";
import { indexForm } from "./online/index-form.ts";
import { notNullForm } from "./online/not-null-form.ts";
import { labelsFirst } from "./labels-first.ts";
import { retypeForm } from "./online/retype-form.ts";
import type { Change } from "./plan-change.ts";
import type { Sizes } from "./sizes.ts";
import type { OnlineStep, Stages } from "./step.ts";

/** What the stages of a change depend on besides the change. */
export interface StageOptions {
  readonly sizes: Sizes;
  /** Rows from which on a table is large. */
  readonly onlineAbove: number;
  /** Columns that would have every row written anew; see `rewritingColumns`. */
  readonly rewriting: ReadonlySet<string>;
  /** Who does it. */
  readonly role?: string | undefined;
  /** The database without the migrations that run in the same transaction; undefined where there are none. */
  readonly committed?: Model | undefined;
}

const forms: readonly Form[] = [indexForm, constraintForm, notNullForm, columnForm, retypeForm, detachForm];

/** Sorts a change into what runs ahead of the transaction, in it, and behind it. */
export function stagesOf(change: Change, options: StageOptions): Stages<Action> {
  const { actions, renamed } = change.diff;
  const scene = sceneOf(change, options);
  const done = actions.map((action): OnlineForm => formOf(action, scene) ?? { transaction: [action] });
  const used = new Set([...renamed.map(({ from }) => from.key), ...done.flatMap((form) => form.uses ?? [])]);
  return {
    before: [...labelsFirst(actions, change), ...done.flatMap((form) => form.before ?? [])],
    transaction: done.flatMap((form) => form.transaction ?? []),
    after: [...done.flatMap((form) => form.after ?? []), ...leftovers(change, used)],
    notes: new Map(
      done.flatMap(({ transaction: [action] = [], declined }) =>
        action === undefined || declined === undefined ? [] : [[action, declined] as const],
      ),
    ),
  };
}

function formOf(action: Action, scene: Scene): OnlineForm | undefined {
  for (const form of forms) {
    const found = form(action, scene);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a change that was given up has left. */
function leftovers({ live, wanted }: Change, used: ReadonlySet<string>): readonly OnlineStep[] {
  return (
    [...live.facts.values()]
      .filter((fact) => isTemporary(fact) && !used.has(fact.key) && !wanted.facts.has(fact.key))
      .filter(({ kind, props }) => kind !== "constraint" || props["type"] === "check")
      // Triggers first: they write what the columns hold.
      .toSorted((one, other) => Number(other.kind === "trigger") - Number(one.kind === "trigger"))
      .map((fact) => ({ object: fact.key, statement: dropTemporary(fact) }))
  );
}

function sceneOf({ diff, live, wanted }: Change, options: StageOptions): Scene {
  const { sizes, onlineAbove, rewriting, committed = live } = options;
  const touched = touchedBy(diff.actions);
  const isCommitted = (key: string): boolean => !live.facts.has(key) || committed.facts.has(key);
  return {
    live,
    wanted,
    actions: diff.actions,
    role: options.role,
    isBig: (fact) => {
      const size = sizes.get(tableKey(fact));
      return live.facts.has(tableKey(fact)) && size !== undefined && size.rows >= onlineAbove;
    },
    isSettled: (fact) => {
      const needs = [...(wanted.needs.get(fact.key) ?? [])].filter((key) => !/^(?:index|constraint) /.test(key));
      const all = [tableKey(fact), ...needs, ...(fact.kind === "column" ? [fact.key] : [])];
      return all.every((key) => live.facts.has(key) && !touched.has(key) && isCommitted(key));
    },
    isRewriting: (column) => rewriting.has(column.key),
  };
}

function tableKey({ schema, relation }: Fact): string {
  return keyOf({ kind: "table", schema, relation: null, name: relation ?? "", args: null });
}

/** What may be altered of a column while an index on it is built beside. */
const harmless = new Set(["not null", "settings", "owner", "comment", "privileges", "validation", "label"]);

/** Keys of all that isn't in the database as it is wanted. */
function touchedBy(actions: readonly Action[]): ReadonlySet<string> {
  return new Set(
    actions
      .filter(({ verb, aspect }) => verb !== "alter" || !harmless.has(aspect))
      .flatMap(({ from, to, inlined }) => [from, to, ...inlined].flatMap((fact) => fact?.key ?? [])),
  );
}
