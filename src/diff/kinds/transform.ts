import type { Fact } from "../fact.ts";
import type { Kind } from "../kind.ts";
import { ident } from "../name.ts";

interface TransformProps {
  /** Functions with their arguments. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Transforms of a type (`args`) for a language (`name`). */
export const transform: Kind = {
  kind: "transform",
  query: "transform",
  noun: transformNoun,
  create: (fact) => [`create ${definitionOf(fact)}`],
  drop: (fact) => [`drop ${transformNoun(fact)}`],
  alter: (_from, to) => [{ aspect: "definition", statements: [`create or replace ${definitionOf(to)}`] }],
};

function definitionOf(fact: Fact): string {
  const { from, to } = fact.props as unknown as TransformProps;
  const parts = [
    ...(from === null ? [] : [`from sql with function ${from}`]),
    ...(to === null ? [] : [`to sql with function ${to}`]),
  ];
  return `${transformNoun(fact)} (${parts.join(", ")})`;
}

function transformNoun(fact: Fact): string {
  return `transform for ${fact.args} language ${ident(fact.name)}`;
}
