import { mkdirSync, appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as fc from "fast-check";
import { randomPair, type RandomPair } from "./arbitrary.ts";
import { openLaboratory } from "./laboratory.ts";
import type { Laboratory, Outcome } from "./oracle.ts";
import { pairAt, parametersOf, tried, written } from "./sample.ts";

/**
 * Runs pairs and says what came of them: `node test/schema/random/run.ts --seed 1 --pairs 2000 [--out DIR] [--shrink SECONDS]`.
 * With --out, what is done is kept there, so that the same command goes on where it ended; counterexamples are written
 * there as pairs of test/schema/pairs/.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    pairs: { type: "string", default: "100" },
    first: { type: "string", default: "0" },
    out: { type: "string" },
    shrink: { type: "string", default: "0" },
  },
});
const [seed, pairs, first] = [Number(values.seed), Number(values.pairs), Number(values.first)];
const folder = values.out;
const journal = folder === undefined ? undefined : join(folder, `seed-${seed}.jsonl`);

interface Entry {
  readonly index: number;
  readonly kind: Outcome["kind"];
  readonly cause: string;
}

await main();

async function main(): Promise<void> {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const done = new Map(readJournal().map((entry) => [entry.index, entry]));
  await using laboratory = await openLaboratory();
  const begun = performance.now();
  for (let index = first; index < first + pairs; index++) {
    if (done.has(index)) continue;
    const entry = await one(index, laboratory);
    done.set(index, entry);
    if (journal !== undefined) appendFileSync(journal, `${JSON.stringify(entry)}\n`);
  }
  report([...done.values()], Math.round((performance.now() - begun) / 1000));
}

function readJournal(): readonly Entry[] {
  if (journal === undefined || !existsSync(journal)) return [];
  const lines = readFileSync(journal, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Entry);
}

async function one(index: number, laboratory: Laboratory): Promise<Entry> {
  const pair = pairAt(seed, index);
  const outcome = await tried(pair, laboratory);
  const cause = "cause" in outcome ? outcome.cause : "";
  if (outcome.kind === "identical" || outcome.kind === "refused") return { index, kind: outcome.kind, cause };
  process.stdout.write(`${index} ${outcome.kind}: ${cause}\n`);
  const smallest = await shrunk(index, outcome, laboratory);
  const text = written(`random ${seed}/${index}`, smallest.pair, smallest.outcome);
  if (folder !== undefined) writeFileSync(join(folder, `${seed}-${index}.sql`), text);
  return { index, kind: outcome.kind, cause };
}

interface Case {
  readonly pair: RandomPair;
  readonly outcome: Outcome;
}

/** The smallest pair of the same cause that is found within the time. */
async function shrunk(index: number, outcome: Outcome, laboratory: Laboratory): Promise<Case> {
  let smallest: Case = { pair: pairAt(seed, index), outcome };
  const seconds = Number(values.shrink);
  if (seconds === 0) return smallest;
  const property = fc.asyncProperty(randomPair, async (pair) => {
    const now = await tried(pair, laboratory);
    if (!isLike(now, outcome)) return;
    smallest = { pair, outcome: now };
    throw new Error("the same");
  });
  await fc.check(property, { ...parametersOf(seed, index), interruptAfterTimeLimit: seconds * 1000 });
  return smallest;
}

function isLike(outcome: Outcome, other: Outcome): boolean {
  return outcome.kind === other.kind && "cause" in outcome && "cause" in other && outcome.cause === other.cause;
}

function report(entries: readonly Entry[], seconds: number): void {
  const byKind = Map.groupBy(entries, ({ kind }) => kind);
  const counts = [...byKind].map(([kind, own]) => `${own.length} ${kind}`);
  process.stdout.write(`seed ${seed}: ${entries.length} pairs in ${seconds} s: ${counts.join(", ")}\n`);
  const causes = Map.groupBy(
    entries.filter(({ kind }) => kind !== "identical"),
    ({ kind, cause }) => `${kind}: ${cause}`,
  );
  const sorted = [...causes].toSorted(([, a], [, b]) => b.length - a.length);
  for (const [cause, own] of sorted) {
    process.stdout.write(
      `${String(own.length).padStart(5)}  ${cause}  (${own
        .slice(0, 5)
        .map(({ index }) => index)
        .join(", ")})\n`,
    );
  }
}
