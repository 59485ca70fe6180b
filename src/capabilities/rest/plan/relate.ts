import type { Cardinality, ColumnPair, QualifiedName, Relationship, SchemaCache } from "../../../catalog/index.ts";
import type { Draft } from "./draft.ts";
import { findRelationship, leadsToOne } from "./find-relationship.ts";
import type { JoinCondition, ReadSource } from "./read-plan.ts";

/**
 * Finds how each embedded resource is reached from the one around it. Throws PGRST200 and PGRST201.
 *
 * Names that SQL goes by are those that its errors show: `projects_1` is the relation projects one level down.
 */
export function relateChildren(parent: Draft, cache: SchemaCache, schema: string): void {
  for (const child of parent.children) {
    const { name: target, hint } = child;
    const relationship = findRelationship(cache, { schema, origin: parent.relation.name, target, hint });
    relate(child, parent, relationship);
    relateChildren(child, cache, schema);
  }
}

function relate(child: Draft, parent: Draft, relationship: Relationship): void {
  const { to, from } = relationship;
  child.relation = to;
  child.relationship = relationship;
  child.lateral = `${from.name}_${child.alias ?? child.name}_${child.depth}`;
  if (child.spread !== null && !leadsToOne(relationship)) child.spread = "many";
  child.from = sourceOf(child, parent, relationship);
  child.qualifier = qualifierOf(child.from);
  if (relationship.kind === "computed") return;
  child.joins = joinConditions(relationship.cardinality, parent.qualifier, child.qualifier);
}

function sourceOf({ depth }: Draft, parent: Draft, relationship: Relationship): ReadSource {
  const { to } = relationship;
  const alias = `${to.name}_${depth}`;
  if (relationship.kind === "computed") {
    const { routine, from: type } = relationship;
    return { kind: "computed", routine, argument: parent.qualifier.name, type, alias };
  }
  const { cardinality } = relationship;
  if (cardinality.kind !== "many to many") return { kind: "relation", relation: to, alias };
  return { kind: "junction", relation: to, junction: cardinality.junction.relation };
}

function qualifierOf(source: ReadSource): QualifiedName {
  switch (source.kind) {
    case "junction":
      return source.relation;
    case "relation":
      return source.alias === null ? source.relation : { schema: "", name: source.alias };
    case "result":
    case "computed":
      return { schema: "", name: source.alias };
  }
}

function joinConditions(
  cardinality: Cardinality,
  parent: QualifiedName,
  child: QualifiedName,
): readonly JoinCondition[] {
  if (cardinality.kind !== "many to many") return pairs(cardinality.columns, parent, child);
  const { relation, fromColumns, toColumns } = cardinality.junction;
  return [...pairs(toColumns, child, relation), ...pairs(fromColumns, parent, relation)];
}

/** `to` of each pair on the left. */
function pairs(columns: readonly ColumnPair[], from: QualifiedName, to: QualifiedName): readonly JoinCondition[] {
  return columns.map((pair) => ({
    left: { qualifier: to, column: pair.to },
    right: { qualifier: from, column: pair.from },
  }));
}

/** The rows that the request wrote, or that its function returned, go by the name of their relation. */
export function readFromResult(root: Draft): void {
  root.from = { kind: "result", alias: root.relation.name };
  root.qualifier = qualifierOf(root.from);
}
