import type { Fact } from "../fact.ts";
import { ident } from "../name.ts";
import { constraintName, constraintProps } from "./constraint-props.ts";
import { lowerKeywords } from "./deparsed.ts";
import { writtenOption } from "./index-settings.ts";

/** `constraint account_email_key unique (email)`, as CREATE TABLE and ADD take it. */
export function constraintClause(fact: Fact): string {
  return `constraint ${ident(constraintName(fact))} ${definition(fact)}${state(fact)}`;
}

function definition(fact: Fact): string {
  const { definition: text, type, columns = [], index = {}, noInherit } = constraintProps(fact);
  const { options = [], tablespace } = index;
  return [
    text === undefined ? `not null ${columns.map(ident).join()}` : lowerKeywords(text),
    noInherit === true ? " no inherit" : "",
    options.length === 0 ? "" : ` with (${options.map(writtenOption).join(", ")})`,
    tablespace === undefined || type === "exclusion" ? "" : ` using index tablespace ${ident(tablespace)}`,
  ].join("");
}

function state(fact: Fact): string {
  const { deferrable, deferred, notEnforced, notValid } = constraintProps(fact);
  return [
    deferrable === true ? " deferrable" : "",
    deferred === true ? " initially deferred" : "",
    notEnforced === true ? " not enforced" : "",
    notValid === true ? " not valid" : "",
  ].join("");
}
