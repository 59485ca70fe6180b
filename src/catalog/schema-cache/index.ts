export { distancesOf } from "./distance.ts";
export type { Distance, Distances } from "./distance.ts";
export type { MediaHandler } from "./media-handler.ts";
export { nameKey } from "./name.ts";
export type { QualifiedName } from "./name.ts";
export type { Column, Relation } from "./relation.ts";
export type {
  Cardinality,
  ColumnPair,
  ComputedRelationship,
  ForeignKeyRelationship,
  Junction,
  Relationship,
} from "./relationship.ts";
export type { IsolationLevel, Routine, RoutineParameter, RoutineResult } from "./routine.ts";
export { castKey } from "./schema-cache.ts";
export type { Representation, SchemaCache } from "./schema-cache.ts";
export { readSchemaCache } from "./read-schema-cache.ts";
export type { SchemaCacheOptions } from "./read-schema-cache.ts";
