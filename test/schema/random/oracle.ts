import { AppError } from "../../../src/errors/index.ts";
import { certificate, compareCertificates, type Certificate } from "../../../src/diff/certificate.ts";
import { planDiff, readModel, type Action, type Model } from "../../../src/diff/index.ts";
import { differences, observe, type Observation } from "../../../src/diff/observe.ts";
import { StatementError, type Connection, type Transaction } from "../../../src/postgres/index.ts";
import { columnDigests } from "../../support/row-digest.ts";
import { applyActions } from "../../support/apply-actions.ts";
import { prepared } from "../../support/prepared.ts";
import type { RandomPair } from "./arbitrary.ts";
import { lostUnsaid } from "./loss.ts";

/** What came of one pair. */
export type Outcome =
  | { readonly kind: "identical"; readonly actions: number }
  /** Said aloud before anything was changed: by the planner, or by a probe of the data. */
  | { readonly kind: "refused"; readonly cause: string; readonly detail: string }
  /** A statement of the plan failed: loud, and rolled back. */
  | { readonly kind: "failed"; readonly cause: string; readonly detail: string }
  /** Nobody said that something differs, or is lost. */
  | { readonly kind: "silent"; readonly cause: string; readonly detail: string }
  /** Postgres refuses the pair itself. */
  | { readonly kind: "invalid"; readonly cause: string; readonly detail: string };

/** Two databases that are empty before and after each pair. */
export interface Laboratory {
  readonly live: Connection;
  readonly wanted: Connection;
  readonly role: string;
}

type Reads = Pick<Transaction, "query" | "execute">;

interface State {
  readonly model: Model;
  readonly seen: Observation;
}

interface Held {
  readonly rows: Certificate;
  readonly values: ReadonlyMap<string, string>;
}

/** Goes from the one state to the other, and looks with eyes that share nothing with the planner's. */
export async function judge(pair: RandomPair, laboratory: Laboratory): Promise<Outcome> {
  const { live, wanted } = laboratory;
  const target = await attempt(() => readWanted(wanted, pair.after));
  if (target instanceof Error) return outcome("invalid", target, pair.after);
  const made = await attempt(() => live.execute(pair.before));
  if (made instanceof Error) return outcome("invalid", made, pair.before);
  const filled = await attempt(() => live.execute(pair.data));
  if (filled instanceof Error) return outcome("invalid", filled, pair.data);
  return await goTo(target, laboratory);
}

async function goTo(target: State, { live, role }: Laboratory): Promise<Outcome> {
  const [from, before] = await live.transaction(async (tx) => {
    const reads = prepared(tx, live);
    return [await readModel(reads), await hold(reads)] as const;
  });
  const plan = await attempt(() => planDiff(from, target.model, { role }).actions);
  if (plan instanceof Error) return refusal(plan);
  const objection = await attempt(() => objectionOf(live, plan));
  if (objection instanceof Error) return outcome("failed", objection, shown(plan), "a probe fails: ");
  if (objection !== undefined) return { kind: "refused", cause: `probe: ${objection.what}`, detail: objection.message };
  const applied = await attempt(() => applyActions(live, plan));
  if (applied instanceof Error) return outcome("failed", applied, "");
  const [reached, after] = await live.transaction(async (tx) => {
    const reads = prepared(tx, live);
    return [await readState(reads), await hold(reads)] as const;
  });
  const again = await attempt(() => planDiff(reached.model, target.model, { role }).actions);
  const wrong =
    differing(reached.seen, target.seen) ??
    leftOver(again) ??
    lostUnsaid(plan, from, target.model, changes(before, after));
  if (wrong !== undefined) return { kind: "silent", cause: wrong.cause, detail: `${wrong.detail}\n${shown(plan)}` };
  return { kind: "identical", actions: plan.length };
}

function refusal(error: Error): Outcome {
  const isSaid = error instanceof AppError;
  return {
    kind: isSaid && error.code !== "WD460" ? "refused" : "failed",
    cause: isSaid ? `${error.code} ${error.message}` : error.message,
    detail: isSaid ? (error.detail ?? "") : (error.stack ?? ""),
  };
}

function outcome(kind: "invalid" | "failed", error: Error, context: string, prefix = ""): Outcome {
  return { kind, cause: prefix + causeOf(error), detail: `${error.message}\n${context}` };
}

/** The message without the names in it: defects of one cause are counted together. */
export function causeOf(error: Error): string {
  const first = error.message.split("\n")[0] ?? "";
  const message = error instanceof StatementError ? error.message : first;
  return message
    .replaceAll(/"(?:[^"]|"")*"/g, "…")
    .replaceAll(/'(?:[^']|'')*'/g, "…")
    .slice(0, 120);
}

async function attempt<T>(work: () => T | Promise<T>): Promise<T | Error> {
  try {
    return await work();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function readWanted(connection: Connection, after: string): Promise<State> {
  const states: State[] = [];
  const takenBack = new Error("taken back");
  try {
    await connection.transaction(async (tx) => {
      await tx.execute(after);
      states.push(await readState(prepared(tx, connection)));
      throw takenBack;
    });
  } catch (error) {
    if (error !== takenBack) throw error;
  }
  return states[0] as State;
}

async function readState(tx: Reads): Promise<State> {
  const state = { seen: await observe(tx), model: await readModel(tx) };
  if (state.model.unmodelled.length > 0) throw new Error(`no kind for ${state.model.unmodelled.join(", ")}`);
  return state;
}

async function hold(tx: Reads): Promise<Held> {
  return { rows: await certificate(tx, { count: "all" }), values: await columnDigests(tx) };
}

/** Tables that hold fewer rows or more, columns that hold other values, sequences that go back. */
function changes(before: Held, after: Held): readonly string[] {
  const { rewritten, back } = compareCertificates(before.rows, after.rows);
  return [
    ...rewritten.filter(({ equal }) => equal !== true).map(({ name }) => name),
    ...back.map(({ name }) => name),
    ...[...before.values].flatMap(([column, digest]) => {
      const now = after.values.get(column);
      return now === undefined || now === digest ? [] : [column];
    }),
  ];
}

async function objectionOf(live: Connection, plan: readonly Action[]): Promise<Action["probes"][number] | undefined> {
  for (const probe of plan.flatMap(({ probes }) => probes)) {
    const rows = await live.query({ text: probe.sql, values: [] });
    if (rows.length > 0) return probe;
  }
  return undefined;
}

interface Wrong {
  readonly cause: string;
  readonly detail: string;
}

function differing(is: Observation, wanted: Observation): Wrong | undefined {
  const [first, ...others] = differences(is, wanted);
  if (first === undefined) return undefined;
  const property = /\(\w+\)$/.exec(first.object)?.[0] ?? "";
  return {
    cause: `observer: ${first.object.split(/ (?=[\w"]+\.|")/)[0] ?? ""} ${property}`,
    detail: [first, ...others].map((one) => `${one.object}: is ${one.before}, should be ${one.after}`).join("\n"),
  };
}

function leftOver(again: readonly Action[] | Error): Wrong | undefined {
  if (again instanceof Error) return { cause: `second plan: ${again.message}`, detail: "" };
  const [first] = again;
  if (first === undefined) return undefined;
  const fact = first.to ?? first.from;
  return { cause: `second plan: ${first.verb} ${fact?.kind ?? ""} ${first.aspect}`, detail: shown(again) };
}

function shown(plan: readonly Action[]): string {
  return plan.flatMap(({ id, statements }) => [`-- ${id}`, ...statements.map((each) => `${each};`)]).join("\n");
}
