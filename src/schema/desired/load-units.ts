import type { AppError } from "../../errors/index.ts";
import { keyOf as routineKey, type Declaration } from "../declaration.ts";
import type { DesiredFiles } from "./read-files.ts";
import { readDeclared } from "../declared.ts";
import { orderDeclarations } from "../order.ts";
import { throwAll } from "../throw-all.ts";
import { duplicates } from "./duplicate.ts";
import type { Hint } from "./hint.ts";
import { parseHints } from "./parse-hints.ts";
import { readUnits } from "./read-units.ts";
import { schemaRoutine } from "./schema-routine.ts";
import { functionUnit, type Unit } from "./unit.ts";

/** All statements that say what is to exist, and the hints between them. */
export interface Units {
  readonly units: readonly Unit[];
  readonly hints: readonly Hint[];
  /** Routines of both folders, for their bodies to be checked. */
  readonly routines: readonly Declaration[];
}

/** Parses the files; throws every error of all of them. With a folder, what was read is kept there. */
export async function loadUnits({ schema, functions }: DesiredFiles, folder?: string): Promise<Units> {
  const errors: AppError[] = [];
  const { units: own, errors: wrong } = await readUnits(schema, folder);
  errors.push(...wrong);
  const declared = await readDeclared(functions);
  errors.push(...declared.errors);
  const ordered = orderDeclarations(declared.declarations);
  errors.push(...ordered.errors);
  const units = [...own, ...ordered.order.map(functionUnit)];
  errors.push(...duplicates(units));
  const hints = await parseHints(schema, own, errors);
  throwAll(errors);
  const schemaRoutines = own.flatMap((unit) => schemaRoutine(unit) ?? []);
  const known = new Map(
    [...schemaRoutines, ...ordered.order].map((item) => [routineKey(item.kind, item.identity), item]),
  );
  return { units, hints, routines: [...known.values()].filter((item) => item.arity !== undefined) };
}
