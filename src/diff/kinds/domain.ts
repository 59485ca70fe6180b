import type { Loss } from "../action.ts";
import type { Fact, FactKind } from "../fact.ts";
import type { Context, Follower, Kind, Step } from "../kind.ts";
import { asideName } from "../move.ts";
import { ident, nameOf, qualified } from "../name.ts";
import { rowProbe } from "./data-probes.ts";
import { lowerKeywords } from "./deparsed.ts";
import { domainConstraintClause, domainNotNullName } from "./domain-constraint.ts";
import { columnsOfDomain, isContained } from "./domain-columns.ts";
import { followersOf, narrowingOf } from "./narrowing.ts";

interface DomainProps {
  readonly type: string;
  /** Other than that of the type. */
  readonly collation?: string;
  readonly default?: string;
  readonly notNull?: true;
  /** Definitions of its checks, which are facts of their own. */
  readonly checks?: readonly string[];
}

/** Domains. Nothing changes what one is based on: columns are put over to a new one. */
export const domain: Kind = {
  kind: "domain",
  query: "domain",
  noun: (fact) => `domain ${nameOf(fact)}`,
  grantNoun: (fact) => `domain ${nameOf(fact)}`,
  create: (fact, context) => [creation(fact, context.inlined(fact), context)],
  drop: (fact) => [`drop domain ${nameOf(fact)}`],
  alter: (from, to, context) => {
    const [before, after] = [propsOf(from), propsOf(to)];
    if (before.type !== after.type || before.collation !== after.collation) return "rebuild";
    if (isStricter(before, after) && isContained(from.key, context.from)) return "rebuild";
    return [
      ...(before.default === after.default ? [] : [defaultStep(to, after.default)]),
      ...(before.notNull === after.notNull ? [] : [nullStep(to, after.notNull === true, context)]),
    ];
  },
  aside: {
    fact: aside,
    statements: (fact) => [`alter domain ${nameOf(fact)} rename to ${ident(aside(fact).name)}`],
    losses,
  },
  follow,
  slots: (fact) => [`type ${nameOf(fact)}`],
  rename: (from, to) => [
    ...(from.schema === to.schema ? [] : [`alter domain ${nameOf(from)} set schema ${ident(to.schema ?? "")}`]),
    ...(from.name === to.name
      ? []
      : [`alter domain ${nameOf({ ...from, schema: to.schema })} rename to ${ident(to.name)}`]),
  ],
};

/** Values go over by casts, which cut and round where an assignment would refuse. */
function losses(from: Fact, to: Fact, context: Context): readonly Loss[] {
  return followersOf(from.key, context).flatMap(({ column, isArray }) => {
    const typeOf = (fact: Fact): string => `${propsOf(fact).type}${isArray ? "[]" : ""}`;
    return narrowingOf(column, { value: ident(column.name), from: typeOf(from), to: typeOf(to), context });
  });
}

/** Its default lets go of what it calls, and calls the new one: values are based on nothing of that. */
function follow({ from, to, on }: Follower): readonly Step[] | "rebuild" {
  const { default: value } = propsOf(to);
  if (propsOf(from).default === undefined || basis.has(on.kind)) return "rebuild";
  return [
    { ...defaultStep(to, undefined), aspect: `default without ${on.key}`, frees: on.key },
    ...(value === undefined ? [] : [defaultStep(to, value)]),
  ];
}

const basis: ReadonlySet<FactKind> = new Set([
  ...(["enum", "domain", "composite type", "range", "base type", "collation"] as const),
  ...(["table", "foreign table", "view", "materialized view"] as const),
]);

function creation(fact: Fact, inlined: readonly Fact[], { from }: Context): string {
  const { type, collation, default: value, notNull } = propsOf(fact);
  const hasOwn = inlined.some((item) => item.props["type"] === "not null");
  // The old one, which stands aside, still has the name that Postgres would give.
  const named = from.facts.has(fact.key) ? `constraint ${ident(domainNotNullName(fact.name))} ` : "";
  return [
    `create domain ${nameOf(fact)} as ${type}`,
    ...(collation === undefined ? [] : [`collate ${collation}`]),
    ...(value === undefined ? [] : [`default ${lowerKeywords(value)}`]),
    ...(notNull === true && !hasOwn ? [`${named}not null`] : []),
    ...inlined.map(domainConstraintClause),
  ].join("\n  ");
}

/** True when values that were good may be no longer. */
function isStricter(before: DomainProps, after: DomainProps): boolean {
  const known = new Set(before.checks ?? []);
  const valid = (after.checks ?? []).filter((check) => !check.endsWith(" NOT VALID"));
  return (before.notNull !== true && after.notNull === true) || valid.some((check) => !known.has(check));
}

function aside(fact: Fact): Fact {
  return { ...fact, name: asideName(fact.name) };
}

function defaultStep(fact: Fact, value: string | undefined): Step {
  const change = value === undefined ? "drop default" : `set default ${lowerKeywords(value)}`;
  return { aspect: "default", statements: [`alter domain ${nameOf(fact)} ${change}`], releases: value === undefined };
}

function nullStep(fact: Fact, isNotNull: boolean, context: Context): Step {
  const statements = [`alter domain ${nameOf(fact)} ${isNotNull ? "set" : "drop"} not null`];
  if (!isNotNull) return { aspect: "not null", statements };
  const probes = columnsOfDomain(fact.key, context.from).map((column) => {
    const table = qualified(column.schema, column.relation ?? "");
    const message = `column ${column.name} of ${table}, of domain ${nameOf(fact)}, contains null values`;
    return rowProbe("null", table, { condition: `this.${ident(column.name)} is null`, message });
  });
  return { aspect: "not null", statements, probes };
}

function propsOf(fact: Fact): DomainProps {
  return fact.props as unknown as DomainProps;
}
