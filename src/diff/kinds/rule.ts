import type { Fact } from "../fact.ts";
import { firingClause, type Firing } from "../firing.ts";
import type { Kind, Step } from "../kind.ts";
import { ident, relationOf } from "../name.ts";

interface RuleProps {
  /** pg_get_ruledef, without the semicolon. */
  readonly definition: string;
  readonly enabled: Firing;
}

/** Rules other than those that make views. */
export const rule: Kind = {
  kind: "rule",
  query: "rule",
  noun: (fact) => `rule ${ident(fact.name)} on ${relationOf(fact)}`,
  create: (fact) => [propsOf(fact).definition, ...(propsOf(fact).enabled === "O" ? [] : [firing(fact)])],
  drop: (fact) => [`drop rule ${ident(fact.name)} on ${relationOf(fact)}`],
  alter: (from, to) => {
    const [before, after] = [propsOf(from), propsOf(to)];
    const steps: Step[] = [];
    if (before.definition !== after.definition) {
      // Whether it is enabled stays as it was.
      const statement = after.definition.replace(/^CREATE RULE/, "CREATE OR REPLACE RULE");
      steps.push({ aspect: "definition", statements: [statement] });
    }
    if (before.enabled !== after.enabled) steps.push({ aspect: "enabled", statements: [firing(to)] });
    return steps;
  },
  rename: (from, to) => [`alter rule ${ident(from.name)} on ${relationOf(from)} rename to ${ident(to.name)}`],
};

function firing(fact: Fact): string {
  return `alter table ${relationOf(fact)} ${firingClause(propsOf(fact).enabled)} rule ${ident(fact.name)}`;
}

function propsOf(fact: Fact): RuleProps {
  return fact.props as unknown as RuleProps;
}
