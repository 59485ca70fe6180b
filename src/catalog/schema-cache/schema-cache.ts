import type { Distances } from "./distance.ts";
import type { MediaHandler } from "./media-handler.ts";
import type { Relation } from "./relation.ts";
import type { Relationship } from "./relationship.ts";
import type { Routine } from "./routine.ts";

/**
 * What requests are planned against: all that the exposed schemas hold, as it was read at one moment.
 *
 * Never changed: a reload makes a new one, and whoever plans keeps the one it began with. Maps are keyed by `nameKey`.
 */
export interface SchemaCache {
  /** E.g. 180001. */
  readonly serverVersion: number;
  readonly relations: ReadonlyMap<string, Relation>;
  /** By the relation that they start from, sorted: what leads to the same one stands together. */
  readonly relationships: ReadonlyMap<string, readonly Relationship[]>;
  /** Overloads by their name, those with fewer parameters first. */
  readonly routines: ReadonlyMap<string, readonly Routine[]>;
  /** Functions of implicit casts: by source type, then by target type; see `castKey`. */
  readonly representations: ReadonlyMap<string, Representation>;
  /** Operators of distance, by the type on their left; see `distancesOf`. */
  readonly distances: Distances;
  readonly mediaHandlers: readonly MediaHandler[];
  /** Comments of the exposed schemas, by name. */
  readonly schemaDescriptions: ReadonlyMap<string, string>;
}

/** An implicit cast by function between a domain and json or text: how its values look to the outside. */
export interface Representation {
  readonly source: string;
  readonly target: string;
  readonly routine: { readonly schema: string; readonly name: string };
}

/** The key of a representation. */
export function castKey(source: string, target: string): string {
  return `${source}\0${target}`;
}
