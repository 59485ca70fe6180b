import { formatPackageVersion } from "../package-version.ts";
import { root, type Facts } from "./facts.ts";
import { absent, type Incompatibility, type States } from "./incompatibility.ts";

/** Why there is no solution: one line for each conclusion, each from at most two facts or earlier lines. */
export function explainConflict(conflict: Incompatibility, facts: Facts, asker: string): readonly string[] {
  const words = new Words(facts, asker);
  if (conflict.why.kind !== "derived") return [words.fact(conflict)];
  const order = derivations(conflict);
  const numbers = new Map(order.map((each, at) => [each, at + 1]));
  return order.map((each) => {
    const because = causes(each).map((cause) => {
      const number = numbers.get(cause);
      return number === undefined ? words.fact(cause) : `${words.conclusion(cause)} (${number})`;
    });
    const line = `because ${because.join(" and ")}, ${words.conclusion(each)}`;
    return order.length === 1 ? line : `${numbers.get(each)}. ${line}`;
  });
}

/** Every derived incompatibility behind a conflict once, those that others rest on first. */
function derivations(conflict: Incompatibility): readonly Incompatibility[] {
  const done = new Set<Incompatibility>();
  const visit = (each: Incompatibility): void => {
    if (each.why.kind !== "derived" || done.has(each)) return;
    for (const cause of causes(each)) visit(cause);
    done.add(each);
  };
  visit(conflict);
  return [...done];
}

function causes({ why }: Incompatibility): readonly Incompatibility[] {
  return why.kind === "derived" ? [why.one, why.other] : [];
}

class Words {
  readonly #facts: Facts;
  readonly #asker: string;

  constructor(facts: Facts, asker: string) {
    this.#facts = facts;
    this.#asker = asker;
  }

  /** "a 1.4.0 needs b >=3 (there are 2.0.0 and 1.0.0)" */
  fact(incompatibility: Incompatibility): string {
    const { why, terms } = incompatibility;
    if (why.kind === "derived") return this.conclusion(incompatibility);
    const { by, on, requirement } = why;
    return `${this.#some(by, terms.get(by) ?? 0n)} needs ${on} ${requirement.text}${this.#missing(on, terms.get(on))}`;
  }

  /** What an incompatibility means: "a 1.4.0 needs b 1.0.0 to 1.2.0", "a and b 2.0.0 exclude each other". */
  conclusion({ terms }: Incompatibility): string {
    // A package that is in one of all its states: that says nothing.
    const telling = [...terms].filter(([name, states]) => name !== root && states !== this.#all(name));
    const asked = telling.filter(([, states]) => (states & absent) === 0n);
    const needed = telling.filter(([, states]) => (states & absent) !== 0n);
    const who = asked.map(([name, states]) => this.#some(name, states));
    const needs = needed.map(([name, states]) => this.#some(name, this.#all(name) & ~states));
    if (needs.length > 0) {
      const together = who.length > 1 ? `${who.join(" with ")} need` : `${who[0] ?? this.#asker} needs`;
      return `${together} ${needs.join(" or ")}`;
    }
    if (who.length === 0) return "nothing fits";
    return who.length === 1 ? `${who[0]} can't be taken` : `${who.join(" and ")} exclude each other`;
  }

  #missing(name: string, unfit: States | undefined): string {
    const candidates = this.#facts.candidates.get(name) ?? [];
    if (candidates.length === 0) return " (there is no such package)";
    if (unfit !== this.#all(name)) return "";
    const versions = candidates.map(({ version }) => formatPackageVersion(version)).toReversed();
    return ` (there ${versions.length === 1 ? "is" : "are"} ${versions.slice(0, 12).join(", ")})`;
  }

  #all(name: string): States {
    return this.#facts.states.get(name) ?? absent;
  }

  /** "a", "a 1.0.0", "a 1.0.0 to 1.4.0", "a >=1.4.0", "a 1.0.0, 1.4.0" */
  #some(name: string, states: States): string {
    if (name === root) return this.#asker;
    const candidates = this.#facts.candidates.get(name) ?? [];
    const chosen = candidates.flatMap(({ version }, at) =>
      (states & (2n << BigInt(at))) === 0n ? [] : [{ at, text: formatPackageVersion(version) }],
    );
    const [first] = chosen;
    const last = chosen.at(-1);
    if (first === undefined || last === undefined) return `no version of ${name}`;
    if (chosen.length === candidates.length) return candidates.length === 1 ? `${name} ${first.text}` : `every ${name}`;
    if (chosen.length === 1) return `${name} ${first.text}`;
    if (last.at - first.at >= chosen.length) return `${name} ${chosen.map(({ text }) => text).join(", ")}`;
    if (last.at === candidates.length - 1) return `${name} >=${first.text}`;
    return first.at === 0 ? `${name} <=${last.text}` : `${name} ${first.text} to ${last.text}`;
  }
}
