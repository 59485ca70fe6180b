import type { Fact } from "../fact.ts";
import type { Kind } from "../kind.ts";
import { moveStatements } from "../move.ts";
import { ident } from "../name.ts";

interface LanguageProps {
  readonly trusted: boolean;
  readonly handler: string;
  readonly inline: string | null;
  readonly validator: string | null;
}

/** Procedural languages that no extension has brought. */
export const language: Kind = {
  kind: "language",
  query: "language",
  noun: languageNoun,
  grantNoun: languageNoun,
  create: (fact) => [`create ${definitionOf(fact)}`],
  drop: (fact) => [`drop ${languageNoun(fact)}`],
  alter: (_from, to) => [{ aspect: "definition", statements: [`create or replace ${definitionOf(to)}`] }],
  rename: (from, to) => moveStatements(languageNoun, from, to),
};

function definitionOf(fact: Fact): string {
  const { trusted, handler, inline, validator } = fact.props as unknown as LanguageProps;
  return [
    `${trusted ? "trusted " : ""}language ${ident(fact.name)} handler ${handler}`,
    ...(inline === null ? [] : [`inline ${inline}`]),
    ...(validator === null ? [] : [`validator ${validator}`]),
  ].join(" ");
}

function languageNoun(fact: Fact): string {
  return `language ${ident(fact.name)}`;
}
