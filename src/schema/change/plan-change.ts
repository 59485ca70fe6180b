import { planDiff, type Diff, type Fact, type Model, type ReadOptions, type Renames } from "../../diff/index.ts";
import { AppError, type Position } from "../../errors/index.ts";
import { sql, type Transaction } from "../../postgres/index.ts";
import type { Desired } from "../desired/desired.ts";
import { readDeclaredLedger, type DeclaredLedger } from "./declared-ledger.ts";
import { driftOf, type Drift } from "./drift.ts";
import { handedOver } from "./handed-over.ts";
import { resolveIntent, type Intent } from "./intent.ts";
import { readLiveModel } from "./live-model.ts";
import { bystanders, questionsOf } from "./question.ts";
import { readReversed } from "./reversed.ts";
import { refuseTakeOver } from "./taken-over.ts";

/** What turns the live database into what the files say, and what has to be known first. */
export interface Change {
  readonly diff: Diff;
  readonly intent: Intent;
  readonly live: Model;
  /** What the files mean. */
  readonly wanted: Model;
  readonly questions: ReturnType<typeof questionsOf>;
  readonly drift: readonly Drift[];
  readonly isOwned: (fact: Fact) => boolean;
  /** Facts that stay other than the files have them: somebody else's, made or granted by hand. */
  readonly excused: readonly Fact[];
  /** The role that makes things: the owner. */
  readonly role: string;
}

/** What a change is planned from. */
export interface ChangeInput {
  readonly desired: Desired;
  readonly read: ReadOptions;
  /** The role that makes things: the owner. */
  readonly role: string;
  /** Keys of howdah.object, what files of functions/ made before schema/ was there. */
  readonly objects: ReadonlySet<string>;
}

/** What a database holds, and what of it files have made. */
export interface LiveState {
  readonly live: Model;
  readonly ledger: DeclaredLedger;
  /** Whoever is connected: what only a superuser may make belongs to it. */
  readonly admin: string;
}

/** Reads the database as it is now; as the owner, inside a transaction. */
export async function readLiveState(tx: Transaction, read: ReadOptions): Promise<LiveState> {
  const live = await readLiveModel(tx, read);
  return { live, ledger: await readDeclaredLedger(tx), admin: await readAdmin(tx) };
}

/** The role that has connected, whichever it acts as now. */
export async function readAdmin(tx: Transaction): Promise<string> {
  const [row] = await tx.query<{ name: string }>(sql`select session_user as name`);
  return row?.name ?? "";
}

/** Compares the database with the files; reads only. Throws WD415, WD460, WD467, WD468. */
export async function planChange({ live, ledger, admin }: LiveState, input: ChangeInput): Promise<Change> {
  const { desired, role } = input;
  refuseUnmodelled(desired, live);
  const { hints, sources } = desired;
  // The superuser of the scratch server stands for the one who applies.
  const wanted = handedOver(desired.model, desired.superuser, admin);
  const intent = resolveIntent(hints, live, wanted, {
    followed: ledger.followed,
    source: (file) => sources.get(file),
  });
  const renames = await reversedOf(input, { live, wanted, intent });
  const isOwned = (fact: Fact): boolean => !desired.migrationKeys.has(fact.key);
  const standing = underOldName(live);
  const diff = planDiff(live, wanted, {
    role,
    renames,
    using: intent.using,
    backfill: intent.backfill,
    owned: (fact) => isTheirs(standing(fact), { ledger, intent, objects: input.objects }),
    ownedPrivilege: (fact, item) => isGiven(ledger, standing(fact), item),
    leftAlone: (fact) => !isOwned(fact) && !ledger.owned.has(fact.key),
  });
  refuseTakeOver({
    ...{ live, wanted, diff, renames: intent.renames, isDeclared: isOwned },
    isTheirs: (fact) => isTheirs(fact, { ledger, intent, objects: input.objects }),
    origin: (key) => desired.origins.get(key),
    source: (file) => sources.get(file),
  });
  const asked = { ...intent, live, standing, origin: (key: string) => placeOf(desired.origins.get(key)) };
  const excused = [
    ...diff.unowned,
    ...diff.leftAlone,
    ...withForeignPrivileges(live, ledger).map((fact) => renamedBy(fact, diff)),
  ];
  return {
    diff,
    intent,
    live,
    wanted,
    isOwned,
    excused,
    role,
    questions: [...questionsOf(diff, asked), ...bystanders(diff, asked)],
    drift: driftOf(diff.unowned),
  };
}

/** The ledger knows things by the names that they had: a plan speaks of them as they are called behind all renames. */
function underOldName(live: Model): (fact: Fact) => Fact {
  const byAddress = new Map([...live.facts.values()].map((fact) => [`${fact.kind} ${fact.address}`, fact]));
  return (fact) => (live.facts.get(fact.key) === fact ? fact : (byAddress.get(`${fact.kind} ${fact.address}`) ?? fact));
}

function isTheirs(
  fact: Fact,
  { ledger, intent, objects }: { ledger: DeclaredLedger; intent: Intent; objects: ReadonlySet<string> },
): boolean {
  return ledger.owned.has(fact.key) || isInLedger(fact, objects) || intent.drops.has(fact.key);
}

function placeOf(origin: Position | undefined): Position | undefined {
  if (origin === undefined) return undefined;
  const { file, line, column } = origin;
  return { file, line, column };
}

async function reversedOf(
  { desired, read }: ChangeInput,
  { live, wanted, intent }: { readonly live: Model; readonly wanted: Model; readonly intent: Intent },
): Promise<Renames | undefined> {
  if (intent.renames.length === 0 && intent.labels.length === 0) return undefined;
  await using scratch = await desired.connect();
  return await readReversed(scratch, { live, wanted, intent, options: read });
}

/** Facts on which somebody has granted by hand. */
function withForeignPrivileges(live: Model, ledger: DeclaredLedger): readonly Fact[] {
  return [...live.facts.values()].filter(
    (fact) =>
      ledger.owned.has(fact.key) &&
      (fact.acl ?? []).some((item) => item.grantee !== fact.owner && !isGiven(ledger, fact, item)),
  );
}

/** The fact by the names that it, or its table, has from now on. */
function renamedBy(fact: Fact, { renamed }: Diff): Fact {
  return renamed.reduce((now, { from, to }) => {
    if (fact.key === from.key) return { ...now, schema: to.schema, relation: to.relation, name: to.name };
    const isWithin = from.relation === null && fact.relation === from.name && fact.schema === from.schema;
    return isWithin ? { ...now, schema: to.schema, relation: to.name } : now;
  }, fact);
}

function isGiven(ledger: DeclaredLedger, fact: Fact, item: { grantee: string; privilege: string }): boolean {
  const given = ledger.owned.get(fact.key);
  if (given === undefined) return false;
  return (given ?? []).some((other) => other.grantee === item.grantee && other.privilege === item.privilege);
}

/** howdah.object says `routine public.sign(text,text)`, facts say `function public.sign(text, text)`. */
export function isInLedger(fact: Fact, objects: ReadonlySet<string>): boolean {
  const name = fact.key.slice(fact.kind.length + 1).replaceAll(", ", ",");
  switch (fact.kind) {
    case "function":
    case "procedure":
    case "aggregate":
      return objects.has(`routine ${name}`);
    case "view":
    case "materialized view":
    case "index":
      return objects.has(`relation ${name}`);
    case "trigger":
    case "policy":
      return objects.has(`${fact.kind} ${fact.name} on ${fact.schema}.${fact.relation}`);
    default:
      return false;
  }
}

/** What a migration made stands in the live database as well, and is not declared. */
function refuseUnmodelled({ model }: Desired, live: Model): void {
  const declared = model.unmodelled.filter((line) => !live.unmodelled.includes(line));
  if (declared.length === 0) return;
  throw new AppError("WD468", "schema/ makes something that howdah can't compare", {
    detail: declared.join("\n"),
    hint: "make it in a migration",
  });
}
