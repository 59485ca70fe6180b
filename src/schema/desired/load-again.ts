import { readModel, type Fact, type Model } from "../../diff/index.ts";
import { connect, quoteIdentifier, type Target, type Transaction } from "../../postgres/index.ts";
import { readLive } from "../removal.ts";
import { applySettings } from "../session.ts";
import { codeOf } from "../statement.ts";
import { edited } from "./composed-text.ts";
import { cutForeignKeys } from "./foreign-key.ts";
import { addressesOf, check, type LoadInput } from "./load-into.ts";
import { locateFacts } from "./locate-facts.ts";
import { constant, type Notes } from "./notes.ts";
import { orderUnits } from "./order-units.ts";
import type { Reuse } from "./reuse.ts";
import { runAtOnce } from "./run-steps.ts";
import { settleTypes } from "./settle-types.ts";
import { stepsOf, type Step } from "./step.ts";
import { isOpaque, startTrace } from "./trace.ts";
import { ranks, type Unit } from "./unit.ts";
import { unitNotes } from "./unit-note.ts";

/** Something came out that only a fresh load can judge: not an error of anybody's. */
export class NotReusable extends Error {}

/**
 * Brings an earlier load, or a copy of it, to what the files say now, by the statements that changed and those that name what
 * they made. What the others had made must then be as it was, to the last word, or it is given up (NotReusable).
 */
export async function loadAgain(target: Target, work: LoadInput, before: Notes, reuse: Reuse): Promise<Notes> {
  await using connection = await connect(target, { applicationName: "howdah desired" });
  return await connection.transaction(async (tx) => loadIn(tx, target.database, { ...work, notes: before, reuse }));
}

interface Again extends LoadInput {
  readonly notes: Notes;
  readonly reuse: Reuse;
}

async function loadIn(tx: Transaction, scratch: string, { input, units, roles, notes, reuse }: Again): Promise<Notes> {
  const settings = { owner: input.roles.owner, lockTimeoutMs: 10_000 };
  const drops = dropStatements(reuse.drop, notes.model);
  await tx.execute(
    ["set local synchronous_commit = off", "set local client_min_messages = warning", ...drops].join(";\n"),
  );
  const ordered = orderUnits(units.units);
  const options = { database: { live: input.database, scratch }, roles, adopted: replacements(reuse.replace) };
  const run = ordered.order.filter((unit) => reuse.run.has(unit) || reuse.replace.has(unit));
  const steps = [...stepsOf({ ...ordered, order: run }, options), ...foreignKeySteps(reuse)];
  const privileged = new Set<Unit>([...reuse.kept].filter(([note]) => note.privileged).map(([, unit]) => unit));
  const trace = await startTrace(tx, [...reuse.run, ...reuse.replace]);
  const byPhase = steps.toSorted((one, other) => one.phase - other.phase);
  await runAtOnce({ tx, settings, steps: byPhase, needs: ordered.needs, trace, privileged });
  const noted = await trace.finish(tx);

  await tx.execute("reset all");
  await applySettings(tx, settings);
  const live = await readLive(tx);
  const isLocal = reuse.run.size === 0;
  const changed = units.routines.filter(({ statement }) =>
    [...reuse.replace].some((unit) => unit.statement === statement),
  );
  await check(tx, { ...units, routines: isLocal ? changed : units.routines }, live);
  await tx.execute("set local role none");
  const model = await readModel(tx, { leaveOut: input.leaveOut, roles: notes.roles });
  const { migrationKeys } = notes;
  const traced = new Map([...noted, ...addressesOf(units.units, live), ...keptAddresses(reuse, model)]);
  const located = await locateFacts({
    ...{ tx, model, privileged, traced, before: migrationKeys },
    units: ordered.order,
  });
  if (!isSound({ notes, reuse, model, made: located.units })) throw new NotReusable();
  return {
    ...{ model, migrationKeys, origins: located.origins, roles: notes.roles, base: notes.base, edits: notes.edits + 1 },
    hints: settleTypes(units.hints, model),
    units: constant(unitNotes(units.units, located.units, privileged)),
  };
}

/** What is on its own is dropped with all that hangs on it; the rest is a part of that, or was not to be reused. */
function dropStatements(keys: readonly string[], model: Model): readonly string[] {
  const gone = new Set(keys);
  return keys.flatMap((key) => {
    const fact = model.facts.get(key);
    if (fact === undefined || isPartOf(fact, gone, model)) return [];
    const statement = dropStatement(fact);
    if (statement === undefined) throw new NotReusable();
    return [statement];
  });
}

function isPartOf({ parent }: Fact, gone: ReadonlySet<string>, model: Model): boolean {
  if (parent === null) return false;
  const above = model.facts.get(parent);
  return gone.has(parent) || (above !== undefined && isPartOf(above, gone, model));
}

function dropStatement(fact: Fact): string | undefined {
  const own = [fact.schema, fact.name].flatMap((name) => (name === null ? [] : [quoteIdentifier(name)])).join(".");
  const relation = [fact.schema, fact.relation]
    .flatMap((name) => (name === null ? [] : [quoteIdentifier(name)]))
    .join(".");
  switch (fact.kind) {
    case "table":
    case "view":
    case "materialized view":
    case "index":
    case "domain":
      return `drop ${fact.kind} if exists ${own} cascade`;
    case "enum":
    case "composite type":
      return `drop type if exists ${own} cascade`;
    case "function":
    case "procedure":
      return `drop ${fact.kind} if exists ${own}(${fact.args ?? ""}) cascade`;
    case "trigger":
    case "policy":
      return `drop ${fact.kind} if exists ${quoteIdentifier(fact.name)} on ${relation}`;
    case "constraint":
      return `alter table if exists ${relation} drop constraint if exists ${quoteIdentifier(fact.name)} cascade`;
    default:
      return undefined;
  }
}

function replacements(units: ReadonlySet<Unit>) {
  return new Map(
    [...units].map((unit) => {
      const { text, start } = unit.statement;
      const [create, second] = codeOf(unit.statement);
      const written = second !== undefined && text.slice(second.start, second.end).toLowerCase() === "or";
      const after = create?.end ?? 0;
      return [unit, edited(text, start, written ? [] : [{ start: after, end: after, text: " or replace" }])];
    }),
  );
}

function foreignKeySteps({ again }: Reuse): readonly Step[] {
  return [...again].flatMap(([unit, keys]) =>
    cutForeignKeys(unit.statement, keys).later.map((text): Step => ({
      unit,
      text,
      superuser: "never",
      phase: ranks.foreignKey,
    })),
  );
}

/** What other statements made whose text does not tell it. */
function keptAddresses({ kept }: Reuse, model: Model): readonly (readonly [string, Unit])[] {
  const opaque = [...kept].filter(([, unit]) => isOpaque(unit));
  return opaque.flatMap(([note, unit]) =>
    note.keys.flatMap((key) => {
      const fact = model.facts.get(key);
      return fact === undefined ? [] : [[fact.address, unit] as const];
    }),
  );
}

interface Outcome {
  readonly notes: Notes;
  readonly reuse: Reuse;
  readonly model: Model;
  /** By which statement each fact is made. */
  readonly made: ReadonlyMap<string, Unit>;
}

function isSound({ notes, reuse, model, made }: Outcome): boolean {
  const changing = new Set<string>();
  for (const note of notes.units()) if (!reuse.kept.has(note)) for (const key of note.keys) changing.add(key);
  for (const [key, fact] of notes.model.facts) {
    if (!changing.has(key) && !isSame(fact, model.facts.get(key))) return false;
  }
  for (const key of model.facts.keys()) {
    if (notes.model.facts.has(key) && !changing.has(key)) continue;
    const unit = made.get(key);
    if (unit === undefined || (!reuse.run.has(unit) && !reuse.replace.has(unit))) return false;
  }
  return true;
}

/** All but where it is kept: a foreign key that was put on again is another row. */
function isSame(one: Fact, other: Fact | undefined): boolean {
  return other !== undefined && JSON.stringify({ ...one, address: "" }) === JSON.stringify({ ...other, address: "" });
}
