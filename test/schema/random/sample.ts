import * as fc from "fast-check";
import { randomPair, type RandomPair } from "./arbitrary.ts";
import { clear } from "./laboratory.ts";
import { judge, type Laboratory, type Outcome } from "./oracle.ts";

interface Sampling {
  readonly seed: number;
  readonly numRuns: number;
  readonly unbiased: boolean;
}

/** Where the pair of a seed and a number comes from; the same on every machine. */
export function parametersOf(seed: number, index: number): Sampling {
  return { seed: (seed * 1_000_003 + index) | 0, numRuns: 1, unbiased: true };
}

/** The pair itself. */
export function pairAt(seed: number, index: number): RandomPair {
  const [pair] = fc.sample(randomPair, parametersOf(seed, index));
  if (pair === undefined) throw new Error("fast-check gave nothing");
  return pair;
}

/** What came of a pair; the laboratory is empty again afterwards. */
export async function tried(pair: RandomPair, laboratory: Laboratory): Promise<Outcome> {
  try {
    return await judge(pair, laboratory);
  } finally {
    await clear(laboratory);
  }
}

/** As test/schema/pairs/ writes it, with what came of it. */
export function written(name: string, pair: RandomPair, outcome: Outcome): string {
  const { detail = "", cause = "" } = "cause" in outcome ? outcome : {};
  const said = `${outcome.kind}: ${cause}\n${detail}`.replaceAll(/^/gm, "--   ");
  const sections = [`-- before\n${pair.before}`, `-- data\n${pair.data}`, `-- after\n${pair.after}`];
  return `-- pair: ${name}\n-- needs: superuser\n-- back: no\n${sections.join("\n")}\n${said}\n`;
}
