import type { Kind } from "../kind.ts";
import { ident } from "../name.ts";

/** Schemas; what is in one needs it by pg_depend. */
export const schemaKind: Kind = {
  kind: "schema",
  query: "schema",
  noun: (fact) => `schema ${ident(fact.name)}`,
  grantNoun: (fact) => `schema ${ident(fact.name)}`,
  create: (fact) => [`create schema ${ident(fact.name)}`],
  // Without cascade: what is left in it belongs to somebody else.
  drop: (fact) => [`drop schema ${ident(fact.name)}`],
  alter: () => [],
  rename: (from, to) => [`alter schema ${ident(from.name)} rename to ${ident(to.name)}`],
};
