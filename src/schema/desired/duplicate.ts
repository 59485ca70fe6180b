import { AppError } from "../../errors/index.ts";
import { place } from "../statement-error.ts";
import type { Unit } from "./unit.ts";

/** WD413 for each relation or type that two statements make; overloads and `or replace` are Postgres's to judge. */
export function duplicates(units: readonly Unit[]): readonly AppError[] {
  const first = new Map<string, Unit>();
  const errors: AppError[] = [];
  for (const unit of units) {
    for (const key of unit.makes.filter((made) => made.startsWith("relation "))) {
      const other = first.get(key);
      if (other === undefined) first.set(key, unit);
      else if (other.statement !== unit.statement) errors.push(duplicate(key, unit, other));
    }
  }
  return errors;
}

function duplicate(key: string, { statement }: Unit, other: Unit): AppError {
  const noun = statement.kind === "IndexStmt" ? "index" : "relation";
  return new AppError("WD413", `${noun} ${key.slice("relation ".length)} is defined twice`, {
    detail: `it is defined in ${place(other.statement.source.position(other.statement.start))} already`,
    hint: "remove one of the two",
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}
