import type { CatalogObject } from "../catalog/index.ts";
import { AppError } from "../errors/index.ts";
import { quoteIdentifier, sql, StatementError, type Transaction } from "../postgres/index.ts";
import type { Declaration } from "./declaration.ts";
import { keyOf } from "./declaration.ts";
import { TranslatedSource } from "./translated-source.ts";
import { locateInRoutine, type SourceEntry } from "./locate.ts";

/**
 * Has the languages check the bodies of routines, now that everything they may name exists; all errors in one pass.
 *
 * `check_function_bodies` was off while they were made, since a body may call what comes later.
 */
export async function validateRoutines(
  tx: Transaction,
  routines: readonly Declaration[],
  live: ReadonlyMap<string, CatalogObject>,
): Promise<readonly AppError[]> {
  const byOid = new Map<string, Declaration>();
  for (const routine of routines) {
    const object = live.get(keyOf(routine.kind, routine.identity));
    if (object !== undefined && object.kind !== "aggregate") byOid.set(object.oid, routine);
  }
  if (byOid.size === 0) return [];
  await tx.execute("set local check_function_bodies = on");
  const errors: AppError[] = [];
  for (const { validator, oids } of await readValidators(tx, [...byOid.keys()])) {
    errors.push(...(await validateWith(tx, validator, oids, byOid)));
  }
  await tx.execute("set local check_function_bodies = off");
  return errors;
}

interface Validator {
  readonly validator: string;
  readonly oids: readonly string[];
}

/** Bodies of `begin atomic` too: the parser has checked them, and not whether they return what the routine says. */
async function readValidators(tx: Transaction, oids: readonly string[]): Promise<readonly Validator[]> {
  const rows = await tx.query<{ schema: string; name: string; oids: readonly string[] }>(sql`
    select
      namespace.nspname as schema,
      validator.proname as name,
      pg_catalog.array_agg(routine.oid::text) as oids
    from pg_catalog.pg_proc as routine
    join pg_catalog.pg_language as language on language.oid = routine.prolang
    join pg_catalog.pg_proc as validator on validator.oid = language.lanvalidator
    join pg_catalog.pg_namespace as namespace on namespace.oid = validator.pronamespace
    where routine.oid = any (${[...oids]}::pg_catalog.oid[])
    group by namespace.nspname, validator.proname
  `);
  return rows.map((row) => ({
    validator: `${quoteIdentifier(row.schema)}.${quoteIdentifier(row.name)}`,
    oids: row.oids,
  }));
}

/** One query for all; only when it fails, one for each, to know which and to find every error. */
async function validateWith(
  tx: Transaction,
  validator: string,
  oids: readonly string[],
  byOid: ReadonlyMap<string, Declaration>,
): Promise<readonly AppError[]> {
  if ((await failureOf(tx, validator, oids)) === undefined) return [];
  const errors: AppError[] = [];
  for (const oid of oids) {
    const failure = await failureOf(tx, validator, [oid]);
    const routine = byOid.get(oid);
    if (failure !== undefined && routine !== undefined) errors.push(bodyError(failure, routine));
  }
  return errors;
}

async function failureOf(tx: Transaction, validator: string, oids: readonly string[]): Promise<AppError | undefined> {
  try {
    await tx.savepoint(async () => {
      await tx.execute(
        `select ${validator}(oid) from pg_catalog.unnest('{${oids.join(",")}}'::pg_catalog.oid[]) as oid`,
      );
    });
    return undefined;
  } catch (error) {
    if (error instanceof StatementError) return error;
    throw error;
  }
}

function bodyError(error: AppError, routine: Declaration): AppError {
  const { statement } = routine;
  const entry: SourceEntry = {
    identity: routine.identity,
    source: statement.source,
    start: statement.start,
    definition: statement.text,
    translated: statement.source instanceof TranslatedSource,
  };
  return new AppError("WD411", error.message, {
    detail: error.detail,
    hint: error.hint,
    ...locateInRoutine(error, entry),
    postgres: error.postgres,
    cause: error,
  });
}
