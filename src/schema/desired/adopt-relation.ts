import { planDiff, readModel, withFacts, type Fact, type Model } from "../../diff/index.ts";
import { AppError } from "../../errors/index.ts";
import { quoteIdentifier, StatementError, type Transaction } from "../../postgres/index.ts";
import { applySettings, type SessionSettings } from "../session.ts";
import { isAdopted, relationsOf } from "./owned-elsewhere.ts";
import type { Unit } from "./unit.ts";

/** What files of schema/ take over from migrations. */
export interface AdoptedRelations {
  readonly units: readonly Unit[];
  /** Facts as the migrations have made them. */
  readonly facts: ReadonlyMap<string, Fact>;
}

/** The statements with `-- @adopt` before them that make what a migration has made. */
export function adoptedRelations(units: readonly Unit[], before: Model): AdoptedRelations {
  const made = relationsOf(before.facts.values());
  const found = units.flatMap((unit) => {
    const facts = unit.makes.flatMap((key) => made.get(key) ?? []);
    return unit.declaration === undefined && isAdopted(unit) ? facts.map((fact) => ({ unit, fact })) : [];
  });
  return { units: found.map(({ unit }) => unit), facts: new Map(found.map(({ fact }) => [fact.key, fact])) };
}

/** The migrations' version goes, with all that hangs on it: the file's takes its place. */
export async function dropAdopted(tx: Transaction, { facts }: AdoptedRelations): Promise<void> {
  const statements = [...facts.values()].map(({ kind, schema, name }) => {
    const noun =
      kind === "enum" || kind === "composite type" || kind === "range" || kind === "base type" ? "type" : kind;
    return `drop ${noun} if exists ${quoteIdentifier(schema ?? "public")}.${quoteIdentifier(name)} cascade`;
  });
  if (statements.length > 0) await tx.execute(["set local client_min_messages = warning", ...statements].join(";\n"));
}

/** Puts back what migrations had made on it, and that went with it; returns the model with that in it. */
export async function restoreDependents(
  tx: Transaction,
  adopted: AdoptedRelations,
  models: { readonly before: Model; readonly now: Model },
  settings: SessionSettings & { readonly leaveOut: readonly string[]; readonly roles: readonly string[] },
): Promise<Model> {
  const lost = [...models.before.facts.values()].filter(
    (fact) => !models.now.facts.has(fact.key) && !belongsTo(fact, adopted.facts, models.before),
  );
  if (lost.length === 0) return models.now;
  const wanted = withFacts(models.now, models.before, lost, (need, facts) => facts.has(need));
  const { actions } = planDiff(models.now, wanted, { role: settings.owner });
  await applySettings(tx, settings);
  for (const action of actions) {
    try {
      await tx.execute(action.statements.join(";\n"));
    } catch (error) {
      if (error instanceof StatementError) throw refused(adopted, action.to ?? action.from, error);
      throw error;
    }
  }
  await tx.execute("set local role none");
  return await readModel(tx, settings);
}

/** Parts of what was taken over are the file's to have or not. */
export function belongsTo(fact: Fact, adopted: ReadonlyMap<string, Fact>, model: Model): boolean {
  if (adopted.has(fact.key)) return true;
  const parent = fact.parent === null ? undefined : model.facts.get(fact.parent);
  return parent !== undefined && belongsTo(parent, adopted, model);
}

function refused({ units }: AdoptedRelations, fact: Fact | undefined, error: StatementError): AppError {
  const { statement } = units[0] as Unit;
  return new AppError("WD448", `${fact?.key ?? "what a migration made"} does not fit what the file takes over`, {
    detail: error.message,
    hint: "a migration made it on the old definition: move it as well (howdah schema adopt), drop it in a migration, or keep what it needs",
    position: statement.source.position(statement.start),
    source: statement.source.text,
    postgres: error.postgres,
    cause: error,
  });
}
