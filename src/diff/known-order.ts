import { isOverloaded, type Fact } from "./fact.ts";
import { containerOf, isInheritedNotValid } from "./inline.ts";
import { kinds } from "./kinds.ts";
import { inheritancesOf, parentKey } from "./kinds/lineage.ts";
import { nameOf } from "./name.ts";
import type { GraphInput } from "./node.ts";
import type { Ordering } from "./ordering.ts";
import { orderNotNulls } from "./not-null-order.ts";
import { addPartitionOrders } from "./partition-order.ts";

/** Orders that pg_depend does not know of: rules of single kinds of objects. */
export function addKnownOrders(graph: Ordering): void {
  orderSlots(graph);
  orderNotNulls(graph);
  orderNarrowing(graph);
  orderOverloads(graph);
  addPartitionOrders(graph);
  orderInheritance(graph);
  orderPersistence(graph);
  orderExtensions(graph);
  orderDefaultPrivileges(graph);
}

/** Nothing new takes a name before the old bearer has left it. */
function orderSlots(graph: Ordering): void {
  const { from, to, fates, container } = graph.input;
  const leaving = new Map<string, string>();
  for (const [key] of fates) {
    const fact = from.facts.get(key);
    if (fact === undefined || !graph.leaves(key)) continue;
    const id = graph.vacatingOf(key);
    for (const slot of kinds[fact.kind].slots?.(fact) ?? []) leaving.set(slot, id);
  }
  for (const [key, fate] of fates) {
    const fact = to.facts.get(key);
    if (fact === undefined || (fate.kind !== "create" && fate.kind !== "rebuild")) continue;
    for (const slot of kinds[fact.kind].slots?.(fact) ?? []) {
      const before = leaving.get(slot);
      if (before !== undefined) graph.edge(`create ${containerOf(container, key)}`, before);
    }
  }
}

/** The sequence of an identity gets its new bounds before a narrower column takes it along. */
function orderNarrowing(graph: Ordering): void {
  const { from, to, fates } = graph.input;
  for (const [key, fate] of fates) {
    if (!key.startsWith("identity ") || fate.kind !== "alter") continue;
    const column = to.facts.get(key)?.parent ?? "";
    const [before, after] = [from, to].map((model) => widths.indexOf(String(model.facts.get(column)?.props["type"])));
    const type = graph.stepsOf(column).findIndex(({ aspect }) => aspect === "type");
    if (type !== -1 && (after ?? 0) < (before ?? 0)) graph.edge(`step ${type} ${column}`, graph.arrivalOf(key));
  }
}

const widths = ["smallint", "integer", "bigint"];

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

/** What is inherited can be dropped and altered by itself once it is no longer; what inherits is born with what there is. */
function orderInheritance(graph: Ordering): void {
  const { from, to, fates } = graph.input;
  for (const [key, fate] of fates) {
    const before = from.facts.get(key);
    if (before?.kind === "inheritance" && graph.leaves(key)) orderParts(graph, before);
    const after = to.facts.get(key);
    if (after?.kind !== "inheritance" || (fate.kind !== "create" && fate.kind !== "rebuild")) continue;
    orderJoining(graph, after);
  }
}

/** What inherits has the columns and checks that it must have, and none that it must not. */
function orderJoining(graph: Ordering, joined: Fact): void {
  const { from, to, fates, container } = graph.input;
  orderParents(graph, joined);
  const join = `create ${containerOf(container, joined.key)}`;
  const isColumn = (part: string): boolean => part.startsWith("column ");
  const columns = [parentKey(joined), joined.parent ?? ""]
    .flatMap((table) => from.parts.get(table) ?? [])
    .filter(isColumn);
  // Of the other's those that go are gone, and a partition has none besides.
  for (const gone of columns) if (fates.get(gone)?.kind === "drop") graph.edge(join, graph.leavingOf(gone), true);
  for (const check of to.parts.get(joined.parent ?? "") ?? [])
    if (isInheritedNotValid(to.facts.get(check))) graph.edge(join, graph.arrivalOf(check), true);
  const above = (to.parts.get(parentKey(joined)) ?? []).filter(isColumn);
  for (const part of above.flatMap((column) => to.parts.get(column) ?? []))
    graph.edge(join, graph.arrivalOf(part), true);
}

/** It leaves what it inherits from, and what it had from there goes, before it inherits from another. */
function orderParents(graph: Ordering, joined: Fact): void {
  const { from, container } = graph.input;
  const own = (from.parts.get(joined.parent ?? "") ?? []).flatMap((key) => from.facts.get(key) ?? []);
  const left = own.filter(({ key, kind }) => kind === "inheritance" && graph.leaves(key));
  if (left.length === 0) return;
  const gone = own.filter(
    ({ key, kind, props }) => kind === "constraint" && props["inherited"] !== undefined && graph.leaves(key),
  );
  for (const { key } of [...left, ...gone])
    graph.edge(`create ${containerOf(container, joined.key)}`, graph.leavingOf(key), true);
}

/** Nothing is done to the parts of either table, or of what the one inherited from them, until they are apart. */
function orderParts(graph: Ordering, inheritance: Fact): void {
  const { from, to, container } = graph.input;
  const leaving = graph.leavingOf(inheritance.key);
  const tables = [inheritance.parent ?? "", ...lineage(parentKey(inheritance), from)];
  for (const part of new Set(tables.flatMap((table) => [from, to].flatMap(({ parts }) => parts.get(table) ?? [])))) {
    if (part === inheritance.key || part.startsWith("inheritance ")) continue;
    if (graph.leaves(part)) graph.edge(graph.leavingOf(part), leaving, true);
    graph.edge(`create ${containerOf(container, part)}`, leaving, true);
    for (const index of graph.stepsOf(part).keys()) graph.edge(`step ${index} ${part}`, leaving, true);
  }
}

/** The table, and all that it inherits from. */
function lineage(table: string, model: GraphInput["from"]): readonly string[] {
  return [table, ...inheritancesOf(table, model).flatMap((item) => lineage(parentKey(item), model))];
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
