import { quoteLiteral } from "../../postgres/index.ts";
import { isEqual } from "../equal.ts";
import type { Fact } from "../fact.ts";
import { firingClause, type Firing } from "../firing.ts";
import type { Kind } from "../kind.ts";
import { ident, nameOf } from "../name.ts";

interface EventTriggerProps {
  readonly event: string;
  /** Empty: all commands. */
  readonly tags: readonly string[];
  readonly routine: { readonly schema: string; readonly name: string };
  readonly enabled: Firing;
}

/** Event triggers. */
export const eventTrigger: Kind = {
  kind: "event trigger",
  query: "event-trigger",
  noun: (fact) => `event trigger ${ident(fact.name)}`,
  create: (fact) => {
    const { event, tags, routine, enabled } = propsOf(fact);
    const list = tags.map((tag) => quoteLiteral(tag)).join(", ");
    const lines = [
      `create event trigger ${ident(fact.name)} on ${event}`,
      ...(tags.length === 0 ? [] : [`  when tag in (${list})`]),
      `  execute function ${nameOf(routine)}()`,
    ];
    return [lines.join("\n"), ...(enabled === "O" ? [] : [firing(fact)])];
  },
  drop: (fact) => [`drop event trigger ${ident(fact.name)}`],
  alter: (from, to) => {
    const onlyFiring = isEqual({ ...from.props, enabled: null }, { ...to.props, enabled: null });
    return onlyFiring ? [{ aspect: "enabled", statements: [firing(to)] }] : "rebuild";
  },
  rename: (from, to) => [`alter event trigger ${ident(from.name)} rename to ${ident(to.name)}`],
};

function firing(fact: Fact): string {
  return `alter event trigger ${ident(fact.name)} ${firingClause(propsOf(fact).enabled)}`;
}

function propsOf(fact: Fact): EventTriggerProps {
  return fact.props as unknown as EventTriggerProps;
}
