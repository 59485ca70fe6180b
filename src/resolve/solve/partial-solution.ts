import type { Incompatibility, States } from "./incompatibility.ts";

/** One step towards a solution: from here on the package is in one of these states. */
export interface Assignment {
  readonly name: string;
  readonly after: States;
  /** How many decisions stand at or before it. */
  readonly level: number;
  /** What forces it; undefined for a decision. */
  readonly cause: Incompatibility | undefined;
}

/** The assignment that completed an incompatibility, and the level at which the rest of it held already. */
export interface Satisfier {
  readonly assignment: Assignment;
  readonly previousLevel: number;
}

/** What is decided and what follows from it, in order; can be taken back to an earlier decision. */
export class PartialSolution {
  readonly #initial: ReadonlyMap<string, States>;
  readonly #trail: Assignment[] = [];
  /** Indexes into the trail, by package. */
  readonly #history = new Map<string, number[]>();
  #level = 0;

  constructor(initial: ReadonlyMap<string, States>) {
    this.#initial = initial;
  }

  /** The states that a package can still be in. */
  states(name: string): States {
    const last = this.#history.get(name)?.at(-1);
    return (last === undefined ? undefined : this.#trail[last]?.after) ?? this.#initial.get(name) ?? 1n;
  }

  /** Names in the order in which something was said about them. */
  names(): ReadonlySet<string> {
    return new Set(this.#trail.map(({ name }) => name));
  }

  /** Narrows a package to these states: because of `cause`, or, without one, as a decision. */
  assign(name: string, states: States, cause?: Incompatibility): void {
    if (cause === undefined) this.#level++;
    const indexes = this.#history.get(name) ?? [];
    this.#history.set(name, indexes);
    const after = this.states(name) & states;
    indexes.push(this.#trail.length);
    this.#trail.push({ name, after, level: this.#level, cause });
  }

  /** Takes back all that stands behind the decision of that level. */
  backtrack(level: number): void {
    for (let last = this.#trail.at(-1); last !== undefined && last.level > level; last = this.#trail.at(-1)) {
      this.#history.get(last.name)?.pop();
      this.#trail.pop();
    }
    this.#level = level;
  }

  /** Of an incompatibility that holds; undefined when it held before anything was assigned. */
  satisfier({ terms }: Incompatibility): Satisfier | undefined {
    const last = Math.max(-1, ...[...terms].map(([name, states]) => this.#first(name, states)));
    const assignment = this.#trail[last];
    if (assignment === undefined) return undefined;
    const levels = [...terms].map(([name, states]) => {
      if (name !== assignment.name) return this.#trail[this.#first(name, states)]?.level ?? 0;
      // Its own package: what its cause rules out, nobody before has to.
      const ruledOut = assignment.cause === undefined ? ~assignment.after : (assignment.cause.terms.get(name) ?? 0n);
      return this.#trail[this.#first(name, states | ruledOut)]?.level ?? 0;
    });
    return { assignment, previousLevel: Math.max(0, ...levels) };
  }

  /** Index of the assignment after which a package is in one of the states for sure; -1 where it was from the start. */
  #first(name: string, states: States): number {
    if (((this.#initial.get(name) ?? 1n) & ~states) === 0n) return -1;
    const indexes = this.#history.get(name) ?? [];
    return indexes.find((index) => ((this.#trail[index]?.after ?? 0n) & ~states) === 0n) ?? -1;
  }
}
