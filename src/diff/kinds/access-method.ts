import type { Fact } from "../fact.ts";
import type { Kind } from "../kind.ts";
import { ident } from "../name.ts";

interface AccessMethodProps {
  /** pg_am.amtype: i index, t table. */
  readonly type: "i" | "t";
  readonly handler: string;
}

/** Access methods of tables and indexes. */
export const accessMethod: Kind = {
  kind: "access method",
  query: "access-method",
  noun: methodNoun,
  create: (fact) => {
    const { type, handler } = fact.props as unknown as AccessMethodProps;
    return [`create ${methodNoun(fact)} type ${type === "i" ? "index" : "table"} handler ${handler}`];
  },
  drop: (fact) => [`drop ${methodNoun(fact)}`],
  alter: () => "rebuild",
};

function methodNoun(fact: Fact): string {
  return `access method ${ident(fact.name)}`;
}
