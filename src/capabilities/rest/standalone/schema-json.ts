import type { Column, MediaHandler, QualifiedName, Relation, Relationship, Routine } from "../../../catalog/index.ts";
import type { KnownDatabase } from "../run/known-database.ts";

type Pair = readonly [key: unknown, value: unknown];

/**
 * The schema cache under the names that PostgREST's documentation has ("Runtime Schema Cache"): what is found by a name is a
 * pair of that name and what it stands for. null until the cache was read.
 */
export function schemaJson(known: KnownDatabase | undefined): string {
  if (known === undefined) return "null";
  const { relations, relationships, routines, representations, mediaHandlers } = known.schema;
  return JSON.stringify({
    dbTables: [...relations.values()].map((relation): Pair => [identifier(relation), table(relation)]),
    dbRelationships: [...relationships.values()].map(related),
    dbRoutines: [...routines.values()].map((overloads): Pair => [named(overloads), overloads.map(routine)]),
    dbRepresentations: [...representations.values()].map(({ source, target, routine: { name } }): Pair => [
      [source, target],
      { drSourceType: source, drTargetType: target, drFunction: name },
    ]),
    dbMediaHandlers: mediaHandlers.map(handler),
    dbTimezones: [...known.timezones].toSorted(),
  });
}

function identifier({ schema, name }: QualifiedName): object {
  return { qiSchema: schema, qiName: name };
}

function named([first]: readonly QualifiedName[]): object | null {
  return first === undefined ? null : identifier(first);
}

function table(relation: Relation): object {
  return {
    tableSchema: relation.schema,
    tableName: relation.name,
    tableDescription: relation.description,
    tableIsView: relation.isView,
    tableInsertable: relation.insertable,
    tableUpdatable: relation.updatable,
    tableDeletable: relation.deletable,
    tablePKCols: relation.primaryKey,
    tableColumns: Object.fromEntries([...relation.columns].map(([name, column]) => [name, tableColumn(column)])),
  };
}

function tableColumn(column: Column): object {
  return {
    colName: column.name,
    colDescription: column.description,
    colNullable: column.nullable,
    colType: column.type,
    colNominalType: column.declaredType,
    colMaxLen: column.maxLength,
    colDefault: column.default,
    colEnum: column.enumLabels,
  };
}

function related(relationships: readonly Relationship[]): Pair {
  const from = relationships[0]?.from;
  return [[from === undefined ? null : identifier(from), from?.schema], relationships.map(relationship)];
}

function relationship(each: Relationship): object {
  const ends = { relTable: identifier(each.from), relForeignTable: identifier(each.to), relIsSelf: each.isSelf };
  if (each.kind === "computed") {
    return { tag: "ComputedRelationship", ...ends, relFunction: identifier(each.routine), relToOne: each.toOne };
  }
  const { cardinality, fromIsView, toIsView } = each;
  return {
    ...{ tag: "Relationship", ...ends, relTableIsView: fromIsView, relFTableIsView: toIsView },
    relCardinality: cardinalityOf(cardinality),
  };
}

const tags = { "many to one": "M2O", "one to many": "O2M", "one to one": "O2O" } as const;

function cardinalityOf(cardinality: Extract<Relationship, { kind: "foreign key" }>["cardinality"]): object {
  if (cardinality.kind !== "many to many") {
    const { kind, constraint, columns } = cardinality;
    return { tag: tags[kind], relCons: constraint, relColumns: columns.map(({ from, to }) => [from, to]) };
  }
  const { relation, fromConstraint, toConstraint, fromColumns, toColumns } = cardinality.junction;
  return {
    tag: "M2M",
    contents: {
      junTable: identifier(relation),
      junConstraint1: fromConstraint,
      junConstraint2: toConstraint,
      junColsSource: fromColumns.map(({ from, to }) => [from, to]),
      junColsTarget: toColumns.map(({ from, to }) => [from, to]),
    },
  };
}

function routine(each: Routine): object {
  return {
    pdSchema: each.schema,
    pdName: each.name,
    pdDescription: each.description,
    pdParams: each.parameters.map(({ name, type, unboundedType, required, variadic }) => ({
      ppName: name,
      ppType: type,
      ppTypeMaxLength: unboundedType,
      ppReq: required,
      ppVar: variadic,
    })),
    pdReturnType: { tag: each.returns.isSet ? "SetOf" : "Single", contents: returned(each.returns) },
    pdVolatility: { immutable: "Immutable", stable: "Stable", volatile: "Volatile" }[each.volatility],
    pdHasVariadic: each.isVariadic,
    pdIsoLvl: each.isolationLevel,
    pdFuncSettings: each.settings,
  };
}

function returned({ kind, type, isDomain }: Routine["returns"]): object {
  const name = identifier(type);
  return kind === "composite" ? { tag: "Composite", contents: [name, isDomain] } : { tag: "Scalar", contents: name };
}

function handler({ kind, routine: made, mediaType, target }: MediaHandler): Pair {
  const of = target === null ? "anyelement" : identifier(target);
  return [[of, mediaType], { tag: kind === "aggregate" ? "CustomFunc" : "NoAgg", contents: identifier(made) }];
}
