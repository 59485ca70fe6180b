// Kills the application of random plans ahead of each statement that writes, and looks at what is left:
//   HOWDAH_TEST_URL=… node test/faults/plan-kill.ts [--seed N] [--plans N] [--first N] [--process] [--stride N]
// Its session is cut off in this process; with --process a process of its own is ended by kill -9.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AppError } from "../../src/errors/index.ts";
import { connect, sql, type Connection, type Target } from "../../src/postgres/index.ts";
import { memoryTree, type MemoryTree } from "../../src/project/index.ts";
import { assemble, planAssembly, prepareDatabase, type AssemblyInput } from "../../src/schema/index.ts";
import { dropDatabase, testServer } from "../support/database.ts";
import { roles as randomRoles } from "../schema/random/role.ts";
import { pairAt } from "../schema/random/sample.ts";
import { Killed, watching } from "./killed-session.ts";
import type { PlanKillOrder } from "./plan-kill-applier.ts";
import { inputOf } from "./plan-kill-input.ts";
import { leftovers, stateOf } from "./schema-state.ts";

export interface PlanKillResult {
  readonly seed: number;
  /** Plans that were made, of how many pairs; the others are refused, ask what no hint answers, or change nothing. */
  readonly plans: number;
  readonly pairs: number;
  /** Plans with steps outside of the transaction. */
  readonly online: number;
  readonly kills: number;
  /** Kills that left what was there before the run, and a state between two barriers. */
  readonly old: number;
  readonly between: number;
  /** Pairs after one of whose kills something else was there, or that did not end where an undisturbed run ends. */
  readonly broken: readonly string[];
}

/** Runs plans until there were so many. */
export async function planKill({
  seed,
  plans,
  first = 0,
  stride = 1,
  process = false,
  onPlan = () => {},
}: {
  readonly seed: number;
  readonly plans: number;
  readonly first?: number;
  /** Killed ahead of every nth statement. */
  readonly stride?: number;
  /** A process is killed instead of a session. */
  readonly process?: boolean;
  readonly onPlan?: (line: string) => void;
}): Promise<PlanKillResult> {
  await using place = await openPlace();
  const total = { plans: 0, pairs: 0, online: 0, kills: 0, old: 0, between: 0 };
  const broken: string[] = [];
  for (let index = first; total.plans < plans; index++) {
    total.pairs++;
    const outcome = await tryPair(place, { seed, index, stride, process });
    if (outcome === undefined) continue;
    total.plans++;
    total.kills += outcome.kills;
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
  readonly old: number;
  readonly broken: string | undefined;
}

interface Trial {
  readonly seed: number;
  readonly index: number;
  readonly stride: number;
  readonly process: boolean;
}

async function tryPair(place: Place, trial: Trial): Promise<Outcome | undefined> {
  const { seed, index } = trial;
  const pair = pairAt(seed, index);
  await using undisturbed = await place.database();
  const scene = sceneOf(place, index);
  const states = await reference(undisturbed.connection, scene, pair);
  if (states === undefined) return undefined;
  await using disturbed = await place.database();
  await populate(disturbed.connection, scene, pair);
  return await disturb(disturbed.connection, scene, states, trial);
}

/** Every second plan has all its tables changed online. */
function sceneOf(place: Place, index: number): Scene {
  return { ...place, tree: memoryTree(), onlineAbove: index % 2 === 0 ? 0 : 1_000_000 };
}

type Pair = ReturnType<typeof pairAt>;

/** All states that committed one after the other, from what was there to what is wanted; undefined without a plan. */
async function reference(connection: Connection, scene: Scene, pair: Pair): Promise<readonly string[] | undefined> {
  try {
    await populate(connection, scene, pair);
    await answer(connection, scene);
    const states = [await stateOf(connection)];
    const seen = watching(connection, {
      onCommit: async () => {
        const state = await stateOf(connection);
        if (state !== states.at(-1)) states.push(state);
      },
    });
    await assemble(seen, inputOf(scene));
    return states.length > 1 ? states : undefined;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

async function populate(connection: Connection, scene: Scene, { before, data, after }: Pair): Promise<void> {
  const hints = await scene.tree.read("schema/hints.sql").catch(() => undefined);
  scene.tree.remove("schema/hints.sql");
  scene.tree.write("schema/a.sql", before);
  await assemble(connection, inputOf(scene));
  await connection.execute(data);
  scene.tree.write("schema/a.sql", after);
  if (hints !== undefined) scene.tree.write("schema/hints.sql", hints.toString());
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
  connection: Connection,
  scene: Scene,
  states: readonly string[],
  { stride, process }: Trial,
): Promise<Outcome> {
  const known = new Set(states);
  let now = await stateOf(connection);
  let [kills, old, place] = [0, 0, 0];
  const outcome = (broken?: string): Outcome => ({ states: states.length, kills, old, broken });
  if (now !== states[0]) return outcome("the state of before differs");
  for (;;) {
    const end = await (process ? killProcess : killSession)(connection, scene, place);
    if (!(end instanceof Killed) && end instanceof Error && !isLost(end)) return outcome(end.message);
    if (!(end instanceof Error)) break;
    kills++;
    const state = await stateOf(connection);
    if (!known.has(state)) return outcome(`an unknown state is left by kill ${place}`);
    if (state === now) old++;
    place = state === now ? place + stride : 0;
    now = state;
  }
  const left = await leftovers(connection);
  if (left.length > 0) return outcome(`it leaves ${left.join(", ")}`);
  return outcome((await stateOf(connection)) === states.at(-1) ? undefined : "it ends elsewhere");
}

async function killSession(connection: Connection, scene: Scene, place: number): Promise<unknown> {
  await using session = await connect(scene.target(connection));
  return await assemble(watching(session, { killAt: place }), inputOf(scene)).catch((error: unknown) => error);
}

/** kill -9 of a process that applies the plan; its error, where it ends otherwise. */
async function killProcess(connection: Connection, scene: Scene, killAt: number): Promise<unknown> {
  const { roles, scratch, cacheFolder, prefix, onlineAbove, tree } = scene;
  const settings = { roles, scratch, cacheFolder, prefix, onlineAbove };
  const entries = await tree.list("**");
  const files = Object.fromEntries(
    await Promise.all(entries.map(async ({ path }) => [path, (await tree.read(path)).toString()] as const)),
  );
  const order: PlanKillOrder = { target: scene.target(connection), settings, files, killAt };
  const program = fileURLToPath(new URL("./plan-kill-applier.ts", import.meta.url));
  const child = spawn(globalThis.process.execPath, [program], { stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stdin.end(`${JSON.stringify(order)}\n`);
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  await untilAlone(connection);
  if (signal === "SIGKILL") return new Killed(String(killAt));
  return code === 0 ? undefined : new Error(said);
}

/** Waits until the session of the killed process has ended: Postgres notices when it reads or writes next. */
async function untilAlone(connection: Connection): Promise<void> {
  for (const deadline = Date.now() + 30_000; ;) {
    const others = await connection.query(sql`
      select
      from pg_catalog.pg_stat_activity
      where datname = pg_catalog.current_database()
        and pid <> pg_catalog.pg_backend_pid()
        and backend_type = 'client backend'
    `);
    if (others.length === 0) return;
    if (Date.now() > deadline) throw new Error("the killed session does not end");
  }
}

function isLost(error: Error): boolean {
  return error instanceof AppError && error.code === "WD201";
}

interface Place {
  readonly roles: AssemblyInput["roles"];
  readonly scratch: Target;
  readonly cacheFolder: string;
  readonly prefix: string;
  /** An empty database of a project. */
  database(): Promise<{ readonly connection: Connection } & AsyncDisposable>;
  /** Where a session is connected to. */
  target(connection: Connection): Target;
}

type Scene = Place & { readonly tree: MemoryTree; readonly onlineAbove: number };

async function openPlace(): Promise<Place & AsyncDisposable> {
  const admin = testServer();
  const prefix = `t_${randomBytes(5).toString("hex")}`;
  const names = { anon: `${prefix}_anon`, authenticated: `${prefix}_user`, serviceRole: `${prefix}_admin` };
  const passwords = { authenticator: "one", service: "two" };
  const { roles } = await prepareDatabase(admin, { database: prefix, names, passwords, createDatabase: true });
  const cacheFolder = await mkdtemp(join(tmpdir(), "howdah-plan-kill-"));
  const creator = await connect(admin);
  for (const role of randomRoles) await creator.execute(makeRole(role));
  const targets = new WeakMap<Connection, Target>();
  let count = 0;
  const drop = async (name: string): Promise<void> => creator.execute(`drop database if exists ${name} with (force)`);
  return {
    ...{ roles, scratch: admin, cacheFolder, prefix: `${prefix}_scratch` },
    target: (connection) => targets.get(connection) ?? admin,
    async database() {
      const name = `${prefix}_${count++}`;
      await creator.execute(`create database ${name} template ${prefix} owner ${roles.owner}`);
      const target = { ...admin, database: name };
      const connection = await connect(target);
      targets.set(connection, target);
      return {
        connection,
        async [Symbol.asyncDispose]() {
          await connection.close();
          await drop(name);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      const left = await creator.query<{ name: string }>({
        text: "select datname as name from pg_database where starts_with(datname, $1)",
        values: [`${prefix}_`],
      });
      for (const { name } of left) await drop(name);
      await creator.close();
      await dropDatabase(admin, prefix);
      await rm(cacheFolder, { recursive: true, force: true });
    },
  };
}

/** Several runs may be at it at once. */
function makeRole(role: string): string {
  return `do $$ begin create role ${role}; exception when duplicate_object or unique_violation then null; end $$`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "20261130" },
      plans: { type: "string", default: "200" },
      first: { type: "string", default: "0" },
      stride: { type: "string", default: "1" },
      process: { type: "boolean", default: false },
    },
  });
  const result = await planKill({
    ...{ seed: Number(values.seed), plans: Number(values.plans), first: Number(values.first) },
    ...{ stride: Number(values.stride), process: values.process },
    onPlan: (line) => console.log(line),
  });
  console.log(JSON.stringify(result));
  process.exitCode = result.broken.length === 0 ? 0 : 1;
}
