import {
  differences,
  observe,
  observeAgain,
  type Difference,
  type Fact,
  type Observation,
  type Watched,
} from "../../diff/index.ts";
import { AppError } from "../../errors/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import type { Desired } from "../desired/desired.ts";
import { asAdmin } from "./as-admin.ts";
import { lookAt } from "./looked-at.ts";
import type { Change } from "./plan-change.ts";
import type { OnlineStep } from "./step.ts";
import { rolledBack } from "./reversed.ts";

/**
 * Reads the changed database by means that share nothing with the engine's, and throws WD465 unless it is what the files
 * mean; what nobody owns and what was granted by hand is excused.
 */
export async function verifyChange(
  tx: Transaction,
  {
    desired,
    change,
    admin,
    later,
    ahead,
  }: {
    readonly desired: Desired;
    readonly change: Change;
    readonly admin: string;
    /** Steps that are still to come: what they are for is not there yet. */
    readonly later: readonly OnlineStep[];
    /** The database before the change, where it was observed. */
    readonly ahead?: Watched | undefined;
  },
): Promise<void> {
  const { leaveOut } = desired;
  const now = await asAdmin(tx, async () =>
    ahead === undefined ? observe(tx, { leaveOut }) : observeAgain(tx, ahead),
  );
  const wanted = await wantedObservation(desired, admin);
  const pending = new Set(later.map((step) => step.object));
  const unfinished = [...desired.model.facts.values()].filter((fact) => pending.has(fact.key));
  const isExcused = excuseFor([...change.excused, ...unfinished]);
  const left = differences(now, wanted).filter((difference) => !isHidden(difference) && !isExcused(difference));
  if (left.length === 0) return;
  throw new AppError("WD465", "the database would not be what the files say", {
    detail: left.map(lineOf).slice(0, 20).join("\n"),
    hint: "make this change in a migration, and report it: howdah plan --sql shows what was tried",
  });
}

let last: { readonly of: string; readonly seen: Promise<Observation> } | undefined;

/** What the files mean, seen by the observer: read once for as long as this process lives, since it never changes. */
export function wantedObservation(desired: Desired, admin: string): Promise<Observation> {
  const of = `${desired.hash} ${admin}`;
  if (last?.of === of) return last.seen;
  const seen = observeWanted(desired, admin);
  last = { of, seen };
  // One that failed is tried again.
  seen.catch(() => {
    if (last?.seen === seen) last = undefined;
  });
  return seen;
}

async function observeWanted(desired: Desired, admin: string): Promise<Observation> {
  await using scratch = await desired.connect();
  const { seen } = await rolledBack(scratch, async (tx) => lookAt(tx, { leaveOut: desired.leaveOut }));
  return new Map([...seen].map(([object, value]) => [object, inHandsOf(value, desired.superuser, admin)]));
}

/** As an owner, and as who holds privileges. */
function inHandsOf(value: string, from: string, to: string): string {
  if (from === to) return value;
  const holder = (role: string): string => (/^\w+$/.test(role) ? role : `"${role.replaceAll('"', '""')}"`);
  const start = (text: string): string => JSON.stringify(text).slice(0, -1);
  return value
    .replaceAll(JSON.stringify(from), JSON.stringify(to))
    .replaceAll(start(`${holder(from)}=`), start(`${holder(to)}=`));
}

/** Tells what is said of these facts; there may be a hundred thousand of them, and as many differences. */
function excuseFor(facts: readonly Fact[]): (difference: Difference) => boolean {
  const outside = facts.filter(({ schema }) => schema === null);
  const within = facts.filter(({ schema }) => schema !== null).flatMap(pathsOf);
  const byLast = Map.groupBy(within, (path) => path.at(-1) ?? "");
  return (difference) => {
    const { object } = difference;
    const names = namesIn(`${object} ${tableOf(difference)}`);
    const isNamed = [...names].some((name) => byLast.get(name)?.some((path) => path.every((part) => names.has(part))));
    // Observers and facts name what lives in no schema each in their own way.
    return isNamed || outside.some(({ relation, name }) => object.includes(relation ?? "") && object.includes(name));
  };
}

/** Of an index: a partition that nobody declares gets its share of each index, under a name that Postgres finds. */
function tableOf({ object, before }: Difference): string {
  if (!object.startsWith("index ") || before?.startsWith("{") !== true) return "";
  const { definition } = JSON.parse(before) as { readonly definition?: unknown };
  return / ON (?:ONLY )?((?:"[^"]*"|[^\s"])+)/.exec(String(definition))?.[1] ?? "";
}

/** All names that stand in a line, without their quotes: a table `t` says nothing of `table public.u`. */
function namesIn(object: string): ReadonlySet<string> {
  const written = object.match(/"(?:[^"]|"")*"|[^\s".,()[\]]+/g) ?? [];
  return new Set(written.map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name)));
}

/** How an observer can come to speak of a fact: all names of one path. */
function pathsOf({ kind, schema, relation, name, props }: Fact): readonly (readonly string[])[] {
  const path = (...names: readonly (string | null)[]): readonly string[] => names.filter((part) => part !== null);
  switch (kind) {
    // Indexes bear names of their own among relations, those of constraints too.
    case "index":
    case "constraint":
      return [path(schema, relation, name), path(schema, name)];
    case "identity":
      return [path(schema, relation, name), path(schema, String(props["sequence"]))];
    case "inheritance":
      return [path(schema, relation)];
    case "range":
      return [path(schema, name), path(...multirangeOf(props))];
    default:
      return [path(schema, relation, name)];
  }
}

function multirangeOf(props: Fact["props"]): readonly string[] {
  const { schema, name } = props["multirange"] as { readonly schema: string; readonly name: string };
  return [schema, name];
}

/** Options of user mappings, which only some may see: they hold passwords. */
const secret = /^user mapping .* \(options\)$/;

function isHidden({ object, before }: Difference): boolean {
  return before === undefined && secret.test(object);
}

function lineOf({ object, before, after }: Difference): string {
  if (object.startsWith("user mapping ")) return `${object}: otherwise than in the files`;
  return `${object}: ${before ?? "missing"} instead of ${after ?? "nothing"}`;
}
