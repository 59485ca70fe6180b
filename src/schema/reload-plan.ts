import type { CatalogObject } from "../catalog/index.ts";
import { AppError } from "../errors/index.ts";
import type { Declaration } from "./declaration.ts";
import { keyOf } from "./declaration.ts";
import type { LedgerObject } from "./ledger.ts";

/** What becomes of each declared object: plain data, made of files, ledger and catalog. */
export interface ReloadPlan {
  readonly steps: ReadonlyMap<string, ReloadStep>;
  /** Ledger rows whose definition is gone from the files. */
  readonly removed: readonly LedgerObject[];
  readonly errors: readonly AppError[];
  readonly warnings: readonly AppError[];
}

export type ReloadStep = "keep" | "create" | "replace" | "recreate";

export interface ReloadInput {
  readonly order: readonly Declaration[];
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>;
  readonly ledger: ReadonlyMap<string, LedgerObject>;
  readonly live: ReadonlyMap<string, CatalogObject>;
  /** Relations that gain columns in this assembly. */
  readonly grown: ReadonlySet<string>;
}

/** Compares what the files define with what was made of them before, and with what there is. */
export function planReload(input: ReloadInput): ReloadPlan {
  const steps = new Map<string, ReloadStep>();
  const errors: AppError[] = [];
  const warnings: AppError[] = [];
  const changed = new Set(input.grown);
  for (const declaration of input.order) {
    const key = keyOf(declaration.kind, declaration.identity);
    const conflict = conflictOf(declaration, key, input);
    if (conflict !== undefined) {
      errors.push(conflict);
      continue;
    }
    const step = stepOf(declaration, key, input, changed, warnings);
    steps.set(key, step);
    if (step !== "keep" && isRelation(declaration)) changed.add(declaration.identity);
  }
  const declared = new Set(input.order.map((declaration) => keyOf(declaration.kind, declaration.identity)));
  const removed = [...input.ledger.values()].filter((row) => !declared.has(row.key));
  return { steps, removed, errors, warnings };
}

function stepOf(
  declaration: Declaration,
  key: string,
  input: ReloadInput,
  changed: ReadonlySet<string>,
  warnings: AppError[],
): ReloadStep {
  const row = input.ledger.get(key);
  if (declaration.kind === "comment" || declaration.kind === "grant") {
    return row === undefined ? "create" : row.hash === declaration.hash ? "keep" : "replace";
  }
  const live = input.live.get(key);
  if (live === undefined) return "create";
  if (row !== undefined && row.hash === declaration.hash && live.kind === declaration.kind) {
    if (row.body_hash !== null && live.body_hash !== row.body_hash) {
      warnings.push(drifted(declaration));
      return "replace";
    }
    return expandsStar(declaration, changed) ? replacement(declaration) : "keep";
  }
  return live.kind === declaration.kind ? replacement(declaration) : "recreate";
}

/** `create or replace` exists for routines, views and plain triggers. */
function replacement(declaration: Declaration): ReloadStep {
  const { node } = declaration.statement;
  switch (declaration.kind) {
    case "function":
    case "procedure":
    case "aggregate":
    case "view":
      return "replace";
    case "trigger":
      return "CreateTrigStmt" in node && node.CreateTrigStmt.isconstraint === true ? "recreate" : "replace";
    default:
      return "recreate";
  }
}

/** `select *` was expanded when the object was made: what it selects from has other columns now. */
function expandsStar(declaration: Declaration, changed: ReadonlySet<string>): boolean {
  const { references, kind, statement } = declaration;
  const stored =
    kind === "view" ||
    kind === "materialized view" ||
    ("CreateFunctionStmt" in statement.node && statement.node.CreateFunctionStmt.sql_body !== undefined);
  return stored && references.star && [...references.relations].some((relation) => changed.has(relation));
}

function isRelation(declaration: Declaration): boolean {
  return declaration.kind === "view" || declaration.kind === "materialized view";
}

/** An object of that name is there, and howdah did not make it: it is never silently overwritten. */
function conflictOf(declaration: Declaration, key: string, input: ReloadInput): AppError | undefined {
  const live = input.live.get(key);
  if (live === undefined || input.ledger.has(key) || (declaration.adopt && !live.of_extension)) return undefined;
  const { statement } = declaration;
  return new AppError("WD415", `${live.kind} ${live.identity} exists already, and no file made it`, {
    detail: live.of_extension ? "it belongs to an extension" : "a migration or somebody by hand made it",
    hint: live.of_extension
      ? "choose another name"
      : "write `-- @adopt` on the line before the definition to take it over, or drop the existing one in a migration",
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}

function drifted(declaration: Declaration): AppError {
  const { statement, kind, identity } = declaration;
  return new AppError("WD419", `${kind} ${identity} was changed by hand: the file's definition replaces it`, {
    hint: "change it in its file: the files are the truth",
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}
