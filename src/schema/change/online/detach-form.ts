import {
  detaching,
  finalizing,
  heirsOf,
  inheritanceProps,
  parentKey,
  relationOf,
  type Action,
  type Fact,
  type Model,
} from "../../../diff/index.ts";
import { quoteLiteral } from "../../../postgres/index.ts";
import type { OnlineStep } from "../step.ts";
import type { OnlineForm, Scene } from "./form.ts";

/**
 * A partition that leaves a large table: detached concurrently ahead of the transaction, so that nobody who reads or writes the
 * whole has to wait. One that an interrupted run has left half detached is detached to the end, large or not.
 */
export function detachForm(action: Action, scene: Scene): OnlineForm | undefined {
  const { verb, from } = action;
  if (verb !== "drop" || from?.kind !== "inheritance" || action.statements.length === 0) return undefined;
  const { bound, pending, constraint } = inheritanceProps(from);
  if (bound === undefined) return undefined;
  if (pending === true) return { before: [stepOf(from, finalizing(from))] };
  if (!scene.isBig(wholeOf(from))) return undefined;
  const declined = whyNotApart(from, scene);
  if (declined !== undefined) return { transaction: [action], declined };
  const apart = stepOf(from, `${detaching(from)} concurrently`);
  if (constraint === undefined) return { before: [apart] };
  const behind = stepOf(from, droppingCheck(from, scene));
  return { before: [{ ...apart, behind }], after: [behind] };
}

/** Why a partition of a large table is detached inside the transaction, as people say it. */
function whyNotApart(partition: Fact, scene: Scene): string | undefined {
  const { live } = scene;
  const siblings = heirsOf(parentKey(partition), live);
  if (siblings.some((fact) => inheritanceProps(fact).bound === "DEFAULT"))
    return "its table has a default partition, which Postgres would have to lock";
  if (partition.parent?.startsWith("foreign table ") === true) return "it is a foreign table";
  if (live.facts.get(partition.parent ?? "")?.props["partitionKey"] !== undefined) return "it has partitions itself";
  const isSettled = scene.isSettled(partition) && scene.isSettled(wholeOf(partition));
  return isSettled ? undefined : "it, or the table that it is part of, changes in the same go";
}

/** The partitioned table, as the fact that `isBig` and `isSettled` ask of. */
function wholeOf(partition: Fact): Fact {
  const { schema, name } = inheritanceProps(partition);
  return { ...partition, key: parentKey(partition), schema, relation: name };
}

/**
 * Postgres leaves a check of the bound behind, under a name of its own choice: it is the one that was not there before, and is
 * not wanted.
 */
function droppingCheck(partition: Fact, { live, wanted }: Scene): string {
  const table = relationOf(partition);
  const namesIn = (key: string, { parts, facts }: Model): readonly string[] =>
    (parts.get(key) ?? []).flatMap((part) => {
      const fact = facts.get(part);
      return fact?.kind === "constraint" ? [fact.name] : [];
    });
  const own = partition.parent ?? "";
  const known = [...namesIn(own, live), ...namesIn(parentKey(partition), live), ...namesIn(own, wanted)];
  return `do $howdah$
declare
  name text;
begin
  for name in
    select conname
    from pg_catalog.pg_constraint
    where conrelid = pg_catalog.to_regclass(${quoteLiteral(table)})
      and contype = 'c'
      -- What the table inherits is not what the detachment left behind: it is attached still, or again.
      and coninhcount = 0
      and conname ~ '_check[0-9]*$'
      and conname <> all (array[${[...new Set(known)].map((one) => quoteLiteral(one)).join(", ")}]::pg_catalog.text[])
  loop
    execute pg_catalog.format('alter table %s drop constraint %I', ${quoteLiteral(table)}, name);
  end loop;
end $howdah$`;
}

function stepOf(partition: Fact, statement: string): OnlineStep {
  return { object: partition.parent ?? "", statement };
}
