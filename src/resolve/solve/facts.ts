import type { Requirement } from "../requirement.ts";
import { satisfies } from "../requirement.ts";
import { absent, type Incompatibility, type States } from "./incompatibility.ts";
import { oldestFirst, type Candidate, type Universe } from "./universe.ts";

/** The universe as the solver sees it: versions numbered, and what packages say as incompatibilities. */
export interface Facts {
  /** Oldest first: bit n + 1 of a package's states is the nth. */
  readonly candidates: ReadonlyMap<string, readonly Candidate[]>;
  /** Every state that a package can be in. */
  readonly states: ReadonlyMap<string, States>;
  readonly incompatibilities: readonly Incompatibility[];
}

/** The name of what everything is solved for; no package can bear it. */
export const root = "";

/** Reads a universe; `requirements` are what is asked for. */
export function readFacts(requirements: ReadonlyMap<string, Requirement>, universe: Universe): Facts {
  const top: Candidate = { version: { major: 0, minor: 0, patch: 0, pre: [] }, dependencies: requirements };
  const candidates = new Map([...universe].map(([name, found]) => [name, oldestFirst(found)] as const));
  candidates.set(root, [top]);
  const states = new Map([...candidates].map(([name, { length }]) => [name, (2n << BigInt(length)) - 1n] as const));
  states.set(root, 2n);
  const incompatibilities = [...candidates].flatMap(([name, own]) => needsOf(name, own, candidates));
  return { candidates, states, incompatibilities };
}

/** Versions that need the same of the same package say it in one incompatibility. */
function needsOf(by: string, own: readonly Candidate[], candidates: Facts["candidates"]): readonly Incompatibility[] {
  const needs = own.flatMap(({ dependencies }, at) =>
    [...dependencies].map(([on, requirement]) => ({ on, requirement, bit: 2n << BigInt(at) })),
  );
  const groups = Map.groupBy(needs, ({ on, requirement }) => `${on}\0${requirement.text}`);
  return [...groups.values()].flatMap(([first, ...rest]) => {
    if (first === undefined) return [];
    const { on, requirement } = first;
    const versions = rest.reduce((bits, { bit }) => bits | bit, first.bit);
    const unfit = statesUnfit(candidates.get(on) ?? [], requirement);
    const terms =
      on === by
        ? new Map([[by, versions & unfit]])
        : new Map([
            [by, versions],
            [on, unfit],
          ]);
    if (on === by && (versions & unfit) === 0n) return [];
    return [{ terms, why: { kind: "needs", by, on, requirement } as const }];
  });
}

function statesUnfit(candidates: readonly Candidate[], requirement: Requirement): States {
  return candidates.reduce(
    (states, { version }, at) => (satisfies(version, requirement) ? states : states | (2n << BigInt(at))),
    absent,
  );
}
