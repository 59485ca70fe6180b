import type { Fact } from "../fact.ts";
import type { Context } from "../kind.ts";
import { ident } from "../name.ts";
import { changedOptions } from "../relation-options.ts";
import { alterRelation, columnProps } from "./column-props.ts";
import { hasHeirs } from "./lineage.ts";

/**
 * How a column's values are kept and counted, where it differs from `from`; from what a new column has when there is no `from`.
 * Heirs have settings of their own.
 */
export function columnSettings(to: Fact, context: Context, from?: Fact): readonly string[] {
  const [old, now] = [from === undefined ? bare(to) : columnProps(from), columnProps(to)];
  const alter = `${alterRelation(to, hasHeirs(to.parent, context))} alter column ${ident(to.name)}`;
  return [
    ...(old.storage === now.storage ? [] : [`set storage ${now.storage ?? old.usualStorage ?? "default"}`]),
    ...(old.compression === now.compression ? [] : [`set compression ${now.compression ?? "default"}`]),
    ...(old.statistics === now.statistics ? [] : [`set statistics ${now.statistics ?? -1}`]),
    ...changedOptions(old.options ?? {}, now.options ?? {}),
  ].map((change) => `${alter} ${change}`);
}

/** A column as ALTER … TYPE leaves it: kept as is usual for the new type. */
export function retyped(from: Fact): Fact {
  const unset = { storage: undefined, usualStorage: undefined, compression: undefined };
  return { ...from, props: { ...from.props, ...unset } };
}

/** CREATE TABLE and ADD COLUMN take the compression; storage only from 16 on. */
function bare(to: Fact): ReturnType<typeof columnProps> {
  const { of, compression } = columnProps(to);
  return of === "view" || of === "materialized view" || compression === undefined ? {} : { compression };
}
