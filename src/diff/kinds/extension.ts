import { quoteLiteral } from "../../postgres/index.ts";
import type { Fact } from "../fact.ts";
import type { Kind, Step } from "../kind.ts";
import { ident } from "../name.ts";

interface ExtensionProps {
  readonly schema: string;
  readonly version: string;
}

/** Extensions in exactly the version that is wanted; what they brought is theirs. */
export const extension: Kind = {
  kind: "extension",
  query: "extension",
  noun: (fact) => `extension ${ident(fact.name)}`,
  create: (fact) => {
    const { schema, version } = propsOf(fact);
    const place = `schema ${ident(schema)} version ${quoteLiteral(version).trimStart()}`;
    return [`create extension ${ident(fact.name)} with ${place}`];
  },
  drop: (fact) => [`drop extension ${ident(fact.name)}`],
  // Never a rebuild: columns of its types would go. Where it can't be moved or updated, Postgres says so.
  alter: (from, to) => {
    const [before, after] = [propsOf(from), propsOf(to)];
    const name = `alter extension ${ident(to.name)}`;
    const steps: Step[] = [];
    if (before.schema !== after.schema) {
      steps.push({ aspect: "schema", statements: [`${name} set schema ${ident(after.schema)}`] });
    }
    if (before.version !== after.version) {
      const version = quoteLiteral(after.version).trimStart();
      steps.push({ aspect: "version", statements: [`${name} update to ${version}`] });
    }
    return steps;
  },
};

function propsOf(fact: Fact): ExtensionProps {
  return fact.props as unknown as ExtensionProps;
}
