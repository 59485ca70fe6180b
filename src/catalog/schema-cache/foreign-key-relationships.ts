import { keyPairs, type Key, type KeySide } from "./key.ts";
import { manyToMany } from "./many-to-many.ts";
import { nameKey } from "./name.ts";
import type { Relation } from "./relation.ts";
import type { Cardinality, ColumnPair, ForeignKeyRelationship } from "./relationship.ts";
import { shownKey, type View } from "./view.ts";

/** What relationships are found by. */
export interface RelationshipSources {
  readonly schemas: ReadonlySet<string>;
  readonly relations: ReadonlyMap<string, Relation>;
  readonly keys: readonly Key[];
  readonly views: readonly View[];
}

/** Every relationship that keys make between tables and the views that show their columns, in both directions. */
export function foreignKeyRelationships({
  relations,
  keys,
  views,
}: RelationshipSources): readonly ForeignKeyRelationship[] {
  const unique = uniqueKeys(keys);
  const below = viewsByRelation(views);
  const forward = keys.flatMap((key) => {
    if (key.kind !== "f" || key.isInherited || key.referenced === null) return [];
    const isOneToOne = unique.has(`${key.relation.oid}:${sortedNumbers(key.relation)}`);
    const owners = [tableEnd(key.relation), ...viewEnds(below, key.relation)];
    const targets = [tableEnd(key.referenced), ...viewEnds(below, key.referenced)];
    return owners.flatMap((owner) => targets.map((target) => relate(key, isOneToOne, owner, target)));
  });
  return [...forward, ...manyToMany(forward, relations), ...forward.map(inverse)];
}

function uniqueKeys(keys: readonly Key[]): ReadonlySet<string> {
  const unique = keys.filter(({ kind }) => kind !== "f");
  return new Set(unique.map(({ relation }) => `${relation.oid}:${sortedNumbers(relation)}`));
}

function sortedNumbers({ numbers }: KeySide): string {
  return numbers.toSorted((a, b) => a - b).join(",");
}

/** By the oid of a relation below them. */
function viewsByRelation(views: readonly View[]): ReadonlyMap<string, readonly View[]> {
  const found = new Map<string, View[]>();
  for (const view of views) {
    for (const oid of new Set([...view.shows.keys()].map((key) => key.slice(0, key.indexOf(":"))))) {
      const list = found.get(oid);
      if (list === undefined) found.set(oid, [view]);
      else list.push(view);
    }
  }
  return found;
}

/** One end of a key: the table itself, or one way in which a view shows all of its columns. */
interface End {
  readonly relation: ForeignKeyRelationship["from"];
  readonly columns: readonly string[];
  readonly isView: boolean;
}

function tableEnd({ relation, columns }: KeySide): End {
  return { relation, columns, isView: false };
}

function viewEnds(below: ReadonlyMap<string, readonly View[]>, side: KeySide): readonly End[] {
  return (below.get(side.oid) ?? []).flatMap((view) => {
    const shown = shownKey(view, side);
    return shown === null ? [] : combinations(shown).map((columns) => ({ relation: view.name, columns, isView: true }));
  });
}

/** A column that is shown twice makes two relationships: [[a, b], [c]] → [a, c], [b, c]. */
function combinations(choices: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return choices.reduce<readonly (readonly string[])[]>(
    (made, choice) => made.flatMap((columns) => choice.map((column) => [...columns, column])),
    [[]],
  );
}

function relate(key: Key, isOneToOne: boolean, owner: End, target: End): ForeignKeyRelationship {
  const columns = keyPairs(owner.columns, target.columns);
  const bothTables = !owner.isView && !target.isView;
  const bothViews = owner.isView && target.isView;
  return {
    kind: "foreign key",
    from: owner.relation,
    to: target.relation,
    isSelf: (bothTables || bothViews) && nameKey(owner.relation) === nameKey(target.relation),
    cardinality: isOneToOne
      ? { kind: "one to one", constraint: key.name, columns, fromIsReferenced: false }
      : { kind: "many to one", constraint: key.name, columns },
    fromIsView: owner.isView,
    toIsView: target.isView,
  };
}

function inverse(relationship: ForeignKeyRelationship): ForeignKeyRelationship {
  const { from, to, fromIsView, toIsView, cardinality } = relationship;
  return {
    ...relationship,
    from: to,
    to: from,
    fromIsView: toIsView,
    toIsView: fromIsView,
    cardinality: inverseCardinality(cardinality),
  };
}

function inverseCardinality(cardinality: Cardinality): Cardinality {
  if (cardinality.kind === "many to many") return cardinality;
  const { constraint, columns } = cardinality;
  const swapped = columns.map(swap);
  if (cardinality.kind === "one to one") {
    return { kind: "one to one", constraint, columns: swapped, fromIsReferenced: !cardinality.fromIsReferenced };
  }
  return { kind: "one to many", constraint, columns: swapped };
}

function swap({ from, to }: ColumnPair): ColumnPair {
  return { from: to, to: from };
}
