import { keyOf, type Fact } from "./fact.ts";
import { containerOf } from "./inline.ts";
import { columnHeirs, heirsOf, parentKey } from "./kinds/lineage.ts";
import type { Model } from "./model.ts";
import { push } from "./multimap.ts";
import type { GraphInput } from "./node.ts";
import type { Ordering } from "./ordering.ts";

/** Orders among partitions, and between them and the tables that they are parts of. */
export function addPartitionOrders(graph: Ordering): void {
  orderPartitions(graph);
  orderIdentities(graph);
  orderReferred(graph);
}

/** The identity of a partitioned table is that of its partitions, which then have no defaults. */
function orderIdentities(graph: Ordering): void {
  const { from, to, container } = graph.input;
  for (const key of graph.input.fates.keys()) {
    if (!key.startsWith("identity ")) continue;
    for (const part of heirDefaults(to.facts.get(key), to, from).filter((one) => graph.leaves(one)))
      graph.edge(`create ${containerOf(container, key)}`, graph.leavingOf(part), true);
    if (!graph.leaves(key)) continue;
    for (const part of heirDefaults(from.facts.get(key), from, to))
      graph.edge(`create ${containerOf(container, part)}`, graph.leavingOf(key), true);
  }
}

/** Defaults that columns below an identity's have on the other side. */
function heirDefaults(identity: Fact | undefined, own: Model, other: Model): readonly string[] {
  const column = own.facts.get(identity?.parent ?? "");
  const heirs = column === undefined ? [] : columnHeirs(column, own);
  return heirs.flatMap((heir) => other.parts.get(heir.key) ?? []).filter((part) => part.startsWith("default "));
}

/** Postgres drops no partition while a foreign key refers to the whole. */
function orderReferred(graph: Ordering): void {
  for (const [key, partition] of referencesToPartitions(graph.input))
    graph.edge(graph.leavingOf(partition), graph.leavingOf(key));
}

/** Foreign keys that go, with each partition that goes of the table which they refer to. */
function referencesToPartitions({
  from,
  fates,
}: Pick<GraphInput, "from" | "fates">): readonly (readonly [string, string])[] {
  const goes = (key: string): boolean => ["drop", "rebuild"].includes(fates.get(key)?.kind ?? "");
  return [...fates.keys()].flatMap((key) => {
    const fact = goes(key) ? from.facts.get(key) : undefined;
    const table = fact && referredTable(fact);
    if (table === undefined) return [];
    return partitionsBelow(table, from)
      .filter(goes)
      .map((partition) => [key, partition] as const);
  });
}

/** Key of the table that a foreign key refers to. */
function referredTable({ props }: Fact): string | undefined {
  const references = props["references"] as { readonly schema: string; readonly relation: string } | undefined;
  if (references === undefined) return undefined;
  return keyOf({
    kind: "table",
    schema: references.schema,
    relation: null,
    name: references.relation,
    args: null,
  });
}

function partitionsBelow(table: string, from: GraphInput["from"]): readonly string[] {
  return heirsOf(table, from).flatMap(({ parent, props }) =>
    parent === null || props["bound"] === undefined ? [] : [parent, ...partitionsBelow(parent, from)],
  );
}

/** Foreign keys of a table to itself that would keep its partitions from going ahead of it: they go by name. */
export function selfReferences(input: Pick<GraphInput, "from" | "fates">): readonly string[] {
  return referencesToPartitions(input).flatMap(([key]) => {
    const fact = input.from.facts.get(key);
    return fact !== undefined && fact.parent === referredTable(fact) ? [key] : [];
  });
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
  orderAttached(graph);
  for (const [name, id] of coming) for (const before of leaving.get(name) ?? []) graph.edge(id, before, true);
  for (const [name, id] of coming) orderRows(graph, name, id);
}

/** What is done to the whole, and reaches its partitions, is done before one of them is detached for its bounds to move. */
function orderAttached(graph: Ordering): void {
  const { from, to, fates } = graph.input;
  for (const [key, fate] of fates) {
    const fact = to.facts.get(key);
    if (fact?.kind !== "inheritance" || fate.kind !== "alter") continue;
    const tables = [fact.parent ?? "", parentKey(fact)];
    const parts = [from, to].flatMap((model) => tables.flatMap((table) => model.parts.get(table) ?? []));
    for (const part of parts.filter((one) => !one.startsWith("inheritance "))) {
      if (graph.leaves(part)) graph.edge(`step 0 ${key}`, graph.leavingOf(part), true);
      graph.edge(`step 0 ${key}`, graph.arrivalOf(part), true);
    }
  }
}

/** A partition whose bounds move gives rows to those that are made. */
function orderRows(graph: Ordering, name: string, id: string): void {
  if (!id.startsWith("step ")) return;
  for (const fact of graph.input.to.facts.values())
    if (fact.kind === "inheritance" && fact.name === name) graph.edge(id, graph.arrivalOf(fact.parent ?? ""), true);
}
