import { AppError } from "../../errors/index.ts";
import type { Requirement } from "../requirement.ts";
import { explainConflict } from "./explain.ts";
import { readFacts, root, type Facts } from "./facts.ts";
import { absent, resolvent, type Incompatibility, type States } from "./incompatibility.ts";
import { PartialSolution } from "./partial-solution.ts";
import type { Solution, Universe } from "./universe.ts";

/**
 * Chooses one version of each package that is asked for and of all that these need: the highest that fits, packages
 * asked for first. Throws WD392 with a derivation where nothing fits; `asker` is who asks, e.g. "howdah.toml".
 *
 * PubGrub (N. Weizenbaum, 2018) over sets of known versions: a conflict becomes a new incompatibility, so that the same
 * mistake is made once; what it was derived from is what explains a failure.
 */
export function solve(requirements: ReadonlyMap<string, Requirement>, universe: Universe, asker: string): Solution {
  const facts = readFacts(requirements, universe);
  const solver = new Solver(facts);
  const failure = solver.run();
  if (failure === undefined) return solver.solution();
  throw new AppError("WD392", "no versions satisfy all requirements", {
    detail: explainConflict(failure, facts, asker).join("\n"),
    hint: "loosen one of these requirements, or take another version of who makes it",
  });
}

class Solver {
  readonly #facts: Facts;
  readonly #partial: PartialSolution;
  readonly #known = new Map<string, Incompatibility[]>();

  constructor(facts: Facts) {
    this.#facts = facts;
    this.#partial = new PartialSolution(facts.states);
    for (const incompatibility of facts.incompatibilities) this.#learn(incompatibility);
  }

  /** Undefined when all is decided, else what rules out every solution. */
  run(): Incompatibility | undefined {
    for (let changed: string | undefined = root; changed !== undefined; changed = this.#decide()) {
      const failure = this.#propagate(changed);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  solution(): Solution {
    const chosen = [...this.#partial.names()].toSorted().flatMap((name) => {
      const states = this.#partial.states(name);
      const candidate = this.#facts.candidates.get(name)?.[highestBit(states) - 1];
      return name === root || (states & absent) !== 0n || candidate === undefined ? [] : [[name, candidate] as const];
    });
    return new Map(chosen);
  }

  /** Takes the highest version left of the first package that has to be there and has several; undefined at the end. */
  #decide(): string | undefined {
    for (const name of this.#partial.names()) {
      const states = this.#partial.states(name);
      if ((states & absent) !== 0n || (states & (states - 1n)) === 0n) continue;
      this.#partial.assign(name, 1n << BigInt(highestBit(states)));
      return name;
    }
    return undefined;
  }

  #propagate(changed: string): Incompatibility | undefined {
    const queue = new Set([changed]);
    for (const name of queue) {
      queue.delete(name);
      for (const incompatibility of this.#known.get(name) ?? []) {
        const open = this.#open(incompatibility);
        if (open === undefined) continue;
        if (open !== "none") {
          this.#exclude(incompatibility, open);
          queue.add(open);
          continue;
        }
        const learned = this.#resolve(incompatibility);
        if (learned.failed) return learned.incompatibility;
        this.#learn(learned.incompatibility);
        queue.clear();
        for (const each of learned.incompatibility.terms.keys()) queue.add(each);
        break;
      }
    }
    return undefined;
  }

  /** The one package that may still escape it; "none" where it holds, undefined where several may. */
  #open({ terms }: Incompatibility): string | undefined {
    let open = "none";
    for (const [name, states] of terms) {
      const current = this.#partial.states(name);
      if ((current & ~states) === 0n) continue;
      // Nothing new follows from what can't happen any more.
      if (open !== "none" || (current & states) === 0n) return undefined;
      open = name;
    }
    return open;
  }

  #exclude(incompatibility: Incompatibility, name: string): void {
    this.#partial.assign(name, ~(incompatibility.terms.get(name) ?? 0n), incompatibility);
  }

  /** Goes back from a conflict to the decision that made it unavoidable, collecting why. */
  #resolve(conflict: Incompatibility): { readonly failed: boolean; readonly incompatibility: Incompatibility } {
    let incompatibility = conflict;
    for (;;) {
      const satisfier = this.#partial.satisfier(incompatibility);
      if (satisfier === undefined) return { failed: true, incompatibility };
      const { assignment, previousLevel } = satisfier;
      if (assignment.cause === undefined || previousLevel < assignment.level) {
        this.#partial.backtrack(Math.min(previousLevel, assignment.level - 1));
        return { failed: false, incompatibility };
      }
      incompatibility = resolvent(incompatibility, assignment.cause, assignment.name);
    }
  }

  #learn(incompatibility: Incompatibility): void {
    for (const name of incompatibility.terms.keys()) {
      const known = this.#known.get(name);
      if (known === undefined) this.#known.set(name, [incompatibility]);
      else known.push(incompatibility);
    }
  }
}

function highestBit(states: States): number {
  return states.toString(2).length - 1;
}
