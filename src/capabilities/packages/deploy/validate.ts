import { AppError } from "../../../errors/index.ts";
import { StatementError, type Transaction } from "../../../postgres/index.ts";
import { locateInRoutine, throwAll } from "../../../schema/index.ts";
import { staticSql } from "../static-sql.ts";
import type { PackageStatement } from "./package-statement.ts";

interface Routine {
  readonly oid: string;
  readonly name: string;
  readonly arguments: number;
  readonly body: string;
  readonly validator: string;
}

/**
 * Has the languages check the bodies of all routines that this transaction made, now that everything they may name
 * exists: they were made unchecked, since one may call what comes later. Throws all errors (WD411), each in its file.
 */
export async function validateRoutines(
  tx: Transaction,
  schema: string | undefined,
  statements: readonly PackageStatement[],
): Promise<void> {
  const routines = await tx.query<Routine>({ text: staticSql("routines"), values: [schema ?? null] });
  if (routines.length === 0) return;
  await tx.execute("set local check_function_bodies = on");
  const errors: AppError[] = [];
  for (const [validator, group] of Map.groupBy(routines, (routine) => routine.validator)) {
    if ((await failureOf(tx, validator, group)) === undefined) continue;
    for (const routine of group) {
      const failure = await failureOf(tx, validator, [routine]);
      if (failure !== undefined) errors.push(bodyError(failure, routine, statements));
    }
  }
  throwAll(errors);
  await tx.execute("set local check_function_bodies = off");
}

async function failureOf(
  tx: Transaction,
  validator: string,
  routines: readonly Routine[],
): Promise<AppError | undefined> {
  const oids = routines.map(({ oid }) => oid).join(",");
  try {
    // The validator's name comes from regproc, quoted and qualified where need be.
    await tx.savepoint(() =>
      tx.execute(`select ${validator}(oid) from pg_catalog.unnest('{${oids}}'::pg_catalog.oid[]) as oid`),
    );
    return undefined;
  } catch (error) {
    if (error instanceof StatementError) return error;
    throw error;
  }
}

/** The statement that made a routine: overloads are told apart by their bodies. */
function bodyError(failure: AppError, routine: Routine, statements: readonly PackageStatement[]): AppError {
  const named = statements.filter(({ provides }) => provides === `routine ${routine.name}`);
  const made = named.find(({ statement }) => statement.text.includes(routine.body)) ?? named.at(-1);
  if (made === undefined) return failure;
  const { statement } = made;
  const identity = routine.name;
  return new AppError("WD411", failure.message, {
    detail: [`in the routine ${identity}`, ...(failure.detail === undefined ? [] : [failure.detail])].join("\n"),
    hint: failure.hint,
    ...locateInRoutine(failure, {
      identity,
      source: statement.source,
      start: statement.start,
      definition: statement.text,
    }),
    postgres: failure.postgres,
    cause: failure,
  });
}
