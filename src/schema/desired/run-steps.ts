import type { AppError } from "../../errors/index.ts";
import { StatementError, type Transaction } from "../../postgres/index.ts";
import { settingsText, sqlstateOf, type SessionSettings } from "../session.ts";
import { statementError } from "../statement-error.ts";
import { throwAll } from "../throw-all.ts";
import { tokens } from "../token.ts";
import type { FileSession } from "./file-session.ts";
import type { OrderedUnits } from "./order-units.ts";
import type { Step } from "./step.ts";
import type { Trace } from "./trace.ts";
import { ranks, type Unit } from "./unit.ts";

/** What the statements are run with; `privileged` is filled: what the superuser had to make. */
export interface RunInput {
  readonly tx: Transaction;
  readonly settings: SessionSettings;
  readonly steps: readonly Step[];
  readonly needs: OrderedUnits["needs"];
  readonly trace: Trace;
  readonly privileged: Set<Unit>;
}

/**
 * Runs all statements: in one go where that works, and where it does not, one by one, those that lack something again
 * until nothing moves any more. What fails then is thrown, all of it (WD411), each at its place in its file.
 */
export async function runSteps(input: RunInput): Promise<void> {
  const { steps, tx, privileged } = input;
  for (const step of steps) if (step.superuser === "always") privileged.add(step.unit);
  try {
    await tx.savepoint(async () => runAtOnce(input));
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    await runInRounds(input);
  }
}

/** As few round trips as can be; what may need the superuser is tried by itself. */
export async function runAtOnce(input: RunInput): Promise<void> {
  const { steps, tx, settings, trace } = input;
  let batch: string[] = [];
  let place: Place | undefined;
  for (const step of steps) {
    const next = placeOf(step);
    if (!isSame(place, next)) batch.push(...entering(next, settings).map(({ text }) => text));
    place = next;
    if (step.superuser === "maybe") {
      if (batch.length > 0) await tx.execute(batch.join(";\n"));
      batch = [];
      await runOne(input, step);
      place = undefined;
    } else batch.push(...trace.around(step.unit, step.text.text));
  }
  if (batch.length > 0) await tx.execute(batch.join(";\n"));
}

/** Where a statement is run: its file's session, as the owner or as the superuser. */
interface Place {
  readonly session: FileSession;
  readonly superuser: boolean;
}

function placeOf({ unit, superuser }: Step): Place {
  return { session: unit.session, superuser: superuser === "always" };
}

function isSame(one: Place | undefined, other: Place): boolean {
  return one?.session === other.session && one.superuser === other.superuser;
}

interface Entering {
  readonly text: string;
  readonly setting?: FileSession["settings"][number];
}

function entering({ session, superuser }: Place, settings: SessionSettings): readonly Entering[] {
  return [
    { text: `reset all;${settingsText(settings)}${superuser ? "set local role none" : ""}` },
    ...session.settings.map((setting) => ({ text: setting.text, setting })),
  ];
}

async function enter(input: RunInput, place: Place): Promise<void> {
  for (const { text, setting } of entering(place, input.settings)) {
    try {
      await input.tx.execute(text);
    } catch (error) {
      if (!(error instanceof StatementError) || setting === undefined) throw error;
      throw statementError(error, setting.statement);
    }
  }
}

interface Failure {
  readonly step: Step;
  readonly error: StatementError;
}

async function runInRounds(input: RunInput): Promise<void> {
  const phases = [...Map.groupBy(input.steps, (step) => step.phase)].toSorted(([one], [other]) => one - other);
  const failures: Failure[] = [];
  for (const [, steps] of phases) failures.push(...(await runPhase(input, steps)));
  throwAll(rootsOf(failures, input).map(located));
}

/** Ends with what fails although all that could be made has been made. */
async function runPhase(input: RunInput, steps: readonly Step[]): Promise<readonly Failure[]> {
  for (let waiting = steps; ;) {
    const failures = await runRound(input, waiting);
    if (failures.length === 0 || failures.length === waiting.length) return failures;
    waiting = failures.map((failure) => failure.step);
  }
}

async function runRound(input: RunInput, steps: readonly Step[]): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  let place: Place | undefined;
  for (const step of steps) {
    const next = placeOf(step);
    if (!isSame(place, next)) await enter(input, next);
    place = next;
    try {
      await runOne(input, step);
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      failures.push({ step, error });
    }
    if (input.privileged.has(step.unit) && step.superuser !== "always") place = undefined;
  }
  return failures;
}

/** Within the session that it needs; what the owner may not is tried as the superuser. */
async function runOne(input: RunInput, step: Step): Promise<void> {
  const { tx, trace, privileged } = input;
  const text = trace.around(step.unit, step.text.text);
  const run = async (): Promise<void> => {
    for (const part of text) await tx.execute(part);
  };
  try {
    await tx.savepoint(run);
  } catch (error) {
    if (sqlstateOf(error) !== "42501" || step.superuser === "always") throw error;
    await asSuperuser(input, step, run, error);
    privileged.add(step.unit);
  }
}

async function asSuperuser(input: RunInput, step: Step, run: () => Promise<void>, first: unknown): Promise<void> {
  try {
    await input.tx.savepoint(async () => {
      await enter(input, { session: step.unit.session, superuser: true });
      await run();
    });
  } catch (error) {
    // Not even he may: what the owner was told says more.
    throw sqlstateOf(error) === "42501" ? first : error;
  } finally {
    await enter(input, { session: step.unit.session, superuser: false });
  }
}

/** SQLSTATEs of something that is not there: it may be what another failed statement would have made. */
const absent = new Set(["42P01", "42883", "42704", "3F000", "42703", "42830", "42P17"]);

/** A statement that lacks what another failed one would have made is no mistake of its own. */
function rootsOf(failures: readonly Failure[], { needs }: RunInput): readonly Failure[] {
  // A foreign key that was put off is a failure of its own: its table is there.
  const isPutOff = ({ unit, phase }: Step): boolean => phase === ranks.foreignKey && unit.rank < phase;
  const failed = new Set(failures.filter(({ step }) => !isPutOff(step)).map(({ step }) => step.unit));
  const roots = failures.filter(({ step, error }) => {
    const { unit } = step;
    const sqlstate = error.postgres?.sqlstate ?? "";
    const targets = sqlstate === "42703" ? [] : failedTargets(unit, failed);
    const lacking = [...(needs.get(unit) ?? []), ...targets].some((need) => failed.has(need));
    return !absent.has(sqlstate) || !(lacking || (isPutOff(step) && failed.has(unit)));
  });
  return roots.length === 0 ? failures : roots;
}

/** Tables that its foreign keys point to. */
function failedTargets(unit: Unit, failed: ReadonlySet<Unit>): readonly Unit[] {
  return [...failed].filter((other) => other !== unit && unit.foreignKeys.some((key) => other.makes.includes(key.to)));
}

function located({ step, error }: Failure): AppError {
  const { text, unit } = step;
  const { source, start } = unit.statement;
  const index = error.offset === undefined ? namedIn(text.text, error.message) : unitsOf(text.text, error.offset - 1);
  return statementError(error, { source, start, locate: () => text.indexOf(index) });
}

/** Where Postgres tells no place: where the first of the names that its message quotes is written. */
function namedIn(text: string, message: string): number {
  const code = tokens(text).filter((token) => token.kind === "word" || token.kind === "quoted name");
  for (const [, name = ""] of message.matchAll(/"([^"]+)"/g)) {
    const quoted = `"${name}"`;
    const found = code.find(({ start, end }) => {
      const written = text.slice(start, end);
      return written === quoted || written.toLowerCase() === name;
    });
    if (found !== undefined) return found.start;
  }
  return 0;
}

/** Code points → UTF-16 units. */
function unitsOf(text: string, characters: number): number {
  let index = 0;
  for (let left = characters; left > 0 && index < text.length; left--)
    index += (text.codePointAt(index) ?? 0) > 0xff_ff ? 2 : 1;
  return index;
}
