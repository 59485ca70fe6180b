import { readFile } from "node:fs/promises";
import { certificate, compareCertificates } from "../../src/diff/certificate.ts";
import { differences, observe } from "../../src/diff/index.ts";
import { connect, formatUrl, type Connection, type Target, type Transaction } from "../../src/postgres/index.ts";
import { columnDigests } from "../../test/support/row-digest.ts";
import { readPairs, type WrittenPair } from "../../test/support/pair-file.ts";
import { packages } from "./peers.ts";
import { startTool, type ToolProcess } from "./tool-process.ts";

/** "identical": what was wanted, with its data; "error": said so; "differs": said nothing, and is another; "lost": data. */
export type Outcome = "identical" | "error" | "differs" | "lost";

/** What became of one change. */
export interface Changed {
  readonly change: string;
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** What a tool said where it gave up, by its name. */
  readonly errors: Readonly<Record<string, string>>;
}

/**
 * Every change of changes.sql by every tool, each on a fresh populated database, judged by howdah's observer. The cluster must be
 * nobody else's: pg-delta compares (and changes) the roles of all of it.
 */
export async function runChanges(server: Target, peers: string): Promise<readonly Changed[]> {
  const pairs = readPairs(await readFile(new URL("changes.sql", import.meta.url), "utf8"));
  const names = ["howdah", packages.delta, packages.migra];
  const started = await Promise.all(names.map(async (name) => [name, await startTool(name, peers)] as const));
  const tools = started.flatMap(([name, tool]) => (tool === undefined ? [] : [{ name, tool }]));
  try {
    const changed: Changed[] = [];
    for (const pair of pairs) changed.push(await runChange(server, pair, tools));
    return changed;
  } finally {
    for (const { tool } of tools) await tool[Symbol.asyncDispose]();
  }
}

type Named = readonly { readonly name: string; readonly tool: ToolProcess }[];

async function runChange(server: Target, pair: WrittenPair, tools: Named): Promise<Changed> {
  await using wanted = await database(server, [pair.after]);
  const outcomes: [string, Outcome][] = [];
  const errors: [string, string][] = [];
  for (const { name, tool } of tools) {
    await using live = await database(server, [pair.before, pair.data ?? ""]);
    const { outcome, error } = await outcomeOf(tool, pair, live.target, wanted.target);
    outcomes.push([name, outcome]);
    if (error !== undefined) errors.push([name, error]);
  }
  return { change: pair.name, outcomes: Object.fromEntries(outcomes), errors: Object.fromEntries(errors) };
}

async function outcomeOf(
  tool: ToolProcess,
  pair: WrittenPair,
  live: Target,
  wanted: Target,
): Promise<{ readonly outcome: Outcome; readonly error?: string }> {
  const before = await within(live, measure);
  const [from, to] = [formatUrl(live, { password: "shown" }), formatUrl(wanted, { password: "shown" })];
  const { error } = await tool.ask({ what: "change", from, to, renames: pair.renames ?? [] });
  if (error !== undefined) return { outcome: "error", error };
  const now = await within(live, measure);
  if (!(await within(live, async (tx) => isKept(tx, pair, before, now)))) return { outcome: "lost" };
  const seen = await within(wanted, async (tx) => observe(tx));
  return { outcome: differences(now.seen, seen).length === 0 ? "identical" : "differs" };
}

interface Measure {
  readonly seen: Awaited<ReturnType<typeof observe>>;
  readonly rows: Awaited<ReturnType<typeof certificate>>;
  readonly values: ReadonlyMap<string, string>;
}

async function measure(tx: Transaction): Promise<Measure> {
  return {
    seen: await observe(tx),
    rows: await certificate(tx, { count: "all" }),
    values: await columnDigests(tx),
  };
}

/** As many rows as before, the values that kept their column, sequences that go on, and what the change itself says. */
async function isKept(tx: Transaction, { expect = {} }: WrittenPair, before: Measure, now: Measure): Promise<boolean> {
  const { rewritten, back } = compareCertificates(before.rows, now.rows);
  if (back.length > 0 || rewritten.some(({ equal }) => equal === false)) return false;
  for (const [column, digest] of before.values) {
    const other = now.values.get(column);
    const may = (expect.changed ?? []).some((name) => column.startsWith(`${name} `));
    if (other !== undefined && other !== digest && !may) return false;
  }
  await tx.execute("set local search_path = public");
  for (const check of expect.checks ?? []) if (!(await holds(tx, check))) return false;
  return true;
}

/** What can't even be asked (a relation that is not there) does not hold. */
async function holds(tx: Transaction, check: string): Promise<boolean> {
  try {
    return await tx.savepoint(async () => {
      const [row] = await tx.query<{ holds: boolean | null }>({ text: `select (${check}) as holds`, values: [] });
      return row?.holds === true;
    });
  } catch {
    return false;
  }
}

async function within<T>(target: Target, work: (tx: Transaction) => Promise<T>): Promise<T> {
  await using connection: Connection = await connect(target);
  return await connection.transaction(work);
}

let made = 0;

/** A database of its own, dropped at the end. */
export async function database(
  server: Target,
  texts: readonly string[],
): Promise<{ readonly target: Target } & AsyncDisposable> {
  await using admin = await connect(server);
  const name = `bench_${process.pid}_${++made}`;
  await admin.execute(`create database ${name} template template0`);
  const target = { ...server, database: name };
  await using connection = await connect(target);
  for (const text of texts) if (text.trim() !== "") await connection.execute(text);
  return {
    target,
    async [Symbol.asyncDispose]() {
      await using dropper = await connect(server);
      await dropper.execute(`drop database if exists ${name} with (force)`);
    },
  };
}
