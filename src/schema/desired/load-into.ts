import { readModel, type Model } from "../../diff/index.ts";
import type { CatalogObject } from "../../catalog/index.ts";
import type { AppError } from "../../errors/index.ts";
import { connect, type Target, type Transaction } from "../../postgres/index.ts";
import { keyOf } from "../declaration.ts";
import { readLive } from "../removal.ts";
import { applySettings } from "../session.ts";
import { throwAll } from "../throw-all.ts";
import { validateRoutines } from "../validate.ts";
import { adoptFunctions } from "./adopt-function.ts";
import { adoptedRelations, belongsTo, dropAdopted, restoreDependents } from "./adopt-relation.ts";
import type { DesiredInput } from "./desired.ts";
import { idlePolicies } from "./idle-policy.ts";
import type { Units } from "./load-units.ts";
import { locateFacts } from "./locate-facts.ts";
import { constant, type Notes } from "./notes.ts";
import { orderUnits } from "./order-units.ts";
import { runSteps } from "./run-steps.ts";
import { settleTypes } from "./settle-types.ts";
import { stepsOf } from "./step.ts";
import { startTrace } from "./trace.ts";
import type { Unit } from "./unit.ts";
import { unitNotes } from "./unit-note.ts";

/** What is loaded into a copy of the base. */
export interface LoadInput {
  readonly input: DesiredInput;
  readonly units: Units;
  /** All roles of the scratch server. */
  readonly roles: ReadonlySet<string>;
  /** What there is before the declared files, and the database that holds it. */
  readonly before: Model;
  readonly base: string;
}

/** Runs all declared statements, checks what they have made and reads it. */
export async function load(target: Target, work: LoadInput): Promise<Notes> {
  await using connection = await connect(target, { applicationName: "howdah desired" });
  return await connection.transaction(async (tx) => loadIn(tx, target.database, work));
}

async function loadIn(
  tx: Transaction,
  scratch: string,
  { input, units, roles, before, base }: LoadInput,
): Promise<Notes> {
  const settings = { owner: input.roles.owner, lockTimeoutMs: 10_000 };
  await tx.execute("set local synchronous_commit = off");
  const adoption = await adoptFunctions(tx, units.units, settings);
  const taken = adoptedRelations(units.units, before);
  await tx.execute("set local role none");
  await dropAdopted(tx, taken);
  const ordered = orderUnits(units.units);
  const database = { live: input.database, scratch };
  const steps = stepsOf(ordered, { database, roles, adopted: adoption.texts });
  const privileged = new Set<Unit>();
  const trace = await startTrace(tx, units.units);
  await runSteps({ tx, settings, steps, needs: ordered.needs, trace, privileged });
  const traced = await trace.finish(tx);

  await tx.execute("reset all");
  await applySettings(tx, settings);
  const live = await readLive(tx);
  await check(tx, units, live);

  await tx.execute("set local role none");
  const created = rolesOf(units.units);
  const scope = { leaveOut: input.leaveOut, roles: created };
  const loaded = await readModel(tx, scope);
  const model = await restoreDependents(tx, taken, { before, now: loaded }, { ...settings, ...scope });
  const kept = [...before.facts.values()].filter(({ key }) => model.facts.has(key));
  const addresses = new Set(addressesOf([...adoption.texts.keys()], live).map(([address]) => address));
  const own = kept.filter((fact) => !isAdopted(model, fact.key, addresses) && !belongsTo(fact, taken.facts, before));
  const migrationKeys = new Set(own.map(({ key }) => key));
  const made = new Map([...traced, ...addressesOf(units.units, live)]);
  const located = await locateFacts({
    ...{ tx, model, privileged, traced: made, before: migrationKeys },
    units: ordered.order,
  });
  return {
    ...{ model, migrationKeys, origins: located.origins, roles: created, base, edits: 0 },
    hints: settleTypes(units.hints, model),
    units: constant(unitNotes(units.units, located.units, privileged)),
  };
}

/** Checks the bodies of routines, now that all is there that they may name, and what would have no effect. */
export async function check(
  tx: Transaction,
  { routines, units }: Units,
  live: ReadonlyMap<string, CatalogObject>,
): Promise<void> {
  const bodies = await validateRoutines(tx, routines, live);
  throwAll([...bodies.toSorted(byPlace), ...(await idlePolicies(tx, units, live))]);
}

function byPlace({ position: one }: AppError, { position: other }: AppError): number {
  if (one?.file !== other?.file) return (one?.file ?? "") < (other?.file ?? "") ? -1 : 1;
  return (one?.line ?? 0) - (other?.line ?? 0);
}

function isAdopted(model: Model, key: string, addresses: ReadonlySet<string>): boolean {
  const fact = model.facts.get(key);
  if (fact === undefined) return false;
  return addresses.has(fact.address) || (fact.parent !== null && isAdopted(model, fact.parent, addresses));
}

/** Roles that the files create: part of what they mean. */
function rolesOf(units: readonly Unit[]): readonly string[] {
  return units.flatMap(({ statement: { node } }) =>
    "CreateRoleStmt" in node && node.CreateRoleStmt.role !== undefined ? [node.CreateRoleStmt.role] : [],
  );
}

/** What functions/ has made, by its address: overloads have one name. */
export function addressesOf(
  units: readonly Unit[],
  live: ReadonlyMap<string, CatalogObject>,
): readonly (readonly [string, Unit])[] {
  return units.flatMap((unit) => {
    const { declaration } = unit;
    const made = declaration === undefined ? undefined : live.get(keyOf(declaration.kind, declaration.identity));
    return made === undefined ? [] : [[`${made.class}/${made.oid}/0`, unit] as const];
  });
}
