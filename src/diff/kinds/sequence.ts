import type { Probe } from "../action.ts";
import { keyOf, type Fact } from "../fact.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { asideName, moveStatements } from "../move.ts";
import { ident, nameOf, qualified } from "../name.ts";
import { identityProps } from "./identity-clause.ts";
import {
  changedSequenceOptions,
  isDescending,
  isTurned,
  sequenceBounds,
  sequenceOptions,
  type SequenceOptions,
} from "./sequence-options.ts";
import { aboveValues, carried, ownedSequence } from "./sequence-value.ts";

/** Sequences, but for those of identity columns. What they have given out is data: they are altered, never made again. */
export const sequence: Kind = {
  kind: "sequence",
  query: "sequence",
  noun: (fact) => `sequence ${nameOf(fact)}`,
  grantNoun: (fact) => `sequence ${nameOf(fact)}`,
  create: (fact) => [
    `create ${optionsOf(fact).unlogged === true ? "unlogged " : ""}sequence ${nameOf(fact)}${sequenceOptions(optionsOf(fact))}`,
  ],
  drop: (fact, context) => {
    const successor = identityOf(fact.parent, context);
    if (successor === undefined) return [`drop sequence ${nameOf(fact)}`];
    // The identity goes on with its value, then drops it: out of its way meanwhile.
    const isInTheWay = successor.schema === fact.schema && identityProps(successor).sequence === fact.name;
    return isInTheWay ? [`alter sequence ${nameOf(fact)} rename to ${ident(asideName(fact.name))}`] : [];
  },
  alter: (from, to, context) => [...persistence(from, to, context), ...options(from, to)],
  follow: () => "keep",
  // No relation is made beside a type of its name, although this one has none.
  slots: (fact) => [`relation ${nameOf(fact)}`, `type ${nameOf(fact)}`],
  loss: (fact) =>
    fact.parent === null ? { what: "sequence", name: fact.key.slice("sequence ".length), count: undefined } : undefined,
  rename: (from, to) => moveStatements((fact) => `sequence ${nameOf(fact)}`, from, to),
};

function optionsOf(fact: Fact): SequenceOptions {
  return fact.props;
}

/** The identity that a column gets in place of its sequence. */
function identityOf(column: string | null, { from, to }: Context): Fact | undefined {
  if (column === null || !from.facts.has(column)) return undefined;
  const key = to.parts.get(column)?.find((part) => part.startsWith("identity "));
  return key === undefined ? undefined : to.facts.get(key);
}

function persistence(from: Fact, to: Fact, context: Context): readonly Step[] {
  const { unlogged } = optionsOf(to);
  if (optionsOf(from).unlogged === unlogged || follows(from, to, context)) return [];
  const set = `alter sequence ${nameOf(to)} set ${unlogged === true ? "unlogged" : "logged"}`;
  return [{ aspect: "persistence", statements: [set] }];
}

/** ALTER TABLE … SET LOGGED takes the table's sequences along. */
function follows(from: Fact, to: Fact, context: Context): boolean {
  if (from.parent === null || from.parent !== to.parent) return false;
  const table = context.to.facts.get(to.parent)?.parent ?? "";
  const [before, after] = [context.from, context.to].map((model) => model.facts.get(table)?.props["unlogged"]);
  return before !== after && after === optionsOf(to).unlogged;
}

function options(from: Fact, to: Fact): readonly Step[] {
  const change = changedSequenceOptions(optionsOf(from), optionsOf(to));
  if (change === "") return [];
  const statements = [`alter sequence ${nameOf(to)}${change}`];
  return [{ aspect: "options", statements, probes: boundProbes(nameOf(to), to, from) }];
}

/** A sequence can't be narrowed beyond the value where it stands. */
export function boundProbes(name: string, to: Fact, from: Fact): readonly Probe[] {
  if (isTurned(optionsOf(from), optionsOf(to))) return [];
  const [least, greatest] = sequenceBounds(optionsOf(to));
  const [before, after] = sequenceBounds(optionsOf(from));
  if (BigInt(least) <= BigInt(before ?? "0") && BigInt(greatest) >= BigInt(after ?? "0")) return [];
  const sql = `select last_value::text as row from ${name} where last_value not between ${least} and ${greatest}`;
  return [{ what: "check", sql, message: `sequence ${name} stands outside its new bounds, ${least} to ${greatest}` }];
}

interface OwnershipProps {
  /** Of the column. */
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

/**
 * That a sequence goes with a column: `alter sequence … owned by`. A fact of its own because the sequence must be there
 * before the column's default, and the column before this.
 */
export const ownership: Kind = {
  kind: "ownership",
  query: "sequence",
  noun: (fact) => `sequence ${nameOf(fact)}`,
  create: (fact, context) => [...continuation(fact, context), owning(fact)],
  drop: (fact) => [`alter sequence ${nameOf(fact)} owned by none`],
  alter: (_, to) => [{ aspect: "owned by", statements: [owning(to)] }],
  slots: (fact) => {
    const { schema, table, column } = ownershipProps(fact);
    return [`sequence of ${keyOf({ kind: "column", schema, relation: table, name: column, args: null })}`];
  },
};

function ownershipProps(fact: Fact): OwnershipProps {
  return fact.props as unknown as OwnershipProps;
}

function owning(fact: Fact): string {
  const { schema, table, column } = ownershipProps(fact);
  return `alter sequence ${nameOf(fact)} owned by ${qualified(schema, table)}.${ident(column)}`;
}

/**
 * Goes on where the column's identity stopped, which left its value aside; a new one of a column that has had none goes on
 * above what is in it.
 */
function continuation(fact: Fact, { from, to }: Context): readonly string[] {
  const sequence = to.facts.get(fact.parent ?? "");
  const column = sequence?.parent ?? "";
  const key = from.parts.get(column)?.find((part) => part.startsWith("identity "));
  const old = key === undefined ? undefined : from.facts.get(key);
  if (sequence === undefined || from.facts.has(sequence.key)) return [];
  if (old === undefined) {
    const { schema, table, column: name } = ownershipProps(fact);
    const isFirst = from.facts.has(column) && ownedSequence(column, from) === undefined;
    return isFirst
      ? [aboveValues(nameOf(fact), qualified(schema, table), name, isDescending(optionsOf(sequence)))]
      : [];
  }
  const name = qualified(old.schema, asideName(identityProps(old).sequence));
  return [...carried(name, nameOf(fact), false), `drop sequence ${name}`];
}
