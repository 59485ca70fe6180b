import type { Transaction } from "../../postgres/index.ts";
import { queryCatalog } from "./cache-sql.ts";

/** An operator that tells how far a value is from another one. */
export interface Distance {
  readonly schema: string;
  /** "<->". */
  readonly name: string;
  /** The type on its right. */
  readonly operand: string;
}

/** By the type on the left, those that compare values of one type first. */
export type Distances = ReadonlyMap<string, readonly Distance[]>;

export async function readDistances(tx: Transaction): Promise<Distances> {
  const rows = await queryCatalog<Distance & { readonly type: string }>(tx, "distances");
  return new Map(
    [...Map.groupBy(rows, ({ type }) => type)].map(([type, found]) => [
      type,
      found.map(({ schema, name, operand }) => ({ schema, name, operand })),
    ]),
  );
}

/** Those of a column's type, whatever its modifiers: "public.vector(3)". */
export function distancesOf(distances: Distances, type: string): readonly Distance[] {
  return distances.get(type.replace(/\(.*\)$/, "")) ?? [];
}
