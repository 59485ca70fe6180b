import type { Fact } from "./fact.ts";
import { containerOf } from "./inline.ts";
import { nameThatWas, nameToBe, notNullName } from "./kinds/not-null.ts";
import type { GraphInput } from "./node.ts";
import type { Ordering } from "./ordering.ts";

/** The NOT NULL of a column (18) comes and goes with it: its name is taken, or left to that of another one of the table. */
export function orderNotNulls(graph: Ordering): void {
  const { from, to, fates } = graph.input;
  const leaving = namesOf(graph.input, (key) => (graph.leaves(key) ? from.facts.get(key) : undefined));
  const coming = namesOf(graph.input, (key) => (from.facts.has(key) ? undefined : to.facts.get(key)));
  if (leaving.size + coming.size === 0) return;
  for (const key of fates.keys()) {
    const [before, after] = [from.facts.get(key), to.facts.get(key)];
    const fact = after ?? before;
    if (fact?.kind !== "constraint") continue;
    const left = leaving.get(inTable(fact, nameToBe(before, after)));
    const taker = coming.get(inTable(fact, nameThatWas(before, after)));
    for (const id of [`create ${key}`, `drop ${key}`, `step 0 ${key}`]) {
      if (left !== undefined) graph.edge(id, graph.leavingOf(left.key), true);
      if (taker !== undefined && isOther(fact, taker))
        graph.edge(`create ${containerOf(graph.input.container, taker.key)}`, id, true);
    }
  }
}

/** Columns that are NOT NULL, by the name that Postgres gives to that. */
function namesOf({ fates }: GraphInput, columnOf: (key: string) => Fact | undefined): ReadonlyMap<string, Fact> {
  const columns = [...fates.keys()].flatMap((key) => columnOf(key) ?? []);
  const named = columns.filter(({ kind, props }) => kind === "column" && props["notNull"] === true);
  return new Map(named.map((fact) => [inTable(fact, notNullName(fact.relation ?? "", fact.name)), fact]));
}

function inTable({ parent }: Fact, name = ""): string {
  return `${parent} ${name}`;
}

/** Not the column's own. */
function isOther(constraint: Fact, column: Fact): boolean {
  return constraint.name !== `not null ${column.name}`;
}
