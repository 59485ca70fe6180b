import { nameKey, type Cardinality, type Relationship, type SchemaCache } from "../../../catalog/index.ts";
import { ambiguousRelationship, noRelationship } from "../failure/index.ts";
import { relationshipChoice, relationshipHint } from "./hint.ts";

/** What an embedding names. */
export interface EmbeddingTarget {
  readonly schema: string;
  /** The relation that embeds. */
  readonly origin: string;
  /** A relation, a constraint, a column of a foreign key or a computed relationship. */
  readonly target: string;
  readonly hint: string | null;
}

/** The one relationship that an embedding means. Throws PGRST200 for none, PGRST201 for several. */
export function findRelationship(cache: SchemaCache, wanted: EmbeddingTarget): Relationship {
  const { schema, origin, target, hint } = wanted;
  const candidates = cache.relationships.get(nameKey({ schema, name: origin })) ?? [];
  const found = candidates.filter((candidate) => leadsInto(candidate, schema) && isMeant(candidate, target, hint));
  const [first, second] = found;
  if (first === undefined) {
    const suggestion = relationshipHint(cache, schema, origin, target);
    throw noRelationship({ parent: origin, child: target, hint, schema }, suggestion);
  }
  if (second === undefined) return first;
  const choices = found.map(relationshipChoice).filter((choice) => choice !== null);
  throw ambiguousRelationship(origin, target, choices);
}

function leadsInto(relationship: Relationship, schema: string): boolean {
  return (relationship.kind === "computed" ? relationship.routine : relationship.to).schema === schema;
}

function isMeant(relationship: Relationship, target: string, hint: string | null): boolean {
  if (relationship.kind === "computed") return target === relationship.routine.name;
  const { to, isSelf, toIsView, cardinality } = relationship;
  const byName = target === to.name;
  if (isSelf) return isMeantItself(cardinality, byName, target, hint);
  if (hint !== null) return byName && isHinted(cardinality, hint);
  return byName || (!toIsView && (constraintOf(cardinality) === target || onlyColumn(cardinality, "from") === target));
}

/**
 * A key of a relation to itself is two relationships: by the name of the relation to the many, by the column of the key
 * to the one.
 */
function isMeantItself(cardinality: Cardinality, byName: boolean, target: string, hint: string | null): boolean {
  if (cardinality.kind === "one to many") return byName && (hint === null || onlyColumn(cardinality, "to") === hint);
  return cardinality.kind === "many to one" && hint === null && onlyColumn(cardinality, "from") === target;
}

function isHinted(cardinality: Cardinality, hint: string): boolean {
  if (cardinality.kind === "many to many") return cardinality.junction.relation.name === hint;
  const names = [cardinality.constraint, onlyColumn(cardinality, "from"), onlyColumn(cardinality, "to")];
  return names.includes(hint);
}

function constraintOf(cardinality: Cardinality): string | null {
  return cardinality.kind === "many to many" ? null : cardinality.constraint;
}

/** The column of a key that has only one. */
function onlyColumn(cardinality: Cardinality, side: "from" | "to"): string | null {
  if (cardinality.kind === "many to many") return null;
  const [first, second] = cardinality.columns;
  return first === undefined || second !== undefined ? null : first[side];
}

/** True where there is at most one row on the other side. */
export function leadsToOne(relationship: Relationship): boolean {
  if (relationship.kind === "computed") return relationship.toOne;
  return relationship.cardinality.kind === "many to one" || relationship.cardinality.kind === "one to one";
}
