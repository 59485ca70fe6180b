import type { QualifiedName } from "./name.ts";
import type { Cardinality, ColumnPair, Relationship } from "./relationship.ts";
import type { Routine } from "./routine.ts";

/**
 * The order in which clients see candidates where a request is ambiguous: by target, one to many, many to one, one to
 * one, many to many, then by constraint and columns; computed ones last.
 */
export function compareRelationships(a: Relationship, b: Relationship): number {
  return compareParts(relationshipParts(a), relationshipParts(b));
}

type Part = string | number | boolean | null;

function relationshipParts(relationship: Relationship): readonly Part[] {
  const { from, to, isSelf } = relationship;
  if (relationship.kind === "computed") {
    return [1, ...nameParts(relationship.routine), ...nameParts(from), ...nameParts(to)];
  }
  return [0, ...nameParts(from), ...nameParts(to), isSelf, ...cardinalityParts(relationship.cardinality)];
}

const ranks = { "one to many": 0, "many to one": 1, "one to one": 2, "many to many": 3 } as const;

function cardinalityParts(cardinality: Cardinality): readonly Part[] {
  const rank = ranks[cardinality.kind];
  if (cardinality.kind !== "many to many") {
    const { constraint, columns } = cardinality;
    return [rank, constraint, ...pairParts(columns), cardinality.kind === "one to one" && cardinality.fromIsReferenced];
  }
  const { relation, fromConstraint, toConstraint, fromColumns, toColumns } = cardinality.junction;
  return [
    rank,
    ...nameParts(relation),
    fromConstraint,
    toConstraint,
    ...pairParts(fromColumns),
    ...pairParts(toColumns),
  ];
}

function nameParts({ schema, name }: QualifiedName): readonly Part[] {
  return [schema, name];
}

function pairParts(pairs: readonly ColumnPair[]): readonly Part[] {
  return pairs.flatMap(({ from, to }) => [from, to]);
}

/** Overloads: fewer parameters first, then by comment, parameters and result. */
export function compareRoutines(a: Routine, b: Routine): number {
  return compareParts(routineParts(a), routineParts(b));
}

function routineParts({ parameters, description, returns }: Routine): readonly Part[] {
  return [
    parameters.length,
    description,
    ...parameters.flatMap(({ name, type, unboundedType, required, variadic }) => [
      name,
      type,
      unboundedType,
      required,
      variadic,
    ]),
    returns.isSet,
    returns.kind === "composite",
    ...nameParts(returns.type),
  ];
}

function compareParts(a: readonly Part[], b: readonly Part[]): number {
  for (const [index, part] of a.entries()) {
    const order = compareValues(part, b[index] ?? null);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** null first. */
function compareValues(a: Part, b: Part): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}
