import type { Transaction } from "../../postgres/index.ts";
import { queryCatalog } from "./cache-sql.ts";
import { compareRoutines } from "./compare.ts";
import { nameKey } from "./name.ts";
import type { IsolationLevel, Routine, RoutineParameter, RoutineResult } from "./routine.ts";

interface RoutineRow {
  readonly schema: string;
  readonly name: string;
  readonly description: string | null;
  readonly parameters: readonly RoutineParameter[];
  readonly is_set: boolean;
  readonly result_kind: RoutineResult["kind"];
  readonly type_schema: string;
  readonly type_name: string;
  readonly is_domain: boolean;
  readonly volatility: Routine["volatility"];
  readonly is_variadic: boolean;
  readonly language: string;
  readonly isolation_level: string | null;
  readonly settings: Routine["settings"] | null;
}

/** The functions of the exposed schemas by `nameKey`, overloads together. */
export async function readRoutines(
  tx: Transaction,
  schemas: readonly string[],
  hoistedSettings: readonly string[],
): Promise<ReadonlyMap<string, readonly Routine[]>> {
  const found = new Map<string, Routine[]>();
  for (const row of await queryCatalog<RoutineRow>(tx, "routines", [schemas, hoistedSettings])) {
    const routine = toRoutine(row);
    const overloads = found.get(nameKey(routine));
    if (overloads === undefined) found.set(nameKey(routine), [routine]);
    else overloads.push(routine);
  }
  for (const overloads of found.values()) overloads.sort(compareRoutines);
  return found;
}

function toRoutine(row: RoutineRow): Routine {
  return {
    schema: row.schema,
    name: row.name,
    description: row.description,
    parameters: row.parameters,
    returns: {
      isSet: row.is_set,
      kind: row.result_kind,
      type: { schema: row.type_schema, name: row.type_name },
      isDomain: row.is_domain,
    },
    volatility: row.volatility,
    isVariadic: row.is_variadic,
    language: row.language,
    isolationLevel: isolationLevels.find((level) => level === row.isolation_level?.replaceAll('"', "")) ?? null,
    settings: row.settings ?? [],
  };
}

const isolationLevels: readonly IsolationLevel[] = [
  "read uncommitted",
  "read committed",
  "repeatable read",
  "serializable",
];
