import type { Fact } from "../fact.ts";
import type { Kind } from "../kind.ts";
import { literal, moveStatements } from "../move.ts";
import { nameOf } from "../name.ts";

interface ConversionProps {
  readonly from: string;
  readonly to: string;
  readonly function: string;
  readonly default: boolean;
}

/** Conversions between encodings. */
export const conversion: Kind = {
  kind: "conversion",
  query: "conversion",
  noun: conversionNoun,
  create: (fact) => {
    const { from, to, function: routine, default: isDefault } = fact.props as unknown as ConversionProps;
    const encodings = `for ${literal(from)} to ${literal(to)}`;
    return [`create ${isDefault ? "default " : ""}${conversionNoun(fact)} ${encodings} from ${routine}`];
  },
  drop: (fact) => [`drop ${conversionNoun(fact)}`],
  alter: () => "rebuild",
  slots: (fact) => [conversionNoun(fact)],
  rename: (from, to) => moveStatements(conversionNoun, from, to),
};

function conversionNoun(fact: Fact): string {
  return `conversion ${nameOf(fact)}`;
}
