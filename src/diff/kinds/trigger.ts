import { keyOf, type Fact } from "../fact.ts";
import { firingClause, type Firing } from "../firing.ts";
import type { Context, Kind } from "../kind.ts";
import { ident, relationOf } from "../name.ts";

interface TriggerProps {
  /** pg_get_triggerdef; null for what a partition has from its parent's. */
  readonly definition: string | null;
  readonly enabled: Firing;
  readonly constraint: boolean;
  /** The trigger of the partitioned table that it comes from. */
  readonly parent: { readonly schema: string; readonly relation: string; readonly name: string } | null;
}

/** Triggers of tables, views and foreign tables. Those that partitions inherit come and go with their parent's. */
export const trigger: Kind = {
  kind: "trigger",
  query: "trigger",
  noun: (fact) => `trigger ${ident(fact.name)} on ${relationOf(fact)}`,
  create: (fact, context) => {
    const { definition, enabled } = propsOf(fact);
    if (definition === null) return isBornSo(fact, context) ? [] : [firing(fact, "only ")];
    // Those of the partitions are made along with it, and switched along with it.
    return [definition, ...(enabled === "O" ? [] : [firing(fact, "")])];
  },
  drop: (fact) => (isInherited(fact) ? [] : [`drop trigger ${ident(fact.name)} on ${relationOf(fact)}`]),
  alter: (from, to, context) => {
    const [before, after] = [propsOf(from), propsOf(to)];
    if (isInherited(from) !== isInherited(to) || before.constraint !== after.constraint) return "rebuild";
    if (before.definition === after.definition) return [{ aspect: "enabled", statements: [firing(to, "only ")] }];
    if (before.constraint || after.definition === null) return "rebuild";
    return [{ aspect: "definition", statements: replacement(to, after.definition, context) }];
  },
  rename: (from, to) =>
    isInherited(from) ? [] : [`alter trigger ${ident(from.name)} on ${relationOf(from)} rename to ${ident(to.name)}`],
};

function isInherited(fact: Fact): boolean {
  return propsOf(fact).parent !== null;
}

/** A partition's trigger is born as its parent's is, unless that is switched in the same plan. */
function isBornSo(fact: Fact, { from, to }: Context): boolean {
  const { parent, enabled } = propsOf(fact);
  if (parent === null) return false;
  const key = keyOf({ kind: "trigger", args: null, ...parent });
  const [before, after] = [from.facts.get(key), to.facts.get(key)];
  const wanted = after === undefined ? "O" : propsOf(after).enabled;
  return enabled === wanted && (before === undefined || propsOf(before).enabled === wanted);
}

/** The replaced one fires again, and so do those of the partitions, whatever was said of them before. */
function replacement(to: Fact, definition: string, context: Context): readonly string[] {
  const { enabled } = propsOf(to);
  const others = inheritors(to, context).filter((fact) => propsOf(fact).enabled !== enabled);
  return [
    definition.replace(/^CREATE TRIGGER/, "CREATE OR REPLACE TRIGGER"),
    ...(enabled === "O" ? [] : [firing(to, "")]),
    ...others.map((fact) => firing(fact, "only ")),
  ];
}

/** What partitions have from it, and theirs, as far as they stand already. */
function inheritors(fact: Fact, context: Context): readonly Fact[] {
  const needing = [...(context.to.neededBy.get(fact.key) ?? [])].flatMap((key) => context.to.facts.get(key) ?? []);
  const own = needing.filter((one) => one.kind === "trigger" && isInherited(one) && context.stands(one.key));
  return own.flatMap((one) => [one, ...inheritors(one, context)]);
}

/** Without `only` those of the partitions are switched as well. */
function firing(fact: Fact, only: "only " | ""): string {
  const { enabled } = propsOf(fact);
  return `alter table ${only}${relationOf(fact)} ${firingClause(enabled)} trigger ${ident(fact.name)}`;
}

function propsOf(fact: Fact): TriggerProps {
  return fact.props as unknown as TriggerProps;
}
