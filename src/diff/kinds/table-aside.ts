import type { Loss, Probe } from "../action.ts";
import { isEqual } from "../equal.ts";
import type { Fact, FactKind } from "../fact.ts";
import type { Aside, Context } from "../kind.ts";
import { asideName, literal } from "../move.ts";
import { ident, nameOf, qualified } from "../name.ts";
import { column, nullProbe } from "./column.ts";
import { columnProps } from "./column-props.ts";
import { identityProps, identitySequence } from "./identity-clause.ts";
import { inheritanceProps, inheritancesOf, parentKey } from "./lineage.ts";
import { tableProps } from "./table-props.ts";
import { byText, movedLosses, movedProbes } from "./retype.ts";
import { converted } from "./value-cast.ts";

/** A table that is made again beside the old one, then gets its rows: how a plain one becomes partitioned. */
export const tableAside: Aside = {
  fact: (fact) => ({ ...fact, name: asideName(fact.name) }),
  statements: (fact) => [
    // Else its owner would read but what its policies show.
    ...(tableProps(fact).forceRowSecurity === true ? [`alter table ${nameOf(fact)} no force row level security`] : []),
    `alter table ${nameOf(fact)} rename to ${ident(asideName(fact.name))}`,
  ],
  move: (old, to, context) => [
    ...(isMovedAbove(to, context) ? [] : [...rows(old, to, context), ...sequences(to, context)]),
    ...(tableProps(to).forceRowSecurity === true ? [`alter table ${nameOf(to)} force row level security`] : []),
  ],
  holds: (dependent) => dependent.kind === "inheritance",
  losses: (from, to, context) => (isMovedAbove(to, context) ? [] : losses(from, context)),
  probes: (from, to, context) =>
    isMovedAbove(to, context)
      ? []
      : [
          ...newColumns(to, context).flatMap((item) => column.probes?.(item, context) ?? []),
          ...movedColumns(from, context).flatMap(([old, now]) => [
            ...movedProbes(old, now, context),
            ...nullProbes(old, now, context),
          ]),
        ],
  awaits: ({ kind, props }) => reading.has(kind) || (kind === "constraint" && props["type"] === "foreign key"),
};

const reading: ReadonlySet<FactKind> = new Set(["trigger", "rule", "policy", "view", "materialized view"]);

/** True for tables whose rows can't stay where they are. */
export function isRepartitioned(key: string, context: Context): boolean {
  const { from, to } = context;
  const [before, after] = [from, to].map((model) => model.facts.get(key));
  if (before === undefined || after === undefined) return false;
  return !isEqual(tableProps(before).partitionKey, tableProps(after).partitionKey) || isKeyMade(after, context);
}

/** What an expression of the key calls: what the table itself needs of these kinds, nothing else of it does. */
export const keyed: ReadonlySet<FactKind> = new Set(["function", "operator class", "collation"]);

/** A type of the key is made again, or what it calls: no column of a key changes its type. */
function isKeyMade(table: Fact, { to, isMade }: Context): boolean {
  const needs = [...(to.needs.get(table.key) ?? [])];
  if (needs.some((need) => isMade(need) && keyed.has(to.facts.get(need)?.kind ?? "table"))) return true;
  const columns = Object.keys(tableProps(table).partitionKey?.columns ?? {});
  return columnsOf(table.key, to).some(
    ({ name, key }) =>
      columns.includes(name) && [...(to.needs.get(key) ?? [])].some((need) => need !== table.key && isMade(need)),
  );
}

/** A partition's rows are moved with those of the table that it is a part of. */
export function isMovedAbove(table: Pick<Fact, "key">, context: Context): boolean {
  return partitioned(table.key, context.from).some((key) => isMoved(key, context));
}

function isMoved(key: string, context: Context): boolean {
  return isRepartitioned(key, context) || partitioned(key, context.from).some((above) => isMoved(above, context));
}

/** What the table is a partition of. */
function partitioned(key: string, model: Context["from"]): readonly string[] {
  return inheritancesOf(key, model)
    .filter((fact) => inheritanceProps(fact).bound !== undefined)
    .map(parentKey);
}

function rows(old: Fact, to: Fact, context: Context): readonly string[] {
  const columns = columnsOf(to.key, context.to).flatMap((item) => {
    const value = valueOf(item, context);
    return columnProps(item).generated !== undefined || value === undefined ? [] : [{ name: ident(item.name), value }];
  });
  if (columns.length === 0) return [`insert into ${nameOf(to)}\nselect\nfrom ${nameOf(old)}`];
  const list = columns.map(({ name }) => name).join(", ");
  const values = columns.map(({ value }) => value).join(", ");
  return [`insert into ${nameOf(to)} (${list})\noverriding system value\nselect ${values}\nfrom ${nameOf(old)}`];
}

function valueOf(item: Fact, context: Context): string | undefined {
  const before = context.from.facts.get(item.key);
  if (before === undefined) return context.backfill.get(item.key);
  const [from, to] = [columnProps(before).type ?? "", columnProps(item).type ?? ""];
  const made = madeType(item, context);
  const backfill = context.backfill.get(item.key);
  if (from === to && made === undefined)
    return backfill === undefined ? ident(item.name) : `coalesce(${ident(item.name)}, ${backfill})`;
  if (from === to && made !== undefined) return byText(item, made, context);
  return context.using.get(item.key) ?? converted({ value: ident(item.name), from, to, context });
}

/** The type that the column has, where that is made again. */
function madeType(item: Fact, { to, isMade, stands }: Context): Fact | undefined {
  const needs = [...(to.needs.get(item.key) ?? [])].flatMap((key) => to.facts.get(key) ?? []);
  return needs.find(({ kind, key }) => types.has(kind) && isMade(key) && stands(key));
}

const types: ReadonlySet<FactKind> = new Set(["enum", "domain", "composite type", "range", "base type"]);

/** Nulls of a column that has to be without in the new table. */
function nullProbes(old: Fact, now: Fact, context: Context): readonly Probe[] {
  const isStricter = columnProps(old).notNull !== true && columnProps(now).notNull === true;
  return isStricter && !context.backfill.has(now.key) ? [nullProbe(now)] : [];
}

/** Columns that the new table has not, and values that don't fit into it. */
function losses(table: Fact, context: Context): readonly Loss[] {
  const gone = columnsOf(table.key, context.from).filter(({ key }) => !context.to.facts.has(key));
  return [
    ...gone.flatMap((item) => column.loss?.(item, context) ?? []),
    ...movedColumns(table, context).flatMap(([old, now]) => movedLosses(old, now, context)),
  ];
}

function newColumns(table: Fact, { from, to }: Context): readonly Fact[] {
  return columnsOf(table.key, to).filter(({ key }) => !from.facts.has(key));
}

function movedColumns(table: Fact, { from, to }: Context): readonly (readonly [Fact, Fact])[] {
  return columnsOf(table.key, from).flatMap((old) => {
    const now = to.facts.get(old.key);
    return now === undefined || columnProps(now).generated !== undefined ? [] : [[old, now] as const];
  });
}

/** Identities go on; sequences that are owned were never touched. */
function sequences(to: Fact, context: Context): readonly string[] {
  return columnsOf(to.key, context.to).flatMap((item) => {
    const [old, now] = [context.from, context.to].map((model) =>
      (model.parts.get(item.key) ?? [])
        .flatMap((key) => model.facts.get(key) ?? [])
        .find((fact) => fact.kind === "identity"),
    );
    if (old === undefined || now === undefined) return [];
    const source = qualified(old.schema, asideName(identityProps(old).sequence));
    const target = literal(identitySequence(now));
    return [`select pg_catalog.setval(${target}::pg_catalog.regclass, last_value, is_called) from ${source}`];
  });
}

function columnsOf(key: string, model: Context["to"]): readonly Fact[] {
  return (model.parts.get(key) ?? [])
    .flatMap((part) => model.facts.get(part) ?? [])
    .filter((fact) => fact.kind === "column");
}
