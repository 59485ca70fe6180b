import type { Fact } from "../fact.ts";
import type { Kind } from "../kind.ts";

interface CastProps {
  /** pg_cast.castmethod: f by a function, i by way of text, b none at all. */
  readonly method: "f" | "i" | "b";
  /** pg_cast.castcontext: e explicit, a in assignments, i implicit. */
  readonly context: "e" | "a" | "i";
  /** With its arguments. */
  readonly function: string | null;
}

/** Casts, which live in no schema; `args` says from what to what: `integer as public.money`. */
export const cast: Kind = {
  kind: "cast",
  query: "cast",
  noun: castNoun,
  create: (fact) => [`create ${castNoun(fact)} ${methodOf(fact)}${contexts[propsOf(fact).context]}`],
  drop: (fact) => [`drop ${castNoun(fact)}`],
  alter: () => "rebuild",
};

function methodOf(fact: Fact): string {
  const { method, function: routine } = propsOf(fact);
  if (method === "i") return "with inout";
  return method === "b" ? "without function" : `with function ${routine}`;
}

const contexts = { e: "", a: " as assignment", i: " as implicit" } as const;

function castNoun(fact: Fact): string {
  return `cast (${fact.args})`;
}

function propsOf(fact: Fact): CastProps {
  return fact.props as unknown as CastProps;
}
