import type { Fact } from "../fact.ts";
import { qualified } from "../name.ts";
import { sequenceOptions, type SequenceOptions } from "./sequence-options.ts";

/** An identity column's own part: how values come, and the sequence that gives them. */
export interface IdentityProps extends SequenceOptions {
  readonly generated: "always" | "by default";
  /** Name of its sequence, in the schema of the table. */
  readonly sequence: string;
}

/** The props of an identity's fact. */
export function identityProps(fact: Fact): IdentityProps {
  return fact.props as unknown as IdentityProps;
}

/** The identity's sequence, qualified. */
export function identitySequence(fact: Fact): string {
  return qualified(fact.schema, identityProps(fact).sequence);
}

/** `generated always as identity (start with 100)`; the sequence is named where Postgres would name it otherwise. */
export function identityClause(fact: Fact): string {
  const { generated, sequence, ...options } = identityProps(fact);
  const isUsual = sequence === `${fact.relation}_${fact.name}_seq`;
  const list = [isUsual ? "" : `sequence name ${identitySequence(fact)}`, sequenceOptions(options).trimStart()]
    .filter((part) => part !== "")
    .join(" ");
  return `generated ${generated} as identity${list === "" ? "" : ` (${list})`}`;
}
