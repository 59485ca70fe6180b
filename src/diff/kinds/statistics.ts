import type { Fact } from "../fact.ts";
import type { Kind } from "../kind.ts";
import { ident, nameOf } from "../name.ts";
import { lowerKeywords } from "./deparsed.ts";

interface StatisticsProps {
  /** `(ndistinct) ON a, b FROM public.t` */
  readonly definition: string;
  readonly target?: number;
}

/** Extended statistics. */
export const statistics: Kind = {
  kind: "statistics",
  query: "statistics",
  noun: (fact) => `statistics ${nameOf(fact)}`,
  create: (fact) => {
    const { definition, target } = propsOf(fact);
    return [
      `create statistics ${nameOf(fact)} ${lowerKeywords(definition)}`,
      ...(target === undefined ? [] : [targetStatement(fact)]),
    ];
  },
  drop: (fact) => [`drop statistics ${nameOf(fact)}`],
  slots: (fact) => [`statistics ${nameOf(fact)}`],
  alter: (from, to) => {
    if (propsOf(from).definition !== propsOf(to).definition) return "rebuild";
    return [{ aspect: "target", statements: [targetStatement(to)] }];
  },
  rename: (from, to) => [
    ...(from.schema === to.schema ? [] : [`alter statistics ${nameOf(from)} set schema ${ident(to.schema ?? "")}`]),
    ...(from.name === to.name
      ? []
      : [`alter statistics ${nameOf({ ...from, schema: to.schema })} rename to ${ident(to.name)}`]),
  ],
  renamesFreely: true,
};

function targetStatement(fact: Fact): string {
  return `alter statistics ${nameOf(fact)} set statistics ${propsOf(fact).target ?? -1}`;
}

function propsOf(fact: Fact): StatisticsProps {
  return fact.props as unknown as StatisticsProps;
}
