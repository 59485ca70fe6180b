import type { Fact } from "../fact.ts";
import type { Model } from "../model.ts";
import { literal } from "../move.ts";
import { ident } from "../name.ts";

/** The sequence that a column owns, as serial columns do. */
export function ownedSequence(column: string | null, model: Model): Fact | undefined {
  const key = model.parts.get(column ?? "")?.find((part) => part.startsWith("sequence "));
  return key === undefined ? undefined : model.facts.get(key);
}

/** Statements by which one sequence goes on where another stopped; `made`: the one that goes on is only made for that. */
export function carried(from: string, to: string, made: boolean): readonly string[] {
  const regclass = `${literal(to)}::pg_catalog.regclass`;
  return [
    // Wide enough for any value.
    ...(made ? [`create sequence ${to} minvalue -9223372036854775808 start with 1`] : []),
    `select pg_catalog.setval(${regclass}, last_value, is_called) from ${from}`,
  ];
}

/** A statement by which a new sequence goes on above (or below) the values that its column holds already. */
export function aboveValues(sequence: string, table: string, column: string, descending: boolean): string {
  const value = `pg_catalog.${descending ? "min" : "max"}(${ident(column)})`;
  return [
    `select pg_catalog.setval(${literal(sequence)}::pg_catalog.regclass, ${value})`,
    `from ${table}`,
    `having ${value} ${descending ? "<=" : ">="} (select last_value from ${sequence})`,
  ].join("\n");
}
