import { ident, type Action, type Diff, type Fact, type Loss, type Model } from "../../diff/index.ts";
import type { Position } from "../../errors/index.ts";
import { StatementError, type Transaction } from "../../postgres/index.ts";
import { dropHint, nameIn, nounOf } from "./drop-hint.ts";
import { objectName } from "./object-name.ts";
import type { StandingNames } from "./standing-names.ts";

/** Something that the files don't say and that nobody but their author knows. */
export interface Question {
  readonly kind: "rename" | "loss";
  readonly what: Loss["what"] | "bystander";
  /** What would happen: `column public.account.name would be dropped`. */
  readonly message: string;
  /** Rows or values that would go; undefined where it was not counted. */
  readonly count: number | undefined;
  /** The same in words: `3 values would go`. */
  readonly amount: string | undefined;
  readonly answers: readonly Answer[];
}

/** One way to answer: a hint, and where it is to be written. */
export interface Answer {
  readonly label: string;
  /** The line to be written: `-- @renamed from=name`. */
  readonly hint: string;
  /** Before this line of this file; at the end of schema/hints.sql where undefined. */
  readonly at: Position | undefined;
  /** The same with the name of what it is about: it may stand anywhere in schema/. */
  readonly anywhere: string;
}

/** A question that is yet to be counted. */
type Uncounted = Question & { readonly query: string | undefined };

/** Fills in how many rows or values each question is about; as a role that may read them. */
export async function counted(
  tx: Pick<Transaction, "query" | "execute" | "savepoint">,
  questions: readonly Uncounted[],
  names: StandingNames,
): Promise<readonly Question[]> {
  const done: Question[] = [];
  for (const { query, ...question } of questions) {
    const count = query === undefined ? undefined : await countOf(tx, names(query));
    done.push({ ...question, count, amount: count === undefined ? undefined : amountOf(question.what, count) });
  }
  return done;
}

/** How long one count may take: seconds. */
const countSeconds = 20;

/** Undefined too where it can't be told within that time. */
async function countOf(
  tx: Pick<Transaction, "query" | "execute" | "savepoint">,
  query: string,
): Promise<number | undefined> {
  try {
    return await tx.savepoint(async () => {
      await tx.execute(`set local statement_timeout = '${countSeconds}s'`);
      const [row] = await tx.query<{ count: string | number }>({ text: query, values: [] });
      await tx.execute("set local statement_timeout = 0");
      return row === undefined ? undefined : Number(row.count);
    });
  } catch (error) {
    if (error instanceof StatementError) return undefined;
    throw error;
  }
}

const rowsOf: ReadonlySet<Question["what"]> = new Set(["table", "partition", "materialized view"]);

function amountOf(what: Question["what"], count: number): string {
  if (count === 0) return what === "narrowing" ? "no value would change" : "nothing is in it";
  const noun = `${rowsOf.has(what) ? "row" : "value"}${count === 1 ? "" : "s"}`;
  return `${count} ${noun} would ${what === "narrowing" ? "not fit" : "go"}`;
}

/** What is asked: for each loss without a hint, whether it is one, or a rename of something that is new. */
export function questionsOf(diff: Diff, asked: Asked): readonly Uncounted[] {
  return diff.actions.flatMap((action) => {
    const { loss, from } = action;
    if (loss === undefined || from === undefined || isAllowed(action, asked)) return [];
    const candidates = loss.what === "narrowing" ? [] : candidatesFor(action, diff);
    return [questionOf(action, candidates, asked)];
  });
}

/** What Postgres drops along with a column without a word. */
const silent: ReadonlySet<Fact["kind"]> = new Set(["index", "constraint", "statistics"]);

/** What somebody made by hand is not dropped without a word of consent, not even along with a column that goes. */
export function bystanders(
  { actions, unowned }: Diff,
  { live, standing }: Pick<Asked, "live" | "standing">,
): readonly Uncounted[] {
  const gone = new Set(
    actions.flatMap(({ verb, from }) => (verb === "drop" && from?.kind === "column" ? [standing(from).key] : [])),
  );
  if (gone.size === 0) return [];
  return unowned.flatMap((fact) => {
    const column = [...(live.needs.get(standing(fact).key) ?? [])].find((key) => gone.has(key));
    const hint = dropHint(fact);
    if (column === undefined || hint === undefined || !silent.has(fact.kind)) return [];
    const answer = { label: `it may go with ${column}`, hint, at: undefined, anywhere: hint };
    const message = `${objectName(fact)}, which is in no file, would be dropped with ${column}`;
    return [{ ...bystander, message, answers: [answer] }];
  });
}

const bystander = { kind: "loss", what: "bystander", count: undefined, amount: undefined, query: undefined } as const;

/** What a question is judged by. */
export interface Asked {
  readonly drops: ReadonlySet<string>;
  readonly using: ReadonlyMap<string, string>;
  /** Where a wanted fact is written. */
  readonly origin: (key: string) => Position | undefined;
  /** The live database before any rename: hints may use these names as well. */
  readonly live: Model;
  readonly standing: (fact: Fact) => Fact;
}

function isAllowed({ loss, from }: Action, { drops, using, standing }: Asked): boolean {
  if (loss === undefined || from === undefined) return true;
  if (loss.what === "narrowing") return using.has(`column ${loss.name}`);
  if (loss.what === "label") return drops.has(`label ${loss.name}`);
  const names = [from.key, standing(from).key].flatMap((key) => [key, key.replace(/\(.*\)$/, "")]);
  return [...names, `${loss.what} ${loss.name}`].some((name) => drops.has(name));
}

/** New facts that the lost one may have become: of its kind, at its place. */
function candidatesFor(action: Action, diff: Diff): readonly Fact[] {
  const lost = action.from;
  if (lost === undefined || action.verb !== "drop") return [];
  const made = diff.actions.flatMap((other) =>
    other.verb === "create" && other.to !== undefined ? [other.to, ...other.inlined] : [],
  );
  return made.filter(
    (fact) =>
      fact.kind === lost.kind &&
      fact.schema === lost.schema &&
      fact.relation === lost.relation &&
      fact.parent === lost.parent,
  );
}

function questionOf(action: Action, candidates: readonly Fact[], asked: Asked): Uncounted {
  const { loss, from, to } = action;
  if (loss === undefined || from === undefined) throw new TypeError("a question without a loss");
  const base = { what: loss.what, count: undefined, amount: undefined, query: loss.count };
  if (loss.what === "narrowing") return { ...base, ...narrowing(loss, to ?? from, asked) };
  const renames = candidates.map((fact) => ({
    label: `it is ${fact.name} now: keep the data`,
    hint: `-- @renamed from=${ident(from.name)}`,
    at: asked.origin(fact.key),
    anywhere: `-- @renamed ${nounOf(fact)} ${nameIn(fact)} from=${ident(from.name)}`,
  }));
  const hint = `-- @drop ${loss.what === "label" ? "label" : nounOf(from)} ${loss.name}`;
  const drop = { label: "drop it with its data", hint, at: undefined, anywhere: hint };
  const kind = renames.length > 0 ? "rename" : "loss";
  return { ...base, kind, message: `${loss.what} ${loss.name} would be dropped`, answers: [...renames, drop] };
}

function narrowing(
  { name }: Loss,
  changed: Fact,
  { origin, live }: Asked,
): Omit<Question, "what" | "count" | "amount"> {
  const key = `column ${name}`;
  // It may be the type of a column that changes.
  const column = changed.kind === "column" ? changed : (live.facts.get(key) ?? changed);
  // Written out, the cast cuts and rounds; Postgres alone would refuse what does not fit.
  const expression = `${ident(column.name)}::${String(column.props["type"])}`;
  const answer = {
    label: "convert each value by this expression",
    hint: `-- @using ${expression}`,
    at: origin(key),
    anywhere: `-- @using column ${name} ${expression}`,
  };
  return { kind: "loss", message: `column ${name} would be narrowed`, answers: [answer] };
}
