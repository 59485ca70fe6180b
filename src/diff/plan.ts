import type { Action } from "./action.ts";
import { circlesOf } from "./circle.ts";
import { attributeActions, attributesOf } from "./attributes.ts";
import { AppError } from "../errors/index.ts";
import type { Fact } from "./fact.ts";
import { decideFates, displacedOf, isMade, type Fate } from "./fate.ts";
import { buildGraph } from "./graph.ts";
import type { GraphInput, Node, Task } from "./node.ts";
import { decideInlining } from "./inline.ts";
import type { Context, DiffOptions } from "./kind.ts";
import { selfReferences } from "./partition-order.ts";
import { kinds } from "./kinds.ts";
import type { Model } from "./model.ts";
import { push } from "./multimap.ts";
import { pairUp, type Pairing, type Renames } from "./pairing.ts";
import { renameActions, renameNotNulls } from "./rename.ts";
import { sortNodes } from "./sort.ts";

/** What turns one schema into another. */
export interface Diff {
  /** In the order in which they are to be done. */
  readonly actions: readonly Action[];
  /** What stands in the database, in no file, and belongs to nobody: left alone. */
  readonly unowned: readonly Fact[];
  /** What stands otherwise than it is wanted, and is somebody else's: left alone. */
  readonly leftAlone: readonly Fact[];
  readonly renamed: Pairing["renamed"];
  /** What renames touch: key in the database that is changed → the fact under its name to be. */
  readonly named: Pairing["named"];
}

/** Options of a plan, with the renames that were asked for. */
export interface PlanOptions extends DiffOptions {
  readonly renames?: Renames | undefined;
}

/** Compares the schema that there is with the one that is wanted; pure. Throws WD460 where no order exists. */
export function planDiff(from: Model, to: Model, options: PlanOptions = {}): Diff {
  const pairing = pairUp(from, to, options, options.renames);
  const { fates, context, order } = arrange(pairing, options, new Set());
  const actions = order.flatMap((node) => actionOf(node, context));
  return {
    actions: [
      ...renameActions(pairing.renamed, context),
      ...renameNotNulls(from, pairing.named),
      ...actions,
      ...attributeActions(pairing, fates, context),
    ].filter((action) => action.statements.length > 0 || action.loss !== undefined),
    unowned: pairing.unowned,
    leftAlone: pairing.leftAlone,
    renamed: pairing.renamed,
    named: pairing.named,
  };
}

interface Arrangement {
  readonly fates: ReadonlyMap<string, Fate>;
  readonly context: Context;
  readonly order: readonly Node[];
}

/** What becomes of everything, and when. What can't be replaced in its place is dropped and made again. */
function arrange(pairing: Pairing, options: PlanOptions, again: ReadonlySet<string>): Arrangement {
  const inlined = new Map<string, Fact[]>();
  const undecided = contextOf(pairing, options, inlined);
  const fates = decideFates(undecided, again);
  const context: Context = { ...undecided, isMade: (key) => isMade(fates.get(key)) };
  const container = decideInlining(pairing.to, fates);
  for (const [part, parent] of container) {
    const fact = pairing.to.facts.get(part);
    if (fact !== undefined) push(inlined, parent, fact);
  }
  const displaced = displacedOf(pairing, fates);
  const explicit = new Set(selfReferences({ from: pairing.from, fates }));
  const { order, held } = orderOf({ ...pairing, fates, container, displaced, explicit });
  return held.length === 0 ? { fates, context, order } : arrange(pairing, options, new Set([...again, ...held]));
}

function contextOf(pairing: Pairing, options: PlanOptions, inlined: ReadonlyMap<string, readonly Fact[]>): Context {
  const { from, to } = pairing;
  return {
    ...{ from, to, options },
    using: options.using ?? new Map<string, string>(),
    backfill: options.backfill ?? new Map<string, string>(),
    inlined: (parent) => inlined.get(parent.key) ?? [],
    isMade: () => false,
    stands: (key) => from.facts.has(key) && to.facts.has(key),
  };
}

interface Ordered {
  readonly order: readonly Node[];
  /** Keys of what can't be replaced where it stands: no order would be one. */
  readonly held: readonly string[];
}

/** Circles are opened by what may give way: soft orders first, then parts dropped by name ahead of their parents. */
function orderOf(input: GraphInput): Ordered {
  const graph = buildGraph(input);
  let sorted = sortNodes(graph);
  while (sorted.stuck.length > 0) {
    if (!loosen(sorted.stuck, ["step", "drop"])) {
      const held = replacedWithin(sorted.stuck);
      if (held.length > 0) return { order: [], held };
      if (!loosen(sorted.stuck, ["any"])) return withExplicit(input, sorted.stuck);
    }
    sorted = sortNodes(graph);
  }
  return { order: sorted.order, held: [] };
}

/**
 * Only what stands in a circle itself: what merely waits for one keeps its order. Steps give way first, since each of
 * them needs but a part of what its fact needs; what is made gives way last.
 */
function loosen(stuck: readonly Node[], kinds: readonly ("step" | "drop" | "any")[]): boolean {
  const circles = circlesOf(stuck);
  return kinds.some((kind) => {
    const yielding = stuck.filter(({ task }) => kind === "any" || task.kind === kind);
    return yielding.filter((node) => giveWay(node, circles)).length > 0;
  });
}

/** Views and functions that would go from what goes to what is new in one statement, where the new waits for the old to go. */
function replacedWithin(stuck: readonly Node[]): readonly string[] {
  const circles = circlesOf(stuck);
  return stuck.flatMap(({ id, task }) => {
    const isReplaced = task.kind === "step" && task.step.aspect === "definition" && replaced.has(task.to.kind);
    return isReplaced && circles.some((circle) => circle.has(id)) ? [task.to.key] : [];
  });
}

const replaced: ReadonlySet<Fact["kind"]> = new Set(["view", "function", "procedure"]);

function giveWay(node: Node, circles: readonly ReadonlySet<string>[]): boolean {
  const circle = circles.find((ids) => ids.has(node.id));
  const soft = [...node.weak].filter((before) => circle?.has(before) === true);
  for (const before of soft) {
    node.after.delete(before);
    node.weak.delete(before);
  }
  return soft.length > 0;
}

/** Columns are not among them: dropped ahead of their table they would take its rows before those are moved. */
const droppedByName = new Set<Fact["kind"]>([
  "constraint",
  "index",
  "trigger",
  "policy",
  "rule",
  "default",
  "statistics",
]);

function withExplicit(input: GraphInput, stuck: readonly Node[]): Ordered {
  const dropped = new Set(stuck.flatMap((node) => (node.task.kind === "drop" ? [node.task.fact.key] : [])));
  const parts = [...dropped].flatMap((key) =>
    (input.from.parts.get(key) ?? []).filter((part) => {
      const fact = input.from.facts.get(part);
      const isAlone = fact !== undefined && droppedByName.has(fact.kind) && fact.props["inherited"] === undefined;
      return isAlone && !input.explicit.has(part);
    }),
  );
  if (parts.length === 0) throw noOrder(stuck);
  return orderOf({ ...input, explicit: new Set([...input.explicit, ...parts]) });
}

function noOrder(stuck: readonly Node[]): AppError {
  return new AppError("WD460", "these changes need each other: there is no order to make them in", {
    detail: stuck.map((node) => `${node.id} after ${[...node.after].join(", ")}`).join("\n"),
    hint: "make the change in two steps: first what the others need, then the rest",
  });
}

function actionOf(node: Node, context: Context): readonly Action[] {
  const place = { id: node.id, after: [...node.after] };
  return taskActions(node.task, context).map((action, index) => ({
    ...action,
    ...place,
    id: index === 0 ? node.id : `${node.id} ${index}`,
  }));
}

type Placeless = Omit<Action, "id" | "after">;

function taskActions(task: Task, context: Context): readonly Placeless[] {
  switch (task.kind) {
    case "create":
      return [creation(task.fact, task.because, context)];
    case "drop":
      return [leaving(task, context)];
    case "aside":
      return puttingAside(task, context);
    case "move": {
      const { aside } = kinds[task.fact.kind];
      const old = aside?.fact(task.fact) ?? task.fact;
      return [
        {
          ...blank,
          verb: "alter",
          aspect: "move",
          from: task.fact,
          to: task.to,
          statements: aside?.move?.(old, task.to, context) ?? [],
        },
      ];
    }
    case "step": {
      const { step, from, to, because } = task;
      const { aspect, statements, loss, probes = [], outside = false } = step;
      return [{ ...blank, verb: "alter", aspect, from, to, because, statements, loss, probes, outside }];
    }
  }
}

const blank = {
  from: undefined,
  to: undefined,
  inlined: [],
  because: undefined,
  loss: undefined,
  probes: [],
  outside: false,
} as const;

function creation(fact: Fact, because: string | undefined, context: Context): Placeless {
  const kind = kinds[fact.kind];
  const inlined = context.inlined(fact);
  const statements = [fact, ...inlined].flatMap((made, index) => [
    ...(index === 0 ? kind.create(fact, context) : []),
    ...attributesOf(made, context),
  ]);
  const onStanding = kind.probesBeyond === true || (fact.parent !== null && !context.isMade(fact.parent));
  const probes = onStanding && because === undefined ? (kind.probes?.(fact, context) ?? []) : [];
  return {
    ...blank,
    verb: "create",
    aspect: "",
    to: fact,
    inlined,
    because,
    statements,
    probes,
    outside: kind.outside ?? false,
  };
}

/** An action bears one loss: more of them follow in actions of their own, which do nothing. */
function puttingAside({ fact, because }: Extract<Task, { kind: "aside" }>, context: Context): readonly Placeless[] {
  const { aside } = kinds[fact.kind];
  const to = context.to.facts.get(fact.key) ?? fact;
  const action = { ...blank, verb: "alter", aspect: "aside", from: fact, to, because } as const;
  const [loss, ...losses] = aside?.losses?.(fact, to, context) ?? [];
  const probes = aside?.probes?.(fact, to, context) ?? [];
  return [
    { ...action, statements: aside?.statements(fact, context) ?? [], loss, probes },
    ...losses.map((other) => ({ ...action, statements: [], loss: other })),
  ];
}

function leaving(task: Extract<Task, { kind: "drop" }>, context: Context): Placeless {
  const { fact, because, again, isAside } = task;
  const kind = kinds[fact.kind];
  const statements = kind.drop(isAside ? (kind.aside?.fact(fact) ?? fact) : fact, context);
  const keeps = isAside || because !== undefined;
  return {
    ...blank,
    verb: "drop",
    aspect: again ? "rebuild" : "",
    from: fact,
    because,
    statements,
    loss: keeps ? undefined : kind.loss?.(fact, context),
  };
}
