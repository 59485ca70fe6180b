import { createHash } from "node:crypto";
import type { Action, Model } from "../../diff/index.ts";
import { AppError } from "../../errors/index.ts";
import type { AppliedMigration, LedgerObject } from "../ledger.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { isTemporary } from "./online/form.ts";
import type { Stages } from "./step.ts";

interface Ledgers {
  readonly applied: readonly AppliedMigration[];
  readonly objects: ReadonlyMap<string, LedgerObject>;
}

/** What a plan was made for. */
export interface PlanStamp {
  /** SHA-256 of the project's files. */
  readonly files: string;
  /** SHA-256 of the database's schema, and of what was applied to it. */
  readonly database: string;
}

/** A plan that somebody has reviewed. */
export interface ExpectedPlan extends PlanStamp {
  /** All statements that it allows. */
  readonly statements: readonly string[];
}

/** The stamp of a plan; `live` undefined where no schema/ is there to be compared. */
export function stampOf(live: Model | undefined, ledgers: Ledgers, files: string): PlanStamp {
  const hash = createHash("sha256").update(live === undefined ? "" : fingerprintOf({ facts: lasting(live.facts) }));
  for (const { version, checksum } of ledgers.applied) hash.update(`\0${version}\0${checksum}`);
  for (const [key, object] of ledgers.objects) hash.update(`\0${key}\0${object.hash}`);
  return { files, database: hash.digest("hex") };
}

/** What an interrupted change has left is no other database: the plan goes on where it stopped. */
function lasting(facts: Model["facts"]): Model["facts"] {
  if (![...facts.values()].some(isTemporary)) return facts;
  return new Map([...facts].filter(([, fact]) => !isTemporary(fact)));
}

/** Throws WD464 unless files and database are those that the plan was made for. */
export function checkExpected(expected: ExpectedPlan, now: PlanStamp): void {
  if (expected.files !== now.files) throw misfit("the project's files have changed since the plan was made");
  if (expected.database !== now.database) throw misfit("the database has changed since the plan was made");
}

/** Throws WD464 where something is to run that the plan has not shown. */
export function refuseUnplanned(
  { before, transaction, after }: Stages<Action>,
  expected: ExpectedPlan | undefined,
): void {
  if (expected === undefined) return;
  const allowed = new Set(expected.statements);
  const steps = [...before, ...after].map(({ statement }) => statement);
  const found = [...transaction.flatMap(({ statements }) => statements), ...steps].find((text) => !allowed.has(text));
  if (found !== undefined) throw misfit("something would run that the plan does not show", found);
}

function misfit(message: string, detail?: string): AppError {
  return new AppError("WD464", message, {
    detail,
    hint: "make a new plan, and have it reviewed: howdah plan --out FILE",
  });
}
