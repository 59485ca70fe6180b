import { push } from "./multimap.ts";
import type { Node } from "./node.ts";

/** The circles among nodes that wait for each other: each a set of ids of which every one reaches every other. */
export function circlesOf(nodes: readonly Node[]): readonly ReadonlySet<string>[] {
  const within = new Map(nodes.map((node) => [node.id, node]));
  const forward = (id: string): readonly string[] =>
    [...(within.get(id)?.after ?? [])].filter((next) => within.has(next));
  const backward = new Map<string, string[]>();
  for (const node of nodes) for (const next of forward(node.id)) push(backward, next, node.id);
  // Kosaraju: in the order in which a search leaves them, each search of the reverse finds one component.
  const seen = new Set<string>();
  const left: string[] = [];
  for (const { id } of nodes) visit(id, forward, seen, (done) => left.push(done));
  const taken = new Set<string>();
  const circles: ReadonlySet<string>[] = [];
  for (const id of left.toReversed()) {
    const found = new Set<string>();
    visit(
      id,
      (from) => backward.get(from) ?? [],
      taken,
      (done) => found.add(done),
    );
    if (found.size > 1) circles.push(found);
  }
  return circles;
}

/** Depth first without recursion: thousands of tables in a row are no reason to run out of stack. */
function visit(
  start: string,
  next: (id: string) => readonly string[],
  seen: Set<string>,
  leave: (id: string) => void,
): void {
  if (seen.has(start)) return;
  seen.add(start);
  const path: { readonly id: string; readonly ahead: readonly string[]; index: number }[] = [
    { id: start, ahead: next(start), index: 0 },
  ];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const ahead = top.ahead[top.index++];
    if (ahead === undefined) {
      leave(top.id);
      path.pop();
    } else if (!seen.has(ahead)) {
      seen.add(ahead);
      path.push({ id: ahead, ahead: next(ahead), index: 0 });
    }
  }
}
