import type { Draft } from "./draft.ts";

/**
 * The columns of the written or returned rows that the response needs: those selected or ordered by, those that join
 * what is embedded, and the primary key; ["*"] for all of them.
 *
 * Not all of them always, since a computed field is one only of the relation's own rows: it is made here.
 */
export function neededColumns(root: Draft, primaryKey: readonly string[]): readonly string[] {
  const selected = root.select.map(({ field }) => field.name);
  if (selected.includes("*")) return ["*"];
  // What a computed relationship takes is the whole row.
  if (root.children.some(({ relationship }) => relationship?.kind === "computed")) return ["*"];
  const ordered = root.order.flatMap(({ field, lateral }) => (lateral === null ? [field.name] : []));
  return [...new Set([...selected, ...ordered, ...root.children.flatMap(joiningColumns), ...primaryKey])];
}

function joiningColumns({ relationship }: Draft): readonly string[] {
  if (relationship?.kind !== "foreign key") return [];
  const { cardinality } = relationship;
  const columns = cardinality.kind === "many to many" ? cardinality.junction.fromColumns : cardinality.columns;
  return columns.map(({ from }) => from);
}
