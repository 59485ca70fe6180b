import { isEqual } from "../equal.ts";
import type { Fact } from "../fact.ts";
import type { Kind } from "../kind.ts";
import { moveStatements } from "../move.ts";
import { nameOf } from "../name.ts";
import { aggregateDefinition } from "../aggregate.ts";

interface RoutineProps {
  /** pg_proc.prokind: f function, w window function, p procedure, a aggregate. */
  readonly kind: "f" | "w" | "p" | "a";
  /** pg_get_functiondef; aggregates have none. */
  readonly definition: string;
  readonly returns: string;
  readonly returnsSet: boolean;
  /** Name and type of each column, where it returns an anonymous row. */
  readonly record: readonly (readonly [string, string])[] | null;
  /** Names of the arguments, "" for those without; empty when none has one. */
  readonly inputs: readonly string[];
  /** With defaults, where one may be of any type. */
  readonly polymorphic: string | null;
  /** How many arguments have defaults. */
  readonly defaults: number;
}

/** Functions and window functions; in a type's hands (`parent`) those that read and write its values. */
export const routineFunction: Kind = {
  kind: "function",
  query: "routine",
  noun: functionNoun,
  grantNoun: functionNoun,
  create: (fact) => [propsOf(fact).definition],
  drop: (fact) => [`drop ${functionNoun(fact)}`],
  alter: replacement,
  inline: (fact) => (fact.parent === null ? "never" : "always"),
  slots,
  rename: (from, to) => moveStatements(functionNoun, from, to),
};

/** Procedures. */
export const procedure: Kind = {
  kind: "procedure",
  query: "routine",
  noun: procedureNoun,
  grantNoun: procedureNoun,
  create: (fact) => [propsOf(fact).definition],
  drop: (fact) => [`drop ${procedureNoun(fact)}`],
  alter: replacement,
  slots,
  rename: (from, to) => moveStatements(procedureNoun, from, to),
};

/** Aggregates: plain, ordered-set and hypothetical-set ones. */
export const aggregate: Kind = {
  kind: "aggregate",
  query: "routine",
  noun: aggregateNoun,
  // GRANT knows no aggregates.
  grantNoun: functionNoun,
  create: (fact) => [`create ${aggregateDefinition(fact)}`],
  drop: (fact) => [`drop ${aggregateNoun(fact)}`],
  alter: (from, to) =>
    isReplaceable(from, to) && sameAggregateShape(from, to)
      ? [{ aspect: "definition", statements: [`create or replace ${aggregateDefinition(to)}`] }]
      : "rebuild",
  slots,
  rename: (from, to) => moveStatements(aggregateNoun, from, to),
};

function replacement(from: Fact, to: Fact): ReturnType<Kind["alter"]> {
  if (!isReplaceable(from, to)) return "rebuild";
  return [{ aspect: "definition", statements: [propsOf(to).definition] }];
}

/**
 * Whether CREATE OR REPLACE takes it: the result stays, an argument keeps its name if it has one, and its default.
 *
 * Source: ProcedureCreate() in src/backend/catalog/pg_proc.c.
 */
function isReplaceable(from: Fact, to: Fact): boolean {
  const [before, after] = [propsOf(from), propsOf(to)];
  const result = (props: RoutineProps): unknown => [props.kind, props.returns, props.returnsSet, props.record];
  if (!isEqual(result(before), result(after))) return false;
  if (!before.inputs.every((name, index) => name === "" || name === after.inputs[index])) return false;
  if (before.defaults > after.defaults) return false;
  // A default of a polymorphic argument has a type of its own, which must stay.
  return before.polymorphic === null || before.polymorphic === after.polymorphic;
}

function sameAggregateShape(from: Fact, to: Fact): boolean {
  const shape = ({ props }: Fact): unknown => [props["aggregate"], props["directArguments"], props["arguments"]];
  return isEqual(shape(from), shape(to));
}

/** Functions, procedures and aggregates share their names. */
function slots(fact: Fact): readonly string[] {
  return [`routine ${nameOf(fact)}(${fact.args ?? ""})`];
}

function functionNoun(fact: Fact): string {
  return `function ${nameOf(fact)}(${typesOf(fact)})`;
}

/** `in` before each: without it Postgres looks for output arguments among them, too. */
function procedureNoun(fact: Fact): string {
  const types = typesOf(fact).match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? [];
  const inputs = types.map((type) => `in ${type.trim()}`);
  return `procedure ${nameOf(fact)}(${inputs.join(", ")})`;
}

function aggregateNoun(fact: Fact): string {
  return `aggregate ${nameOf(fact)}(${fact.args === "" ? "*" : typesOf(fact)})`;
}

function typesOf(fact: Fact): string {
  return fact.args ?? "";
}

function propsOf(fact: Fact): RoutineProps {
  return fact.props as unknown as RoutineProps;
}
