import type { Fact } from "../fact.ts";
import { isEqual } from "../equal.ts";
import type { Context, Kind } from "../kind.ts";
import { literal, moveStatements } from "../move.ts";
import { ident, nameOf } from "../name.ts";
import { alterRelation, isOfView } from "./column-props.ts";
import { routineFunction } from "./routine.ts";

interface BaseTypeProps extends Settable {
  readonly input: string;
  readonly output: string;
  /** -1: of variable length; -2: a C string. */
  readonly length: number;
  readonly passedByValue: boolean;
  readonly alignment: "c" | "s" | "i" | "d";
  readonly category: string;
  readonly preferred: boolean;
  readonly default: string | null;
  readonly element: string | null;
  readonly delimiter: string;
  readonly collatable: boolean;
}

/** What ALTER TYPE … SET can change. */
interface Settable {
  readonly receive: string | null;
  readonly send: string | null;
  readonly typmodIn: string | null;
  readonly typmodOut: string | null;
  readonly analyze: string | null;
  readonly subscript: string | null;
  readonly storage: "p" | "e" | "m" | "x";
}

/** Base types; the functions that they can't be without are their parts: made after the shell, before the type. */
export const baseType: Kind = {
  kind: "base type",
  query: "type",
  noun: typeNoun,
  grantNoun: typeNoun,
  create: (fact, context) => [
    `create type ${nameOf(fact)}`,
    ...context.inlined(fact).flatMap((routine) => routineFunction.create(routine, context)),
    `create type ${nameOf(fact)} (\n  ${optionsOf(fact).join(",\n  ")}\n)`,
  ],
  // Its functions need it: nothing else is left that does.
  drop: (fact) => [`drop type ${nameOf(fact)} cascade`],
  alter: (from, to, context) => changedInPlace(from, to, context) ?? "rebuild",
  slots: (fact) => [`type ${nameOf(fact)}`],
  rename: (from, to) => moveStatements(typeNoun, from, to),
};

/** Types that are announced, and nothing more. */
export const shellType: Kind = {
  kind: "shell type",
  query: "type",
  noun: typeNoun,
  create: (fact) => [`create type ${nameOf(fact)}`],
  drop: (fact) => [`drop type ${nameOf(fact)}`],
  alter: () => [],
  slots: (fact) => [`type ${nameOf(fact)}`],
  rename: (from, to) => moveStatements(typeNoun, from, to),
};

function changedInPlace(from: Fact, to: Fact, context: Context): ReturnType<Kind["alter"]> | undefined {
  const [before, after] = [propsOf(from), propsOf(to)];
  const keys = Object.keys(settable) as (keyof Settable)[];
  const others = Object.fromEntries(keys.map((key) => [key, before[key]]));
  if (!isEqual({ ...after, ...others }, before)) return undefined;
  // From plain to another storage and never back: rows may be toasted already.
  if (before.storage !== after.storage && after.storage === "p") return undefined;
  const changes = keys.filter((key) => before[key] !== after[key]).map((key) => optionOf(key, after));
  const stored = before.storage === after.storage ? [] : columnStorage(to, context);
  return [{ aspect: "definition", statements: [`alter type ${nameOf(to)} set (${changes.join(", ")})`, ...stored] }];
}

/** Columns that stand keep what they were made with. */
function columnStorage(to: Fact, { from, stands }: Context): readonly string[] {
  return [...(from.neededBy.get(to.key) ?? [])].flatMap((key) => {
    const column = from.facts.get(key);
    if (column?.kind !== "column" || isOfView(column) || !stands(key)) return [];
    return [`${alterRelation(column)} alter column ${ident(column.name)} set storage ${storages[propsOf(to).storage]}`];
  });
}

function optionOf(key: keyof Settable, props: BaseTypeProps): string {
  const value = props[key];
  if (key === "storage") return `storage = ${storages[props.storage]}`;
  return `${settable[key]} = ${value ?? "none"}`;
}

function optionsOf(fact: Fact): readonly string[] {
  const props = propsOf(fact);
  const keys = (Object.keys(settable) as (keyof Settable)[]).filter((key) => key !== "storage" && props[key] !== null);
  return [
    `input = ${props.input}`,
    `output = ${props.output}`,
    ...keys.map((key) => optionOf(key, props)),
    `internallength = ${props.length === -1 ? "variable" : props.length}`,
    ...(props.passedByValue ? ["passedbyvalue"] : []),
    `alignment = ${alignments[props.alignment]}`,
    `storage = ${storages[props.storage]}`,
    `category = ${literal(props.category)}`,
    `preferred = ${props.preferred}`,
    ...(props.default === null ? [] : [`default = ${literal(props.default)}`]),
    ...(props.element === null ? [] : [`element = ${props.element}`]),
    `delimiter = ${literal(props.delimiter)}`,
    `collatable = ${props.collatable}`,
  ];
}

const settable: Readonly<Record<keyof Settable, string>> = {
  receive: "receive",
  send: "send",
  typmodIn: "typmod_in",
  typmodOut: "typmod_out",
  analyze: "analyze",
  subscript: "subscript",
  storage: "storage",
};
const alignments = { c: "char", s: "int2", i: "int4", d: "double" } as const;
const storages = { p: "plain", e: "external", m: "main", x: "extended" } as const;

function typeNoun(fact: Fact): string {
  return `type ${nameOf(fact)}`;
}

function propsOf(fact: Fact): BaseTypeProps {
  return fact.props as unknown as BaseTypeProps;
}
