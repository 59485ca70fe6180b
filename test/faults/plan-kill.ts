// Kills the application of random plans ahead of each statement that writes, and looks at what is left:
//   HOWDAH_TEST_URL=… node test/faults/plan-kill.ts [--seed N] [--plans N] [--first N] [--process N]
// Its session is cut off in this process; with --process, at every Nth statement, a process of its own is ended by kill -9.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AppError } from "../../src/errors/index.ts";
import type { Connection } from "../../src/postgres/index.ts";
import { memoryTree, type MemoryTree } from "../../src/project/index.ts";
import { assemble, planAssembly } from "../../src/schema/index.ts";
import { pairAt } from "../schema/random/sample.ts";
import { watching } from "./killed-session.ts";
import { inputOf } from "./plan-kill-input.ts";
import { openPlace, type Place, type TrialDatabase } from "./plan-kill-place.ts";
import { killProcess } from "./plan-kill-process.ts";
import { isKilled, killSession } from "./plan-kill-session.ts";
import { isSameState, leftovers, stateOf, type SchemaState } from "./schema-state.ts";

export interface PlanKillResult {
  readonly seed: number;
  /** Plans that were made, of how many pairs; the others are refused, ask what no hint answers, or change nothing. */
  readonly plans: number;
  readonly pairs: number;
  /** Plans with steps outside of the transaction. */
  readonly online: number;
  readonly kills: number;
  /** Kills that ended a process. */
  readonly processes: number;
  /** Kills that left what was there before the run, and a state between two barriers. */
  readonly old: number;
  readonly between: number;
  /** Pairs after one of whose kills something else was there, or that did not end where an undisturbed run ends. */
  readonly broken: readonly string[];
}

interface Sampling {
  readonly seed: number;
  /** A process is killed instead of a session ahead of every nth statement: another one in each plan; 0 for never. */
  readonly processEvery: number;
}

/** Runs plans until there were so many. */
export async function planKill({
  seed,
  plans,
  first = 0,
  processEvery = 0,
  onPlan = () => {},
}: {
  readonly seed: number;
  readonly plans: number;
  readonly first?: number;
  readonly processEvery?: number;
  readonly onPlan?: (line: string) => void;
}): Promise<PlanKillResult> {
  await using place = await openPlace();
  const total = { plans: 0, pairs: 0, online: 0, kills: 0, processes: 0, old: 0, between: 0 };
  const broken: string[] = [];
  for (let index = first; total.plans < plans; index++) {
    total.pairs++;
    const outcome = await tryPair(place, index, { seed, processEvery });
    if (outcome === undefined) continue;
    total.plans++;
    total.kills += outcome.kills;
    total.processes += outcome.processes;
    total.old += outcome.old;
    total.between += outcome.kills - outcome.old;
    if (outcome.states > 2) total.online++;
    if (outcome.broken !== undefined) broken.push(`${seed}/${index}: ${outcome.broken}`);
    onPlan(`${index} ${JSON.stringify(outcome)}`);
  }
  return { seed, ...total, broken };
}

interface Outcome {
  readonly states: number;
  readonly kills: number;
  readonly processes: number;
  readonly old: number;
  readonly broken: string | undefined;
}

interface Scene extends Place {
  readonly tree: MemoryTree;
  readonly onlineAbove: number;
}

/** Two copies of the same populated database: one is changed undisturbed, the other in spite of kills. */
async function tryPair(place: Place, index: number, { seed, processEvery }: Sampling): Promise<Outcome | undefined> {
  // Every second plan has all its tables changed online.
  const scene: Scene = { ...place, tree: memoryTree(), onlineAbove: index % 2 === 0 ? 0 : 1_000_000 };
  await using made = await place.empty();
  if (!(await wasMade(made.connection, scene, pairAt(seed, index)))) return undefined;
  await using undisturbed = await place.copy(made);
  const states = await reference(undisturbed.connection, scene);
  if (states === undefined) return undefined;
  await using disturbed = await place.copy(made);
  const isProcess = (statement: number): boolean => processEvery > 0 && (statement + index) % processEvery === 0;
  return await disturb(disturbed, scene, { states, isProcess });
}

type Pair = ReturnType<typeof pairAt>;

/** The pair's first schema with its rows, and the files of the second; false where howdah refuses the first. */
async function wasMade(connection: Connection, scene: Scene, { before, data, after }: Pair): Promise<boolean> {
  scene.tree.write("schema/a.sql", before);
  if (!(await isAllowed(assemble(connection, inputOf(scene))))) return false;
  await connection.execute(data);
  scene.tree.write("schema/a.sql", after);
  return true;
}

/** All states that committed one after the other, from what was there to what is wanted; undefined without a plan. */
async function reference(connection: Connection, scene: Scene): Promise<readonly SchemaState[] | undefined> {
  if (!(await isAllowed(answer(connection, scene)))) return undefined;
  const states = [await stateOf(connection)];
  const seen = watching(connection, {
    onCommit: async () => {
      const state = await stateOf(connection);
      if (!isSameState(states.at(-1), state)) states.push(state);
    },
  });
  const isDone = await isAllowed(assemble(seen, inputOf(scene)));
  return isDone && states.length > 1 ? states : undefined;
}

async function isAllowed(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/** Whatever would be lost may go. */
async function answer(connection: Connection, scene: Scene): Promise<void> {
  const { questions = [] } = await planAssembly(connection, inputOf(scene));
  const hints = questions.flatMap(({ answers }) => answers.at(-1)?.anywhere ?? []);
  if (hints.length > 0) scene.tree.write("schema/hints.sql", `${hints.join("\n")}\n`);
}

/**
 * One run after the other on one database, each killed one statement later than the last that has left nothing; one that has
 * left something is gone on from.
 */
async function disturb(
  database: TrialDatabase,
  scene: Scene,
  {
    states,
    isProcess,
  }: { readonly states: readonly SchemaState[]; readonly isProcess: (statement: number) => boolean },
): Promise<Outcome> {
  const { connection } = database;
  const input = inputOf(scene);
  const { roles, scratch, cacheFolder, prefix, onlineAbove } = scene;
  const order = { settings: { roles, scratch, cacheFolder, prefix, onlineAbove }, files: await filesOf(scene.tree) };
  const known = new Set(states.map(({ hash }) => hash));
  let now = await stateOf(connection);
  let [kills, processes, old, place] = [0, 0, 0, 0];
  const outcome = (broken?: string): Outcome => ({ states: states.length, kills, processes, old, broken });
  if (!isSameState(states[0], now)) return outcome("the state of before differs");
  for (;;) {
    const byProcess = isProcess(place);
    const end = byProcess
      ? await killProcess(database, { ...order, killAt: place })
      : await killSession(database, input, place);
    if (end === undefined) break;
    if (!isKilled(end)) return outcome(end.message);
    kills++;
    if (byProcess) processes++;
    const state = await stateOf(connection);
    if (!known.has(state.hash)) return outcome(`an unknown state is left by kill ${place}`);
    const isOld = isSameState(state, now);
    if (isOld) old++;
    place = isOld ? place + 1 : 0;
    now = state;
  }
  const left = await leftovers(connection);
  if (left.length > 0) return outcome(`it leaves ${left.join(", ")}`);
  return outcome(isSameState(states.at(-1), await stateOf(connection)) ? undefined : "it ends elsewhere");
}

async function filesOf(tree: MemoryTree): Promise<Readonly<Record<string, string>>> {
  const entries = await tree.list("**");
  return Object.fromEntries(
    await Promise.all(entries.map(async ({ path }) => [path, (await tree.read(path)).toString()] as const)),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "20261130" },
      plans: { type: "string", default: "200" },
      first: { type: "string", default: "0" },
      process: { type: "string", default: "0" },
    },
  });
  const result = await planKill({
    ...{ seed: Number(values.seed), plans: Number(values.plans), first: Number(values.first) },
    ...{ processEvery: Number(values.process), onPlan: (line) => console.log(line) },
  });
  console.log(JSON.stringify(result));
  process.exitCode = result.broken.length === 0 ? 0 : 1;
}
