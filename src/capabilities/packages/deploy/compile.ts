import { AppError, AppErrors } from "../../../errors/index.ts";
import {
  parseStatements,
  refuseOutsideTransaction,
  runsOutside,
  throwAll,
  type Statement,
} from "../../../schema/index.ts";
import type { Script } from "../folder/package-folder.ts";
import { orderStatements } from "./order-statements.ts";
import { packageStatement, type PackageStatement } from "./package-statement.ts";

/** Scripts as they will run. */
export interface Compiled {
  /** Those of the one transaction, in order. */
  readonly statements: readonly PackageStatement[];
  /** Scripts that run behind it, statement by statement. */
  readonly steps: readonly Step[];
}

export interface Step {
  readonly script: Script;
  readonly statements: readonly Statement[];
}

/**
 * Parses scripts and puts their statements in order. Throws everything that is wrong at once: WD410 syntax, WD407 what
 * can't be part of a transaction, WD646 types in a circle.
 */
export async function compile(scripts: readonly Script[], allOutside = false): Promise<Compiled> {
  const errors: AppError[] = [];
  const inside: PackageStatement[] = [];
  const steps: Step[] = [];
  for (const script of scripts) {
    const isOutside = allOutside || runsOutside(script.source);
    const statements = await parseStatements(script.source).catch((error: unknown) => collect(error, errors));
    for (const statement of statements) {
      const refused = refuseOutsideTransaction(statement, isOutside);
      if (refused !== undefined) errors.push(refused);
      else if (!isOutside) inside.push(packageStatement(script, statement));
    }
    if (isOutside) steps.push({ script, statements });
  }
  throwAll(errors);
  return { statements: orderStatements(inside), steps };
}

function collect(error: unknown, errors: AppError[]): readonly [] {
  if (error instanceof AppErrors) errors.push(...error.errors);
  else if (error instanceof AppError) errors.push(error);
  else throw error;
  return [];
}
