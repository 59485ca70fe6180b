import { quoteLiteral } from "../../postgres/index.ts";
import type { Fact } from "../fact.ts";
import type { Kind } from "../kind.ts";
import { ident } from "../name.ts";

interface SecurityLabelProps {
  /** As pg_identify_object says it. */
  readonly type: string;
  readonly identity: string;
  readonly label: string;
}

/** Security labels; the name is the provider, which the server must have loaded. */
export const securityLabel: Kind = {
  kind: "security label",
  query: "security-label",
  noun: (fact) => `security label for ${ident(fact.name)} on ${targetOf(fact)}`,
  create: (fact) => [labelled(fact, quoteLiteral(propsOf(fact).label).trimStart())],
  drop: (fact) => [labelled(fact, "null")],
  alter: (_, to, context) => [{ aspect: "label", statements: securityLabel.create(to, context) }],
};

function labelled(fact: Fact, label: string): string {
  return `security label for ${ident(fact.name)} on ${targetOf(fact)} is ${label}`;
}

/** SECURITY LABEL's word for what pg_identify_object calls otherwise. */
const words: Readonly<Record<string, string>> = {
  "table column": "column",
  "view column": "column",
  "materialized view column": "column",
  "foreign table column": "column",
  "composite type column": "column",
};

function targetOf(fact: Fact): string {
  const { type, identity } = propsOf(fact);
  return `${words[type] ?? type} ${identity}`;
}

function propsOf(fact: Fact): SecurityLabelProps {
  return fact.props as unknown as SecurityLabelProps;
}
