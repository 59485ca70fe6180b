import type { Fact } from "../fact.ts";
import type { Probe } from "../action.ts";
import type { Context, Kind, Step } from "../kind.ts";
import { ident, nameOf, qualified, relationOf } from "../name.ts";
import { lowerKeywords } from "./deparsed.ts";
import {
  differs,
  isFixed,
  releaseStatements,
  settingSteps,
  settingStatements,
  writtenOption,
  type IndexSettings,
} from "./index-settings.ts";
import { duplicateProbe, isAskable } from "./data-probes.ts";
import { goesWithWhole, hasStandingShares, inheritsAllAlong, isLetGo, wholeOf } from "./share.ts";

interface IndexProps extends IndexSettings {
  readonly unique?: true;
  readonly partitioned?: true;
  /** A share of an index of the table that its own is a partition of. */
  readonly attached?: true;
  readonly method: string;
  /** `(a, b DESC) INCLUDE (c) NULLS NOT DISTINCT` */
  readonly definition: string;
  readonly predicate?: string;
  /** Of a unique index: what must be. */
  readonly keys?: readonly string[];
  readonly nullsNotDistinct?: true;
}

/** Indexes that no constraint stands on, of tables and materialized views. */
export const tableIndex: Kind = {
  kind: "index",
  query: "table-index",
  noun: (fact) => `index ${nameOf(fact)}`,
  create: (fact, context) => [creation(fact, context), ...attachment(fact, context), ...settingStatements(fact)],
  drop: (fact, context) =>
    goesWithWhole(fact, context) ? [] : [`drop index ${nameOf(fact)}`, ...releaseStatements(fact, context)],
  alter: (from, to, context) => {
    const [before, after] = [propsOf(from), propsOf(to)];
    if (differs(before, after, defining) || needsRebuilding(from, to, context)) return "rebuild";
    return [...attachmentSteps(from, to, context), ...settingSteps(from, to, context)];
  },
  slots: (fact) => [`relation ${nameOf(fact)}`],
  probes: (fact, context) => {
    const { keys, predicate, nullsNotDistinct } = propsOf(fact);
    if (keys === undefined || !isAskable(fact, context)) return [];
    return uniqueProbes(fact, keys, { predicate, nullsNotDistinct });
  },
  rename: (from, to) => [`alter index ${nameOf(from)} rename to ${ident(to.name)}`],
  renamesFreely: true,
};

const defining = ["unique", "partitioned", "method", "definition", "predicate"] as const;

function creation(fact: Fact, context: Context): string {
  const { unique, method, definition, options = [], tablespace, predicate, partitioned, invalid } = propsOf(fact);
  const only = partitioned === true && (invalid === true || hasStandingShares(fact, context)) ? "only " : "";
  const using = method === "btree" ? "" : `using ${ident(method)} `;
  return [
    `create ${unique === true ? "unique " : ""}index ${ident(fact.name)} on ${only}${relationOf(fact)} `,
    `${using}${lowerKeywords(definition)}`,
    options.length === 0 ? "" : ` with (${options.map(writtenOption).join(", ")})`,
    tablespace === undefined ? "" : ` tablespace ${ident(tablespace)}`,
    predicate === undefined ? "" : ` where ${lowerKeywords(predicate)}`,
  ].join("");
}

/** What an invalid index needs is to be made again; a partitioned one becomes valid when its last share is attached. */
function needsRebuilding(from: Fact, to: Fact, context: Context): boolean {
  const [before, after] = [propsOf(from), propsOf(to)];
  if (isFixed(from, to)) return true;
  if (before.attached === true && after.attached !== true && !isLetGo(from, context)) return true;
  // A share of what is valid is dropped with the whole alone.
  if (after.partitioned === true && before.invalid !== true && after.invalid === true) return true;
  if (before.invalid !== true || after.invalid === true) return false;
  return after.partitioned !== true || sharesOf(to, context.to).every((share) => isShareBefore(share, context));
}

function sharesOf(whole: Fact, model: Context["to"]): readonly Fact[] {
  return [...(model.neededBy.get(whole.key) ?? [])].flatMap((key) => {
    const fact = model.facts.get(key);
    return fact?.props["attached"] === true && fact.parent !== whole.parent ? [fact] : [];
  });
}

function isShareBefore(share: Fact, { from }: Context): boolean {
  return from.facts.get(share.key)?.props["attached"] === true;
}

/** What makes the index a share; that of a new partition becomes one with ATTACH PARTITION. */
export function attachment(fact: Fact, context: Context): readonly string[] {
  const whole = wholeOf(fact, context.to);
  if (whole === undefined || !inheritsAllAlong(fact, context)) return [];
  return [`alter index ${nameOf(whole)} attach partition ${nameOf(fact)}`];
}

/** The same for an index that stands. */
export function attachmentSteps(from: Fact, to: Fact, context: Context): readonly Step[] {
  if (from.props["attached"] === true) return [];
  const statements = attachment(to, context);
  return statements.length === 0 ? [] : [{ aspect: "attachment", statements }];
}

/** Whether there are two rows that the index would not let stand side by side. */
function uniqueProbes(
  fact: Fact,
  keys: readonly string[],
  rule: { readonly predicate?: string | undefined; readonly nullsNotDistinct?: true | undefined },
): readonly Probe[] {
  const table = qualified(fact.schema, fact.relation ?? "");
  const message = `${table} has rows that unique index ${ident(fact.name)} forbids: they are equal in (${keys.join(", ")})`;
  return [duplicateProbe(table, keys, { ...rule, message })];
}

function propsOf(fact: Fact): IndexProps {
  return fact.props as unknown as IndexProps;
}
