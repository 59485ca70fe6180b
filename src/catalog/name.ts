import { quoteIdentifier } from "../postgres/index.ts";

/**
 * A name as howdah's identities hold it: in quotes only where it is not plain lower case.
 *
 * sql/object.sql writes names by the same rule; quote_ident would not do, its keywords change with each major.
 */
export function plainName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : quoteIdentifier(name);
}
