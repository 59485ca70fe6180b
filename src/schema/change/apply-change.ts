import type { Action, Watched } from "../../diff/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import type { AssemblyAction } from "../assembly.ts";
import type { Desired } from "../desired/desired.ts";
import type { SourceMap } from "../locate.ts";
import { applySettings, type SessionSettings } from "../session.ts";
import { throwAll } from "../throw-all.ts";
import { asAdmin } from "./as-admin.ts";
import { writeDeclaredLedger, writeHints } from "./declared-ledger.ts";
import { lookAt } from "./looked-at.ts";
import { lossError } from "./loss-error.ts";
import type { Change } from "./plan-change.ts";
import { counted } from "./question.ts";
import { refuseUnplanned, type ExpectedPlan } from "./expected-plan.ts";
import { runActions } from "./run-actions.ts";
import { recordSteps } from "./run-steps.ts";
import { stageChange, type StageInput } from "./stage-change.ts";
import { Barrier } from "./step.ts";
import { told, toldLabels, toldStep } from "./told.ts";
import { placeOf } from "./place-of.ts";
import { preflight } from "./preflight.ts";
import { standingNames, type StandingNames } from "./standing-names.ts";
import { emptyTrash, keptFor } from "./trash.ts";
import { verifyChange } from "./verify.ts";
import { wantedObservation } from "./wanted-observation.ts";
import { labelStatement } from "./reversed.ts";

/** What an application of a change works with. */
export interface ApplyInput {
  readonly tx: Transaction;
  readonly change: Change;
  readonly desired: Desired;
  readonly settings: SessionSettings;
  readonly sources: SourceMap;
  readonly admin: string;
  readonly online: StageInput;
  /** Migrations have run in this transaction. */
  readonly isMigrated: boolean;
  /** The statements that a reviewed plan allows. */
  readonly expected?: ExpectedPlan | undefined;
}

/**
 * Runs a planned change inside the assembly's transaction, and writes down what the files own from now on.
 *
 * Throws WD461 and WD462 for what needs an answer, WD463 for rows in the way, WD411 for what Postgres refuses: each
 * with its place in the file.
 */
export async function applyChange(input: ApplyInput): Promise<readonly AssemblyAction[]> {
  const { tx, change, desired, settings } = input;
  await applySettings(tx, settings);
  const names = await standingNames(change);
  throwAll(
    (await counted(tx, change.questions, names)).map((question) =>
      lossError(question, (file) => desired.sources.get(file)?.text),
    ),
  );
  // From here to the first statement everything is read: nobody has to wait for what takes long in it.
  const { actions } = change.diff;
  const unasked = await askData(input, actions, names);
  await wantedObservation(desired, input.admin);
  const stages = await stageChange(tx, change, desired, input.online);
  refuseUnplanned(stages, input.expected);
  if (stages.before.length > 0) throw new Barrier(stages.before);
  const ahead = await lookAhead(input, stages.transaction);
  await recordSteps(tx, stages.after);
  await writeDeclaredLedger(tx, desired.model, {
    isOwned: change.isOwned,
    origin: (fact) => desired.origins.get(fact.key),
  });
  await writeHints(tx, change.intent.followed);
  for (const { type, from, to } of change.intent.labels)
    await tx.execute(labelStatement(change.live.facts.get(type), from, to));
  const isRename = ({ verb }: Action): boolean => verb === "rename";
  await runActions(input, actions.filter(isRename));
  await runActions(input, actions.filter(isTakenOver));
  await askData(input, unasked, (query) => query);
  await emptyTrash(tx);
  await runActions(
    input,
    stages.transaction.filter((action) => !isRename(action) && !isTakenOver(action)),
  );
  await verifyChange(tx, { desired, change, admin: input.admin, later: stages.after, ahead });
  await applySettings(tx, settings);
  return [
    ...toldLabels(change, desired),
    ...stages.transaction.map((action) =>
      told(action, desired, { kept: keptFor(action, stages.transaction, settings.trash) }),
    ),
    ...stages.after.map((step) => toldStep(step, "behind", desired)),
  ];
}

/**
 * The whole database as it is before anything is locked: then only what has changed is looked at under locks. Migrations
 * that have run in the same transaction hold theirs already, and everything is looked at once, at the end.
 */
async function lookAhead(
  { tx, change, desired, settings, isMigrated }: ApplyInput,
  actions: readonly Action[],
): Promise<Watched | undefined> {
  if (isMigrated || actions.length + change.intent.labels.length === 0) return undefined;
  const ahead = await asAdmin(tx, () => lookAt(tx, { leaveOut: desired.leaveOut }));
  await applySettings(tx, settings);
  return ahead;
}

/** Throws WD463; what only somebody else may read is left to be asked when it has been taken over. */
async function askData(
  { tx, desired }: ApplyInput,
  actions: readonly Action[],
  names: StandingNames,
): Promise<readonly Action[]> {
  const { obstacles, unasked } = await preflight(tx, { actions, names, origin: (key) => placeOf(desired, key) });
  throwAll(obstacles);
  return unasked;
}

/** What is there already gets its owner before all else: nobody else may look at its rows. */
function isTakenOver({ aspect, verb, after }: Action): boolean {
  return aspect === "owner" && verb === "alter" && after.length === 0;
}
