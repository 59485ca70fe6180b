// Kills changes that are done online ahead of each statement that writes, and has the next run finish them:
//   HOWDAH_TEST_URL=… node test/faults/online-kill.ts [--every N] [--process N]
// Its session is cut off in this process; with --process, at every Nth place, a process of its own is ended by kill -9.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Connection } from "../../src/postgres/index.ts";
import { memoryTree } from "../../src/project/index.ts";
import { assemble, type AssemblyInput } from "../../src/schema/index.ts";
import { onlineChanges, type OnlineChange } from "./online-change.ts";
import { inputOf, type Settings } from "./plan-kill-input.ts";
import { openPlace, type Place, type TrialDatabase } from "./plan-kill-place.ts";
import { killProcess } from "./plan-kill-process.ts";
import { isKilled, killSession } from "./plan-kill-session.ts";

export interface OnlineKillResult {
  readonly change: string;
  /** Places of the change: ahead of each statement that writes, and of each commit. */
  readonly places: number;
  readonly kills: number;
  /** Kills that ended a process. */
  readonly processes: number;
  /** Places from which the next run did not come to what is wanted, and what it left. */
  readonly broken: readonly string[];
}

interface Sampling {
  /** Killed ahead of every nth statement. */
  readonly every: number;
  /** A process is killed instead of a session at every nth place; 0 for never. */
  readonly processEvery?: number;
  readonly onPlace?: (line: string) => void;
}

/** Kills each of the changes, every time on a fresh copy of its database. */
export async function onlineKill(sampling: Sampling): Promise<readonly OnlineKillResult[]> {
  await using place = await openPlace();
  const results: OnlineKillResult[] = [];
  for (const change of onlineChanges) results.push(await killChange(place, change, sampling));
  return results;
}

async function killChange(
  place: Place,
  change: OnlineChange,
  { every, processEvery = 0, onPlace = () => {} }: Sampling,
): Promise<OnlineKillResult> {
  const { roles, scratch, cacheFolder, prefix } = place;
  const settings: Settings = { roles, scratch, cacheFolder, prefix, onlineAbove: 0 };
  await using made = await place.empty();
  await assemble(made.connection, inputOf({ ...settings, tree: memoryTree({ "schema/a.sql": change.before }) }));
  await made.connection.execute(change.data);
  const files = { "schema/a.sql": change.after };
  const trial = { ...change, settings, files, input: inputOf({ ...settings, tree: memoryTree(files) }) };
  const total = { kills: 0, processes: 0 };
  const broken: string[] = [];
  for (let killAt = 0; ; killAt += every) {
    const byProcess = processEvery > 0 && (killAt / every) % processEvery === processEvery - 1;
    await using database = await place.copy(made);
    const { killed, left } = await killOnce(database, trial, { killAt, byProcess });
    if (left !== undefined) broken.push(`${killAt}: ${left}`);
    onPlace(`${change.name} ${killAt}: ${left ?? "finished"}`);
    if (!killed) return { change: change.name, places: killAt, ...total, broken };
    total.kills++;
    if (byProcess) total.processes++;
  }
}

interface Trial extends OnlineChange {
  readonly settings: Settings;
  readonly files: Readonly<Record<string, string>>;
  readonly input: AssemblyInput;
}

/** Whether there was such a statement, and what is not as it should be behind the next run. */
async function killOnce(
  database: TrialDatabase,
  trial: Trial,
  { killAt, byProcess }: { readonly killAt: number; readonly byProcess: boolean },
): Promise<{ readonly killed: boolean; readonly left: string | undefined }> {
  const { settings, files, input } = trial;
  const end = byProcess
    ? await killProcess(database, { settings, files, killAt })
    : await killSession(database, input, killAt);
  const left = end === undefined || isKilled(end) ? await finish(database.connection, trial) : end.message;
  return { killed: end !== undefined, left };
}

/** The next run, and one behind it that must find nothing to do; what is not as it should be then. */
async function finish(connection: Connection, { input, check }: Trial): Promise<string | undefined> {
  await assemble(connection, input);
  const again = await assemble(connection, { ...input, compare: true });
  if (again.actions.length > 0) return `something is left to be done: ${JSON.stringify(again.actions)}`;
  const [row] = await connection.query<{ whole: boolean }>({ text: check, values: [] });
  if (row?.whole !== true) return "rows have not got what they were to get";
  const left = await connection.query<{ name: string }>({ text: unfinished, values: [] });
  return left.length === 0 ? undefined : `it leaves ${left.map(({ name }) => name).join(", ")}`;
}

/** What is there for the time of a change only, what is not valid, and steps that were not done. */
const unfinished = `
  select relname as name from pg_class where relname like '%\\_\\_howdah'
  union all
  select attname from pg_attribute join pg_class as rel on rel.oid = attrelid and relkind = 'r' where attname like '%\\_\\_howdah'
  union all
  select conname from pg_constraint where conname like '%\\_\\_howdah' or not convalidated
  union all
  select tgname from pg_trigger where tgname like '%\\_\\_howdah'
  union all
  select proname from pg_proc where proname like '%\\_\\_howdah'
  union all
  select indexrelid::regclass::text from pg_index where not indisvalid
  union all
  select step::text from howdah.step where done_at is null`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { every: { type: "string", default: "1" }, process: { type: "string", default: "0" } },
  });
  const results = await onlineKill({
    every: Number(values.every),
    processEvery: Number(values.process),
    onPlace: (line) => console.log(line),
  });
  console.log(JSON.stringify(results));
  process.exitCode = results.every(({ broken }) => broken.length === 0) ? 0 : 1;
}
