import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { certificate, compareCertificates, type Comparison } from "../../src/diff/certificate.ts";
import {
  planDiff,
  readModel,
  renameStatements,
  type Action,
  type Fact,
  type Model,
  type PlanOptions,
  type ReadOptions,
  type Renames,
} from "../../src/diff/index.ts";
import { observeAhead, observeFrom } from "../../src/diff/observe-again.ts";
import { differences, observe, type Difference, type Observation } from "../../src/diff/observe.ts";
import type { Connection, Transaction } from "../../src/postgres/index.ts";
import { testServer } from "./database.ts";
import { applyActions, messageOf } from "./apply-actions.ts";
import { liveDatabase } from "./live-database.ts";
import { prepared } from "./prepared.ts";
import { columnDigests } from "./row-digest.ts";
import { inScratch } from "./scratch-database.ts";

/** Two states of a schema, the way from the one to the other, and what is expected of it. */
export interface SchemaPair {
  /** SQL of the database that is changed. */
  readonly before: string;
  /** Rows for it. */
  readonly data?: string | undefined;
  /** SQL of what is wanted. */
  readonly after: string;
  readonly expect?: Expectation | undefined;
  /** Keys of facts before and after: what a hint would say. */
  readonly renames?: readonly { readonly from: string; readonly to: string }[] | undefined;
  /** By column key: `column public.account.age` → SQL. */
  readonly using?: Readonly<Record<string, string>> | undefined;
  readonly backfill?: Readonly<Record<string, string>> | undefined;
  readonly options?: Omit<PlanOptions, "using" | "backfill" | "renames"> | undefined;
  readonly read?: ReadOptions | undefined;
}

/** What is to be true afterwards, besides that nothing differs, that a second plan is empty and that rows are kept. */
export interface Expectation {
  /** Tables (names before, as Postgres writes them) whose rows must not have been written anew. */
  readonly untouched?: readonly string[] | undefined;
  /** Tables whose rows may be lost, and sequences that may start again. */
  readonly lost?: readonly string[] | undefined;
  /** Columns (`public.account.age`) whose values may change. */
  readonly changed?: readonly string[] | undefined;
  /** Boolean SQL expressions that must be true. */
  readonly checks?: readonly string[] | undefined;
  /** What must be found in the statements, or must not. */
  readonly plan?: readonly RegExp[] | undefined;
  readonly never?: readonly RegExp[] | undefined;
  /** How many actions there are; 0: the two are the same. */
  readonly actions?: number | undefined;
}

/** What the way was, and the database at its end. */
export interface Passage {
  readonly actions: readonly Action[];
  readonly statements: readonly string[];
  /** The database that was changed, open until the test ends. */
  readonly connection: Connection;
  readonly rows: Comparison;
  rowsOf<Row extends object>(query: string): Promise<readonly Row[]>;
}

/**
 * Makes both databases, plans the way from the first to the second, goes it, and asserts that it arrived: an observer
 * that shares nothing with the engine finds no difference, a second plan is empty, rows are kept, sequences go on.
 */
export async function schemaPair(t: TestContext, pair: SchemaPair): Promise<Passage> {
  return (await goForward(t, pair)).passage;
}

/** The same, and back again: from what came of it to what there was. Hints are for the way forward alone. */
export async function schemaPairBothWays(
  t: TestContext,
  pair: SchemaPair,
  back: Pick<SchemaPair, "expect" | "using" | "backfill"> = {},
): Promise<{ readonly forward: Passage; readonly backward: Passage }> {
  const { passage: forward, origin, reached } = await goForward(t, pair);
  const home = {
    ...pair,
    ...{ expect: undefined, using: undefined, backfill: undefined, renames: undefined },
    ...back,
  };
  const { passage: backward } = await pass({ pair: home, live: forward.connection, from: reached, target: origin });
  return { forward, backward };
}

/** Asserts that there is no plan from the first to the second: that planning ends with an error of that code. */
export async function schemaPairRefused(t: TestContext, pair: SchemaPair, code: string): Promise<void> {
  const { from, target, renames } = await setUp(t, pair);
  assert.throws(() => planDiff(from.model, target.model, { ...optionsOf(pair), ...hintsOf(pair, renames) }), { code });
}

type Reads = Pick<Transaction, "query" | "execute">;

/** One state: as the engine reads it, and as the observer does. */
interface State {
  readonly model: Model;
  readonly seen: Observation;
}

interface Arrival {
  readonly passage: Passage;
  readonly reached: State;
}

async function goForward(t: TestContext, pair: SchemaPair): Promise<Arrival & { readonly origin: State }> {
  const step = await setUp(t, pair);
  return { origin: step.from, ...(await pass(step)) };
}

async function setUp(t: TestContext, pair: SchemaPair): Promise<Step> {
  const wanted = await readWanted(pair);
  const live = await liveDatabase(t);
  assert.deepEqual(wanted.target.model.unmodelled, [], "the engine has no kind for");
  await run(live, "before", pair.before);
  await run(live, "data", pair.data ?? "");
  return { pair, live, from: await live.transaction((tx) => readState(prepared(tx, live), pair.read)), ...wanted };
}

/** What is wanted, read in a database where it is taken back again. */
async function readWanted(
  pair: SchemaPair,
): Promise<{ readonly target: State; readonly renames: Renames | undefined }> {
  return await inScratch(async (tx, session) => {
    await run(tx, "after", pair.after);
    const target = await readState(prepared(tx, session), pair.read);
    return { target, renames: await renamesOf(tx, target.model, pair) };
  });
}

async function run(on: Pick<Transaction, "execute">, section: string, text: string): Promise<void> {
  try {
    if (text.trim() !== "") await on.execute(text);
  } catch (error) {
    throw new Error(`the pair itself is wrong: ${section}: ${messageOf(error)}\n${text}`, { cause: error });
  }
}

async function readState(tx: Reads, options: ReadOptions = {}): Promise<State> {
  return { seen: await observe(tx, { leaveOut: options.leaveOut }), model: await readModel(tx, options) };
}

/** The wanted schema with the renames undone, read in its own database; nothing else is read there afterwards. */
async function renamesOf(tx: Transaction, model: Model, pair: SchemaPair): Promise<Renames | undefined> {
  const { renames: pairs } = pair;
  if (pairs === undefined || pairs.length === 0) return undefined;
  const facts = pairs.map(({ from, to }) => {
    const after = model.facts.get(to);
    assert.ok(after, `nothing is called ${to}`);
    return { from: after, to: { ...after, ...identityOf(from, after) } };
  });
  for (const statement of renameStatements(newOnes(model, pairs))) await tx.execute(statement);
  for (const statement of renameStatements(facts)) await tx.execute(statement);
  return { pairs, reversed: await readModel(tx, pair.read) };
}

/** What is new under the name that something renamed had: it makes room. */
function newOnes(model: Model, pairs: Renames["pairs"]): readonly { readonly from: Fact; readonly to: Fact }[] {
  return pairs.flatMap(({ from }) => {
    const taker = pairs.some(({ to }) => to === from) ? undefined : model.facts.get(from);
    return taker === undefined ? [] : [{ from: taker, to: { ...taker, name: `${taker.name}__new` } }];
  });
}

/** Names in hints are plain: `column public.account.email`, `table public.account`. */
function identityOf(key: string, like: Fact): object {
  const path = [
    ...key
      .slice(like.kind.length + 1)
      .replace(/\(.*\)$/s, "")
      .matchAll(/"((?:[^"]|"")*)"|([^.]+)/g),
  ];
  const names = path.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
  const name = names.at(-1) ?? "";
  if (like.schema === null) return { key, name };
  return like.relation === null
    ? { key, name, schema: names[0] ?? "" }
    : { key, name, schema: names[0] ?? "", relation: names[1] ?? "" };
}

interface Step {
  readonly pair: SchemaPair;
  readonly live: Connection;
  readonly from: State;
  readonly target: State;
  readonly renames?: Renames | undefined;
}

async function pass({ pair, live, from, target, renames }: Step): Promise<Arrival> {
  const { expect = {}, read } = pair;
  const before = await live.transaction((tx) => measure(prepared(tx, live)));
  const { actions } = planDiff(from.model, target.model, { ...optionsOf(pair), ...hintsOf(pair, renames) });
  const statements = actions.flatMap((action) => action.statements);
  const ahead = await live.transaction((tx) => observeAhead(prepared(tx, live), { leaveOut: read?.leaveOut }));
  await applyActions(live, actions);
  const again = await live.transaction((tx) => observeFrom(prepared(tx, live), ahead, { leaveOut: read?.leaveOut }));
  const [reached, after] = await live.transaction(async (tx) => {
    const reads = prepared(tx, live);
    return [await readState(reads, read), await measure(reads)] as const;
  });
  const shown = `\n-- the plan:\n${statements.map((statement) => `${statement};`).join("\n")}`;
  assertArrived(differences(reached.seen, target.seen), shown);
  assert.deepEqual(
    differences(again.seen, reached.seen),
    [],
    `what a second look at the changed alone overlooks${shown}`,
  );
  assertNothingLeft(planDiff(reached.model, target.model, optionsOf(pair)).actions, shown);
  const rows = compareCertificates(before.rows, after.rows, tableNames(renames));
  assertKept(rows, expect, shown);
  assertValues(before.values, after.values, expect, shown);
  assertExpected(expect, actions, statements.join(";\n"));
  await assertChecks(live, expect, shown);
  const rowsOf = <Row extends object>(text: string): Promise<readonly Row[]> => live.query<Row>({ text, values: [] });
  return { reached, passage: { actions, statements, connection: live, rows, rowsOf } };
}

function optionsOf(pair: SchemaPair): PlanOptions {
  return { role: testServer().user, ...pair.options };
}

function hintsOf(pair: SchemaPair, renames: Renames | undefined): Pick<PlanOptions, "renames" | "using" | "backfill"> {
  return { renames, using: toMap(pair.using), backfill: toMap(pair.backfill) };
}

function toMap(record: Readonly<Record<string, string>> | undefined): ReadonlyMap<string, string> {
  return new Map(Object.entries(record ?? {}));
}

interface Measure {
  readonly rows: Awaited<ReturnType<typeof certificate>>;
  readonly values: ReadonlyMap<string, string>;
}

async function measure(tx: Reads): Promise<Measure> {
  return { rows: await certificate(tx, { count: "all" }), values: await columnDigests(tx) };
}

function assertArrived(rest: readonly Difference[], shown: string): void {
  const lines = rest.map(
    ({ object, before, after }) =>
      `  ${object}\n    is      ${before ?? "missing"}\n    should be ${after ?? "missing"}`,
  );
  assert.equal(rest.length, 0, `the observer finds differences:\n${lines.join("\n")}${shown}`);
}

function assertNothingLeft(actions: readonly Action[], shown: string): void {
  const rest = actions.flatMap((action) => action.statements);
  assert.deepEqual(rest, [], `the second plan is not empty${shown}`);
}

function assertKept(rows: Comparison, expect: Expectation, shown: string): void {
  const lost = new Set(expect.lost ?? []);
  const fewer = rows.rewritten.filter(({ name, equal }) => equal !== true && !lost.has(name));
  assert.deepEqual(fewer, [], `rows are lost${shown}`);
  const back = rows.back.filter(({ name }) => !lost.has(name));
  assert.deepEqual(back, [], `sequences go back${shown}`);
  const touched = (expect.untouched ?? []).filter((name) => !rows.untouched.includes(name));
  assert.deepEqual(touched, [], `rows are written anew${shown}`);
}

/** Columns that keep name and type keep their values. */
function assertValues(before: Measure["values"], after: Measure["values"], expect: Expectation, shown: string): void {
  const may = new Set([...(expect.changed ?? []), ...(expect.lost ?? [])]);
  const mayChange = (column: string): boolean =>
    [...may].some((name) => column === name || column.startsWith(`${name}.`) || column.startsWith(`${name} `));
  const changed = [...before].flatMap(([column, digest]) => {
    const now = after.get(column);
    return now === undefined || now === digest || mayChange(column) ? [] : [column];
  });
  assert.deepEqual(changed, [], `values are changed${shown}`);
}

function assertExpected(expect: Expectation, actions: readonly Action[], text: string): void {
  for (const pattern of expect.plan ?? []) assert.match(text, pattern);
  for (const pattern of expect.never ?? []) assert.doesNotMatch(text, pattern);
  if (expect.actions !== undefined) assert.equal(actions.length, expect.actions, `another number of actions:\n${text}`);
}

async function assertChecks(live: Connection, expect: Expectation, shown: string): Promise<void> {
  for (const check of expect.checks ?? []) {
    const [row] = await live.query<{ holds: boolean | null }>({ text: `select (${check}) as holds`, values: [] });
    assert.equal(row?.holds, true, `does not hold: ${check}${shown}`);
  }
}

function tableNames(renames: Renames | undefined): ReadonlyMap<string, string> {
  const bare = (key: string): string => key.replace(/^[a-z ]+ (?=["\w])/, "");
  return new Map((renames?.pairs ?? []).map(({ from, to }) => [bare(from), bare(to)]));
}
