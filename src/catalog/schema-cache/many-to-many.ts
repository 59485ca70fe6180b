import { nameKey } from "./name.ts";
import type { Relation } from "./relation.ts";
import type { ColumnPair, ForeignKeyRelationship } from "./relationship.ts";

interface Branch {
  readonly relationship: ForeignKeyRelationship;
  readonly constraint: string;
  readonly columns: readonly ColumnPair[];
}

/** Pairs of keys of one relation, whose columns are all in its primary key: it joins many rows to many. */
export function manyToMany(
  forward: readonly ForeignKeyRelationship[],
  relations: ReadonlyMap<string, Relation>,
): readonly ForeignKeyRelationship[] {
  return [...branchesByRelation(forward)].flatMap(([junction, branches]) => {
    const primaryKey = new Set(relations.get(junction)?.primaryKey);
    const inKey = branches.filter(({ columns }) => columns.every(({ from }) => primaryKey.has(from)));
    return inKey.flatMap((one) =>
      inKey.filter((other) => other.constraint !== one.constraint).map((other) => join(one, other)),
    );
  });
}

function branchesByRelation(forward: readonly ForeignKeyRelationship[]): ReadonlyMap<string, readonly Branch[]> {
  const found = new Map<string, Branch[]>();
  for (const relationship of forward) {
    if (relationship.cardinality.kind !== "many to one") continue;
    const { constraint, columns } = relationship.cardinality;
    const key = nameKey(relationship.from);
    const branch = { relationship, constraint, columns };
    const list = found.get(key);
    if (list === undefined) found.set(key, [branch]);
    else list.push(branch);
  }
  return found;
}

function join(one: Branch, other: Branch): ForeignKeyRelationship {
  const from = one.relationship.to;
  const to = other.relationship.to;
  return {
    kind: "foreign key",
    from,
    to,
    isSelf: nameKey(from) === nameKey(to),
    cardinality: {
      kind: "many to many",
      junction: {
        relation: one.relationship.from,
        fromConstraint: one.constraint,
        toConstraint: other.constraint,
        fromColumns: one.columns.map(({ from, to }) => ({ from: to, to: from })),
        toColumns: other.columns.map(({ from, to }) => ({ from: to, to: from })),
      },
    },
    fromIsView: one.relationship.toIsView,
    toIsView: other.relationship.toIsView,
  };
}
