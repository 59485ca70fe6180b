import type { Fact } from "../../diff/index.ts";
import { AppError } from "../../errors/index.ts";
import type { Unit } from "./unit.ts";

/** Kinds of facts that share one name space with relations and types. */
const named = new Set([
  "table",
  "foreign table",
  "view",
  "materialized view",
  "sequence",
  "enum",
  "domain",
  "composite type",
  "range",
  "base type",
]);

/** What migrations have made, by the names that statements are compared by: `relation public.account`. */
export function relationsOf(facts: Iterable<Fact>): ReadonlyMap<string, Fact> {
  const found = new Map<string, Fact>();
  for (const fact of facts) {
    if (named.has(fact.kind)) found.set(`relation ${fact.key.slice(fact.kind.length + 1)}`, fact);
  }
  return found;
}

/** WD448 where a declared thing is a migration's already; WD449 where it is a capability's, Postgres's or howdah's. */
export function ownedElsewhere(
  units: readonly Unit[],
  made: ReadonlyMap<string, Fact>,
  leaveOut: readonly string[],
): readonly AppError[] {
  const foreign = new Set(["howdah", "information_schema", ...leaveOut]);
  return units.flatMap((unit) => {
    const targets = [...unit.makes, ...(unit.alters === undefined ? [] : [unit.alters])];
    const reserved = targets.map(schemaOf).find((schema) => foreign.has(schema) || schema.startsWith("pg_"));
    if (reserved !== undefined) return [reservedError(unit, reserved)];
    const fact = unit.makes.map((key) => made.get(key)).find((found) => found !== undefined);
    return fact === undefined || isAdopted(unit) ? [] : [conflict(unit, fact)];
  });
}

/** `-- @adopt` stands before it: what a migration made is the file's from now on. */
export function isAdopted({ statement }: Unit): boolean {
  return statement.leading.some((comment) => /^--\s*@adopt\s*$/.test(comment));
}

function schemaOf(key: string): string {
  return key.replace(/^\w+ /, "").replace(/\.[^.]*$/, "");
}

function conflict({ statement }: Unit, fact: Fact): AppError {
  return new AppError("WD448", `${fact.key} is a migration's already`, {
    detail: "each relation and type has one owner: a migration, or a file of schema/",
    hint: "howdah schema adopt moves it; or write `-- @adopt` on the line before the definition, or remove it here",
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}

function reservedError({ statement }: Unit, schema: string): AppError {
  return new AppError("WD449", `the schema ${schema} is not the project's to declare in`, {
    detail: "it belongs to a capability, to howdah or to Postgres, which change it by their own means",
    hint: "write it into public, or into a schema of your own; foreign keys may point there",
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}
