import { push } from "./multimap.ts";
import { factKinds } from "./fact.ts";
import type { Node } from "./node.ts";

/** The nodes in an order that respects `after`; what is left over stands in a circle. */
export interface Sorted {
  readonly order: readonly Node[];
  readonly stuck: readonly Node[];
}

/**
 * Topological order; among those that could come next, the one that people would write first: what leaves to be made again, then what is
 * made, by kind and in the order of the catalog, then what goes for good.
 */
export function sortNodes(nodes: ReadonlyMap<string, Node>): Sorted {
  const ranks = ranksOf(nodes);
  const waiting = new Map([...nodes.values()].map((node) => [node.id, node.after.size]));
  const unlocks = new Map<string, Node[]>();
  for (const node of nodes.values()) for (const before of node.after) push(unlocks, before, node);
  const ready = new Heap((a: Node, b: Node) => (ranks.get(a.id) ?? 0) - (ranks.get(b.id) ?? 0));
  for (const node of nodes.values()) if (node.after.size === 0) ready.add(node);
  const order: Node[] = [];
  for (let next = ready.take(); next !== undefined; next = ready.take()) {
    order.push(next);
    for (const node of unlocks.get(next.id) ?? []) {
      const left = (waiting.get(node.id) ?? 0) - 1;
      waiting.set(node.id, left);
      if (left === 0) ready.add(node);
    }
  }
  return {
    order,
    stuck: order.length === nodes.size ? [] : [...nodes.values()].filter((node) => (waiting.get(node.id) ?? 0) > 0),
  };
}

function ranksOf(nodes: ReadonlyMap<string, Node>): ReadonlyMap<string, number> {
  const kindRank = new Map<string, number>(factKinds.map((kind, index) => [kind, index]));
  const weigh = (node: Node): number => {
    const { task } = node;
    const fact = "fact" in task ? task.fact : task.to;
    const rank = kindRank.get(fact.kind) ?? 0;
    if (task.kind === "drop") return task.again ? -rank : 10_000 - rank;
    if (task.kind === "aside") return 0;
    return 1000 + rank;
  };
  const weighed = [...nodes.values()].map((node, index) => ({ id: node.id, weight: weigh(node), index }));
  weighed.sort((a, b) => a.weight - b.weight || a.index - b.index);
  return new Map(weighed.map(({ id }, index) => [id, index]));
}

/** A binary heap: the smallest first. */
class Heap<T> {
  private readonly items: T[] = [];
  private readonly compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number) {
    this.compare = compare;
  }

  add(item: T): void {
    this.items.push(item);
    let index = this.items.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.isBefore(index, parent)) return;
      this.swap(index, parent);
      index = parent;
    }
  }

  take(): T | undefined {
    const [first] = this.items;
    const last = this.items.pop();
    if (last === undefined || this.items.length === 0) return first;
    this.items[0] = last;
    this.sink();
    return first;
  }

  private sink(): void {
    for (let index = 0; ;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      let least = index;
      if (left < this.items.length && this.isBefore(left, least)) least = left;
      if (right < this.items.length && this.isBefore(right, least)) least = right;
      if (least === index) return;
      this.swap(index, least);
      index = least;
    }
  }

  private isBefore(a: number, b: number): boolean {
    return this.compare(this.items[a] as T, this.items[b] as T) < 0;
  }

  private swap(a: number, b: number): void {
    [this.items[a], this.items[b]] = [this.items[b] as T, this.items[a] as T];
  }
}
