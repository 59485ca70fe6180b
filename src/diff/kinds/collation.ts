import type { Fact } from "../fact.ts";
import type { Kind } from "../kind.ts";
import { asideName, literal, moveStatements } from "../move.ts";
import { ident, nameOf } from "../name.ts";

interface CollationProps {
  /** pg_collation.collprovider: b builtin, c libc, i ICU. */
  readonly provider: "b" | "c" | "i";
  readonly deterministic: boolean;
  readonly collate: string | null;
  readonly ctype: string | null;
  readonly locale: string | null;
  readonly rules: string | null;
}

/** Collations, which can't be changed: columns move over to a new one. */
export const collation: Kind = {
  kind: "collation",
  query: "collation",
  noun: collationNoun,
  create: (fact) => [`create ${collationNoun(fact)} (${optionsOf(fact).join(", ")})`],
  drop: (fact) => [`drop ${collationNoun(fact)}`],
  alter: () => "rebuild",
  aside: {
    fact: (fact) => ({ ...fact, name: asideName(fact.name) }),
    statements: (fact) => [`alter ${collationNoun(fact)} rename to ${ident(asideName(fact.name))}`],
  },
  slots: (fact) => [collationNoun(fact)],
  rename: (from, to) => moveStatements(collationNoun, from, to),
};

function optionsOf(fact: Fact): readonly string[] {
  const { provider, deterministic, collate, ctype, locale, rules } = fact.props as unknown as CollationProps;
  const text = (name: string, value: string | null): readonly string[] =>
    value === null ? [] : [`${name} = ${literal(value)}`];
  return [
    `provider = ${providers[provider]}`,
    ...(locale === null ? [...text("lc_collate", collate), ...text("lc_ctype", ctype)] : text("locale", locale)),
    ...(deterministic ? [] : ["deterministic = false"]),
    ...text("rules", rules),
  ];
}

const providers = { b: "builtin", c: "libc", i: "icu" } as const;

function collationNoun(fact: Fact): string {
  return `collation ${nameOf(fact)}`;
}
