import { differences, observe, observeAgain, type Difference, type Fact, type Watched } from "../../diff/index.ts";
import { AppError } from "../../errors/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import type { Desired } from "../desired/desired.ts";
import { asAdmin } from "./as-admin.ts";
import type { Change } from "./plan-change.ts";
import type { OnlineStep } from "./step.ts";
import type { Proof } from "./touched-by.ts";
import { wantedObservation, wantedOf } from "./wanted-observation.ts";

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
    only,
  }: {
    readonly desired: Desired;
    readonly change: Change;
    readonly admin: string;
    /** Steps that are still to come: what they are for is not there yet. */
    readonly later: readonly OnlineStep[];
    /** The database before the change, where it was observed. */
    readonly ahead?: Watched | undefined;
    /** What has to be right, where no more than a part of the schema is there. */
    readonly only?: Proof | undefined;
  },
): Promise<void> {
  const { leaveOut } = desired;
  const now = await asAdmin(tx, async () =>
    ahead === undefined ? observe(tx, { leaveOut }) : observeAgain(tx, ahead),
  );
  const wanted = await (only === undefined ? wantedObservation(desired, admin) : wantedOf(desired, admin, only.wanted));
  const pending = new Set(later.map((step) => step.object));
  const unfinished = [...desired.model.facts.values()].filter((fact) => pending.has(fact.key));
  const isExcused = speakingOf([...change.excused, ...unfinished]);
  const isMeant = only === undefined ? () => true : speakingOf(only.meant);
  const left = differences(now, wanted).filter(
    (difference) =>
      // What should not be there at all is wrong wherever it is.
      (difference.after === undefined || isMeant(difference)) && !isHidden(difference) && !isExcused(difference),
  );
  if (left.length === 0) return;
  throw new AppError("WD465", "the database would not be what the files say", {
    detail: left.map(lineOf).slice(0, 20).join("\n"),
    hint: "make this change in a migration, and report it: howdah plan --sql shows what was tried",
  });
}

/** Tells what is said of these facts; there may be a hundred thousand of them, and as many differences. */
function speakingOf(facts: readonly Fact[]): (difference: Difference) => boolean {
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
