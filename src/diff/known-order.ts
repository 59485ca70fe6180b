import { push } from "./multimap.ts";
import { isOverloaded, type Fact } from "./fact.ts";
import { containerOf } from "./inline.ts";
import type { Step } from "./kind.ts";
import { parentKey } from "./kinds/lineage.ts";
import { nameOf } from "./name.ts";
import type { GraphInput, Node } from "./node.ts";

/** What an order is written into: `edge(id, before)` puts one node behind another, softly where it may give way. */
export interface Ordering {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly input: GraphInput;
  edge(id: string, before: string | undefined, weak?: boolean): void;
  /** The node after which the old fact is gone. */
  leavingOf(key: string): string;
  /** The node after which a fact is there as it is wanted. */
  arrivalOf(key: string): string | undefined;
  leaves(key: string): boolean;
  stepsOf(key: string): readonly Step[];
}

/** Orders that pg_depend does not know of: rules of single kinds of objects. */
export function addKnownOrders(graph: Ordering): void {
  orderOverloads(graph);
  orderPartitions(graph);
  orderInheritance(graph);
  orderPersistence(graph);
  orderExtensions(graph);
  orderDefaultPrivileges(graph);
}

/** What is made is born with those that there were: `attributesOf` counts on it. */
function orderDefaultPrivileges(graph: Ordering): void {
  const nodes = [...graph.nodes.values()];
  const creations = nodes.filter(({ task }) => task.kind === "create" && task.fact.acl !== null);
  for (const { id, task } of nodes) {
    const fact = "fact" in task ? task.fact : task.to;
    if (fact.kind !== "default privileges") continue;
    for (const creation of creations) graph.edge(id, creation.id, true);
  }
}

/** Partitions whose bounds move are all detached before the first is attached again: none may overlap another. */
function orderPartitions(graph: Ordering): void {
  const { from, to, fates } = graph.input;
  const leaving = new Map<string, string[]>();
  const coming: [string, string][] = [];
  for (const [key, fate] of fates) {
    const fact = from.facts.get(key) ?? to.facts.get(key);
    if (fact?.kind !== "inheritance") continue;
    if (fate.kind === "alter") {
      push(leaving, fact.name, `step 0 ${key}`);
      coming.push([fact.name, `step ${fate.steps.length - 1} ${key}`]);
    }
    if (graph.leaves(key)) push(leaving, fact.name, graph.leavingOf(key));
    if (fate.kind === "create" || fate.kind === "rebuild") coming.push([fact.name, `create ${key}`]);
  }
  for (const [name, id] of coming) for (const before of leaving.get(name) ?? []) graph.edge(id, before, true);
  for (const [name, id] of coming) orderRows(graph, name, id);
}

/** A partition whose bounds move gives rows to those that are made. */
function orderRows(graph: Ordering, name: string, id: string): void {
  if (!id.startsWith("step ")) return;
  for (const fact of graph.input.to.facts.values())
    if (fact.kind === "inheritance" && fact.name === name) graph.edge(id, graph.arrivalOf(fact.parent ?? ""), true);
}

/** What is inherited can be dropped and altered by itself once it is no longer; what inherits is born with what there is. */
function orderInheritance(graph: Ordering): void {
  const { from, to, fates, container } = graph.input;
  for (const [key, fate] of fates) {
    const before = from.facts.get(key);
    if (before?.kind === "inheritance" && graph.leaves(key)) orderParts(graph, before);
    const after = to.facts.get(key);
    if (after?.kind !== "inheritance" || (fate.kind !== "create" && fate.kind !== "rebuild")) continue;
    const isColumn = (part: string): boolean => part.startsWith("column ");
    // What inherits must have the columns of the other: those that go are gone.
    for (const gone of (from.parts.get(parentKey(after)) ?? []).filter(isColumn))
      if (fates.get(gone)?.kind === "drop")
        graph.edge(`create ${containerOf(container, key)}`, graph.leavingOf(gone), true);
    const columns = (to.parts.get(parentKey(after)) ?? []).filter(isColumn);
    for (const part of columns.flatMap((column) => to.parts.get(column) ?? []))
      graph.edge(`create ${containerOf(container, key)}`, graph.arrivalOf(part), true);
  }
}

/** Nothing is done to the parts of either table until they are apart. */
function orderParts(graph: Ordering, inheritance: Fact): void {
  const { from, to, container } = graph.input;
  const leaving = graph.leavingOf(inheritance.key);
  const tables = [inheritance.parent ?? "", parentKey(inheritance)];
  for (const part of new Set(tables.flatMap((table) => [from, to].flatMap(({ parts }) => parts.get(table) ?? [])))) {
    if (part === inheritance.key || part.startsWith("inheritance ")) continue;
    if (graph.leaves(part)) graph.edge(graph.leavingOf(part), leaving, true);
    graph.edge(`create ${containerOf(container, part)}`, leaving, true);
    for (const index of graph.stepsOf(part).keys()) graph.edge(`step ${index} ${part}`, leaving, true);
  }
}

/** A logged table refers to none that is unlogged, at no time. */
function orderPersistence(graph: Ordering): void {
  const { from, to, fates } = graph.input;
  for (const [key, fate] of fates) {
    const index = fate.kind === "alter" ? fate.steps.findIndex(({ aspect }) => aspect === "persistence") : -1;
    if (index === -1) continue;
    const becomesLogged = to.facts.get(key)?.props["unlogged"] !== true;
    for (const referred of referredBy(key, becomesLogged ? to : from)) {
      const steps = graph.stepsOf(referred);
      const other = steps.findIndex(({ aspect }) => aspect === "persistence");
      const [first, second] = becomesLogged
        ? [`step ${other} ${referred}`, `step ${index} ${key}`]
        : [`step ${index} ${key}`, `step ${other} ${referred}`];
      if (other !== -1) graph.edge(second, first);
    }
  }
}

/** Tables that foreign keys of this one refer to. */
function referredBy(table: string, model: GraphInput["from"]): readonly string[] {
  return (model.parts.get(table) ?? []).flatMap((part) => {
    if (model.facts.get(part)?.props["type"] !== "foreign key") return [];
    const parents = [...(model.needs.get(part) ?? [])].map((need) => model.facts.get(need)?.parent ?? "");
    return parents.filter((parent) => parent !== table && model.facts.has(parent));
  });
}

/** What an extension holds is known to nobody but Postgres: it goes before anything that may want its names. */
function orderExtensions(graph: Ordering): void {
  const gone = [...graph.input.fates].filter(([key, fate]) => fate.kind === "drop" && key.startsWith("extension "));
  for (const [key] of gone) {
    for (const { id, task } of graph.nodes.values())
      if (task.kind === "create") graph.edge(id, graph.leavingOf(key), true);
  }
}

/** A call finds the routine (or operator) that it means once those of the same name that go are gone. */
function orderOverloads(graph: Ordering): void {
  const { from, to, fates } = graph.input;
  const come = [...fates].flatMap(([key, fate]) => (fate.kind === "create" ? (to.facts.get(key) ?? []) : []));
  const byName = Map.groupBy(come.filter(isOverloaded), nameOf);
  for (const [key, fate] of fates) {
    const fact = from.facts.get(key);
    if (fact === undefined || fate.kind !== "drop" || !isOverloaded(fact)) continue;
    for (const other of byName.get(nameOf(fact)) ?? []) {
      for (const caller of to.neededBy.get(other.key) ?? []) orderCaller(graph, caller, key);
    }
  }
}

function orderCaller(graph: Ordering, caller: string, gone: string): void {
  const leaving = graph.leavingOf(gone);
  graph.edge(`create ${containerOf(graph.input.container, caller)}`, leaving, true);
  const steps = graph.stepsOf(caller);
  const freeing = steps.findIndex((step) => step.frees === gone);
  if (freeing === -1) return;
  for (const index of steps.keys()) if (index > freeing) graph.edge(`step ${index} ${caller}`, leaving, true);
}
