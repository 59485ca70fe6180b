import { nameKey, type Relationship, type Routine, type SchemaCache } from "../../../catalog/index.ts";
import { FuzzySet } from "./fuzzy.ts";

/** Names of relations and functions are only told to who was near. */
const nearScore = 0.75;

/** In a larger schema the search would be slow, and the cache large. */
const maxRelations = 500;

const relationSets = new WeakMap<SchemaCache, Map<string, FuzzySet | null>>();

/** The relation of the schema that is named most like it; null where none is near. */
export function nearestRelation(cache: SchemaCache, schema: string, name: string): string | null {
  const sets = relationSets.get(cache) ?? new Map<string, FuzzySet | null>();
  relationSets.set(cache, sets);
  let set = sets.get(schema);
  if (set === undefined) {
    const names = [...cache.relations.values()].filter((relation) => relation.schema === schema);
    set = names.length < maxRelations ? new FuzzySet(names.map((relation) => relation.name)) : null;
    sets.set(schema, set);
  }
  return set?.nearest(name, nearScore) ?? null;
}

/** "Perhaps you meant …", for a relationship that there is not. */
export function relationshipHint(cache: SchemaCache, schema: string, parent: string, child: string): string | null {
  const leading = [...cache.relationships.values()].filter(([first]) => first?.from.schema === schema);
  const found = cache.relationships.get(nameKey({ schema, name: parent })) ?? [];
  if (found.length > 0) {
    const near = new FuzzySet(found.map(({ to }) => to.name)).get(child).find(({ score }) => score < 1);
    return near === undefined ? null : `Perhaps you meant '${near.name}' instead of '${child}'.`;
  }
  const parents = leading.flatMap(([first]) => (first === undefined ? [] : [first.from.name]));
  const near = new FuzzySet(parents).nearest(parent);
  return near === null ? null : `Perhaps you meant '${near}' instead of '${parent}'.`;
}

/** "Perhaps you meant …", for a function that there is not, or that takes other arguments. */
export function routineHint(
  cache: SchemaCache,
  schema: string,
  name: string,
  argumentNames: readonly string[],
  overloads: readonly Routine[],
): string | null {
  const near =
    overloads.length === 0
      ? new FuzzySet(routineNames(cache, schema)).nearest(name, nearScore)
      : nearestParameters(name, argumentNames, overloads);
  return near === null ? null : `Perhaps you meant to call the function ${schema}.${near}`;
}

function routineNames(cache: SchemaCache, schema: string): readonly string[] {
  return [...cache.routines.values()].flatMap(([first]) => (first?.schema === schema ? [first.name] : []));
}

function nearestParameters(name: string, given: readonly string[], overloads: readonly Routine[]): string | null {
  const listed = (names: readonly string[]): string => `(${names.toSorted(byCode).join(", ")})`;
  const set = new FuzzySet(overloads.map(({ parameters }) => listed(parameters.map((parameter) => parameter.name))));
  const near = set.nearest(listed(given));
  return near === null ? null : `${name}${near}`;
}

/** Sorts as text is compared by its code units, whatever the locale. */
export function byCode(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A relationship as PGRST201 lists it; null for a computed one, which is never ambiguous. */
export function relationshipChoice(relationship: Relationship) {
  if (relationship.kind === "computed") return null;
  const { from, to, cardinality } = relationship;
  const parent = from.name;
  const child = to.name;
  const listed = (names: readonly string[]): string => `(${names.join(", ")})`;
  if (cardinality.kind === "many to many") {
    const { relation, fromConstraint, toConstraint, fromColumns, toColumns } = cardinality.junction;
    const first = `${fromConstraint}${listed(fromColumns.map(({ to }) => to))}`;
    const second = `${toConstraint}${listed(toColumns.map(({ to }) => to))}`;
    const using = `${relation.name} using ${first} and ${second}`;
    return { parent, child, cardinality: "many-to-many", relationship: using, hint: relation.name } as const;
  }
  const { constraint, columns } = cardinality;
  const here = `${parent}${listed(columns.map(({ from }) => from))}`;
  const there = `${child}${listed(columns.map(({ to }) => to))}`;
  return {
    parent,
    child,
    cardinality: cardinalityNames[cardinality.kind],
    relationship: `${constraint} using ${here} and ${there}`,
    hint: constraint,
  } as const;
}

const cardinalityNames = {
  "one to many": "one-to-many",
  "many to one": "many-to-one",
  "one to one": "one-to-one",
} as const;
