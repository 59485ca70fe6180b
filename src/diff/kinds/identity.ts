import type { Fact } from "../fact.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { asideName } from "../move.ts";
import { ident, qualified, relationOf } from "../name.ts";
import { identityClause, identityProps, identitySequence } from "./identity-clause.ts";
import { aboveValues, carried, ownedSequence } from "./sequence-value.ts";
import { changedSequenceOptions, isDescending } from "./sequence-options.ts";
import { boundProbes } from "./sequence.ts";

/** What makes a column an identity column; its sequence has comment and privileges, its owner is the table's. */
export const identity: Kind = {
  kind: "identity",
  query: "sequence",
  noun: (fact) => `sequence ${identitySequence(fact)}`,
  grantNoun: (fact) => `sequence ${identitySequence(fact)}`,
  create: (fact, context) => [`${alterColumn(fact)} add ${identityClause(fact)}`, ...continuation(fact, context)],
  drop: (fact, context) => [
    // Its value is needed once more by the sequence that follows it, under another name or the same.
    ...(ownedSequence(fact.parent, context.to) === undefined
      ? []
      : carried(identitySequence(fact), nameAside(fact), true)),
    `${alterColumn(fact)} drop identity`,
  ],
  alter: (from, to) => [...naming(from, to), ...generation(from, to), ...options(from, to)],
  follow: () => "keep",
  inline: () => "when possible",
  aside: {
    fact: (fact) => ({ ...fact, props: { ...fact.props, sequence: asideName(identityProps(fact).sequence) } }),
    // Where its table is put aside, whose `move` goes on with its value.
    statements: (fact) => [
      `alter sequence ${identitySequence(fact)} rename to ${ident(asideName(identityProps(fact).sequence))}`,
    ],
  },
  slots: (fact) => [
    `relation ${identitySequence(fact)}`,
    // A column has a default or is this; what gave its values before has stopped.
    `default of ${fact.parent ?? ""}`,
    `sequence of ${fact.parent ?? ""}`,
  ],
};

/** Goes on where the sequence stopped that gave the column its values so far, or above what is in it. */
function continuation(fact: Fact, { from, to }: Context): readonly string[] {
  const old = ownedSequence(fact.parent, from);
  if (old === undefined) {
    const isFirst = from.facts.has(fact.parent ?? "") && !from.facts.has(fact.key);
    const isDown = isDescending(identityProps(fact));
    return isFirst ? [aboveValues(identitySequence(fact), relationOf(fact), fact.name, isDown)] : [];
  }
  if (to.facts.has(old.key)) return carried(qualified(old.schema, old.name), identitySequence(fact), false);
  const name = isSameName(old, fact) ? asideName(old.name) : old.name;
  const now = qualified(old.schema, name);
  return [...carried(now, identitySequence(fact), false), `drop sequence ${now}`];
}

function isSameName(sequence: Fact, fact: Fact): boolean {
  return sequence.schema === fact.schema && sequence.name === identityProps(fact).sequence;
}

function nameAside(fact: Fact): string {
  return qualified(fact.schema, asideName(identityProps(fact).sequence));
}

function alterColumn(fact: Fact): string {
  return `alter table ${relationOf(fact)} alter column ${ident(fact.name)}`;
}

function naming(from: Fact, to: Fact): readonly Step[] {
  const [old, now] = [identityProps(from).sequence, identityProps(to).sequence];
  const rename = `alter sequence ${qualified(to.schema, old)} rename to ${ident(now)}`;
  return old === now ? [] : [{ aspect: "sequence name", statements: [rename] }];
}

function generation(from: Fact, to: Fact): readonly Step[] {
  const { generated } = identityProps(to);
  const set = `${alterColumn(to)} set generated ${generated}`;
  return identityProps(from).generated === generated ? [] : [{ aspect: "generated", statements: [set] }];
}

function options(from: Fact, to: Fact): readonly Step[] {
  const change = changedSequenceOptions(identityProps(from), identityProps(to));
  if (change === "") return [];
  const sequence = identitySequence(to);
  return [
    { aspect: "options", statements: [`alter sequence ${sequence}${change}`], probes: boundProbes(sequence, to, from) },
  ];
}
