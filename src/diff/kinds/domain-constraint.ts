import type { Probe } from "../action.ts";
import type { Fact } from "../fact.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { ident, qualified, relationOf } from "../name.ts";
import { rowProbe } from "./data-probes.ts";
import { clipped } from "./not-null.ts";
import { lowerKeywords, withValue } from "./deparsed.ts";
import { columnsOfDomain } from "./domain-columns.ts";
import { baseOf } from "./value-cast.ts";

interface DomainConstraintProps {
  readonly type: "check" | "not null";
  /** Of NOT NULL, of which a domain has one. */
  readonly name?: string;
  /** Of a check: with and without the word. */
  readonly definition?: string;
  readonly expression?: string;
  readonly notValid?: true;
}

/** Checks of domains; from 17 on also NOT NULL, which the domain makes: here it has its name and comment. */
export const domainConstraint: Kind = {
  kind: "domain constraint",
  query: "domain",
  noun: (fact) => `constraint ${ident(constraintName(fact))} on domain ${relationOf(fact)}`,
  create: (fact) => {
    if (isNotNull(fact)) return renaming(fact, defaultName(fact), constraintName(fact));
    const valid = propsOf(fact).notValid === true ? " not valid" : "";
    return [`alter domain ${relationOf(fact)} add ${domainConstraintClause(fact)}${valid}`];
  },
  // NOT NULL goes when the domain says so.
  drop: (fact) => (isNotNull(fact) ? [] : [`alter domain ${relationOf(fact)} drop constraint ${ident(fact.name)}`]),
  alter: (from, to, context) => {
    const [before, after] = [propsOf(from), propsOf(to)];
    if (isNotNull(to)) return [{ aspect: "name", statements: renaming(to, constraintName(from), constraintName(to)) }];
    if (before.definition !== after.definition) return "rebuild";
    if (before.notValid !== true) return after.notValid === true ? "rebuild" : [];
    return [validation(to, context)];
  },
  inline: (fact) => (propsOf(fact).notValid === true || (isNotNull(fact) && !isTold(fact)) ? "never" : "when possible"),
  probes: (fact, context) => (propsOf(fact).notValid === true ? [] : checkProbes(fact, context)),
  rename: (from, to) => renaming(to, from.name, to.name),
  renamesFreely: true,
};

/** `constraint positive check (value > 0)` */
export function domainConstraintClause(fact: Fact): string {
  const { definition = "NOT NULL" } = propsOf(fact);
  return `constraint ${ident(constraintName(fact))} ${lowerKeywords(definition)}`;
}

function validation(fact: Fact, context: Context): Step {
  const statements = [`alter domain ${relationOf(fact)} validate constraint ${ident(fact.name)}`];
  return { aspect: "validation", statements, probes: checkProbes(fact, context) };
}

/** One for each column that holds values of the domain. */
function checkProbes(fact: Fact, { from }: Context): readonly Probe[] {
  const { expression } = propsOf(fact);
  if (expression === undefined || fact.parent === null) return [];
  // VALUE is of the type that the domain is based on: an enum is equal to none of a domain over it.
  const base = baseOf(String(from.facts.get(fact.parent)?.props["type"]), from);
  return columnsOfDomain(fact.parent, from).map((column) => {
    const table = qualified(column.schema, column.relation ?? "");
    const condition = `not (${lowerKeywords(withValue(expression, `(this.${ident(column.name)})::${base}`))})`;
    const message = `column ${column.name} of ${table} violates check ${ident(fact.name)} of domain ${relationOf(fact)}`;
    return rowProbe("check", table, { condition, message });
  });
}

function renaming(fact: Fact, from: string, to: string): readonly string[] {
  return from === to ? [] : [`alter domain ${relationOf(fact)} rename constraint ${ident(from)} to ${ident(to)}`];
}

function isTold(fact: Fact): boolean {
  return constraintName(fact) !== defaultName(fact);
}

/** What Postgres calls the NOT NULL of a domain, shortened to 63 bytes. */
export function domainNotNullName(domain: string): string {
  return `${clipped(domain, 63 - "_not_null".length)}_not_null`;
}

function defaultName({ relation }: Fact): string {
  return domainNotNullName(relation ?? "");
}

function constraintName(fact: Fact): string {
  return propsOf(fact).name ?? fact.name;
}

function isNotNull(fact: Fact): boolean {
  return propsOf(fact).type === "not null";
}

function propsOf(fact: Fact): DomainConstraintProps {
  return fact.props as unknown as DomainConstraintProps;
}
