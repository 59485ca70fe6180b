import { isEqual } from "../equal.ts";
import type { Fact } from "../fact.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { moveStatements } from "../move.ts";
import { ident, nameOf, qualified } from "../name.ts";

interface OperatorProps {
  readonly function: string;
  /** Null for a prefix operator. */
  readonly left: string | null;
  readonly right: string;
  /** `operator(public.<)`, so that any name may follow. */
  readonly commutator: string | null;
  readonly negator: string | null;
  readonly restrict: string | null;
  readonly join: string | null;
  readonly hashes: boolean;
  readonly merges: boolean;
}

interface Member {
  readonly what: "operator" | "function";
  readonly number: number;
  readonly left: string;
  readonly right: string;
  /** Of a function with its arguments. */
  readonly name: string;
  /** The family that sorts by it, for ordering operators. */
  readonly order?: string | null;
}

interface ClassProps {
  readonly type: string;
  readonly default: boolean;
  readonly family: { readonly schema: string; readonly name: string };
  readonly storage: string | null;
  readonly members: readonly Member[];
}

/** Operators. Commutator and negator may be named before they are there: Postgres announces them. */
export const operator: Kind = {
  kind: "operator",
  query: "operator",
  noun: operatorNoun,
  create: (fact) => [`create operator ${operatorName(fact)} (\n  ${optionsOf(operatorProps(fact)).join(",\n  ")}\n)`],
  drop: (fact) => [`drop ${operatorNoun(fact)}`],
  alter: alterOperator,
  slots: (fact) => [operatorNoun(fact)],
};

function optionsOf(props: OperatorProps): readonly string[] {
  const optional = (["left", "right", "commutator", "negator", "restrict", "join"] as const).flatMap((name) =>
    props[name] === null ? [] : [`${words[name] ?? name} = ${props[name]}`],
  );
  return [
    `function = ${props.function}`,
    ...optional,
    ...(props.hashes ? ["hashes"] : []),
    ...(props.merges ? ["merges"] : []),
  ];
}

const words: Readonly<Record<string, string>> = { left: "leftarg", right: "rightarg" };

/** Estimators change in place; what else 17 and later can set, only where nothing was. */
function alterOperator(from: Fact, to: Fact, context: Context): readonly Step[] | "rebuild" {
  const [before, after] = [operatorProps(from), operatorProps(to)];
  const { commutator, negator, hashes, merges, ...fixed } = after;
  const { restrict, join } = before;
  if (
    !isEqual(
      { ...before, commutator, negator, hashes, merges },
      { ...fixed, commutator, negator, hashes, merges, restrict, join },
    )
  )
    return "rebuild";
  const added = additions(before, after);
  if (added === undefined || (added.length > 0 && context.from.major < 17)) return "rebuild";
  const changes = [
    ...(restrict === after.restrict ? [] : [`restrict = ${after.restrict ?? "none"}`]),
    ...(join === after.join ? [] : [`join = ${after.join ?? "none"}`]),
    ...added,
  ];
  return [{ aspect: "options", statements: [`alter ${operatorNoun(to)} set (${changes.join(", ")})`] }];
}

/** Undefined where something was set that is to be otherwise. */
function additions(before: OperatorProps, after: OperatorProps): readonly string[] | undefined {
  const names = (["commutator", "negator", "hashes", "merges"] as const).filter((name) => before[name] !== after[name]);
  if (names.some((name) => before[name] !== null && before[name] !== false)) return undefined;
  return names.map((name) => (after[name] === true ? name : `${name} = ${String(after[name])}`));
}

/** Operator families, with the members that belong to no class (of several types, or added later). */
export const operatorFamily: Kind = {
  kind: "operator family",
  query: "operator-class",
  noun: (fact) => `operator family ${methodic(fact)}`,
  create: (fact) => [
    `create operator family ${methodic(fact)}`,
    ...(membersOf(fact).length === 0 ? [] : [addition(fact, membersOf(fact))]),
  ],
  drop: (fact) => [`drop operator family ${methodic(fact)}`],
  alter: (from, to) => {
    const isIn = (list: readonly Member[], member: Member): boolean => list.some((other) => isEqual(other, member));
    const gone = membersOf(from).filter((member) => !isIn(membersOf(to), member));
    const come = membersOf(to).filter((member) => !isIn(membersOf(from), member));
    return [
      ...(gone.length === 0 ? [] : [{ aspect: "fewer members", statements: [removal(to, gone)], releases: true }]),
      ...(come.length === 0 ? [] : [{ aspect: "more members", statements: [addition(to, come)] }]),
    ];
  },
  slots: (fact) => [`operator family ${methodic(fact)}`],
  rename: (from, to) => moveStatements((fact) => `operator family ${methodic(fact)}`, from, to),
};

/** Operator classes with their members. */
export const operatorClass: Kind = {
  kind: "operator class",
  query: "operator-class",
  noun: (fact) => `operator class ${methodic(fact)}`,
  create: (fact) => {
    const { type, default: isDefault, family, storage, members } = classProps(fact);
    const parts = [...members.map(memberOf), ...(storage === null ? [] : [`storage ${storage}`])];
    // One without members has to name a storage: its own type says nothing new.
    const items = parts.length === 0 ? [`storage ${type}`] : parts;
    const head = `${nameOf(fact)}${isDefault ? " default" : ""} for type ${type} using ${ident(fact.args ?? "")}`;
    return [
      `create operator class ${head} family ${qualified(family.schema, family.name)} as\n  ${items.join(",\n  ")}`,
    ];
  },
  drop: (fact) => [`drop operator class ${methodic(fact)}`],
  alter: () => "rebuild",
  slots: (fact) => [`operator class ${methodic(fact)}`],
  rename: (from, to) => moveStatements((fact) => `operator class ${methodic(fact)}`, from, to),
};

function addition(fact: Fact, members: readonly Member[]): string {
  return `alter operator family ${methodic(fact)} add\n  ${members.map(memberOf).join(",\n  ")}`;
}

function removal(fact: Fact, members: readonly Member[]): string {
  const items = members.map(({ what, number, left, right }) => `${what} ${number} (${left}, ${right})`);
  return `alter operator family ${methodic(fact)} drop\n  ${items.join(",\n  ")}`;
}

function memberOf({ what, number, left, right, name, order }: Member): string {
  if (what === "function") return `function ${number} (${left}, ${right}) ${name}`;
  const purpose = (order ?? null) === null ? "" : ` for order by ${order}`;
  return `operator ${number} ${name} (${left}, ${right})${purpose}`;
}

function membersOf(fact: Fact): readonly Member[] {
  return classProps(fact).members;
}

/** `public.nearly using btree`. */
function methodic(fact: Fact): string {
  return `${nameOf(fact)} using ${ident(fact.args ?? "")}`;
}

function operatorNoun(fact: Fact): string {
  return `operator ${operatorName(fact)} (${(fact.args ?? "").replace(/^NONE,/, "none,")})`;
}

/** An operator's own name takes no quotes. */
function operatorName(fact: Fact): string {
  return `${ident(fact.schema ?? "")}.${fact.name}`;
}

function operatorProps(fact: Fact): OperatorProps {
  return fact.props as unknown as OperatorProps;
}

function classProps(fact: Fact): ClassProps {
  return fact.props as unknown as ClassProps;
}
