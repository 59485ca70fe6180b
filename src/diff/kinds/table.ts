import type { Loss } from "../action.ts";
import { isEqual } from "../equal.ts";
import { keyOf, type Fact } from "../fact.ts";
import { changedForeignOptions } from "../foreign-options.ts";
import type { Context, Follower, Kind, Step } from "../kind.ts";
import { moveStatements } from "../move.ts";
import { ident, nameOf } from "../name.ts";
import { changedOptions } from "../relation-options.ts";
import { detaching } from "./inheritance.ts";
import { inheritanceProps, inheritancesOf, parentKey } from "./lineage.ts";
import { isRepartitioned, keyed, tableAside } from "./table-aside.ts";
import { tableCreation } from "./table-creation.ts";
import { tableProps, type TableProps } from "./table-props.ts";

/** Tables, partitioned ones, and partitions; what they have (columns, constraints …) are facts of their own. */
export const table: Kind = {
  kind: "table",
  query: "relation",
  noun: (fact) => `table ${nameOf(fact)}`,
  grantNoun: (fact) => `table ${nameOf(fact)}`,
  create: tableCreation,
  drop: (fact, context) => [...release(fact, context), `drop table ${nameOf(fact)}`],
  alter: (from, to, context) => {
    const [before, after] = [tableProps(from), tableProps(to)];
    // No statement changes how a table is partitioned.
    if (!isEqual(before.partitionKey, after.partitionKey)) return "rebuild";
    return [...storage(to, before, after), ...security(to, before, after, context)];
  },
  follow,
  aside: tableAside,
  slots,
  loss,
  rename: (from, to) => moveStatements((fact) => `table ${nameOf(fact)}`, from, to),
};

/** Postgres drops no partition of a table that foreign keys refer to: it has to be detached first. */
function release(fact: Fact, context: Context): readonly string[] {
  return inheritancesOf(fact.key, context.from)
    .filter((item) => inheritanceProps(item).bound !== undefined && isReferredTo(parentKey(item), context))
    .map(detaching);
}

function isReferredTo(key: string, { from, to, isMade }: Context): boolean {
  if (!to.facts.has(key) || isMade(key)) return false;
  const users = (from.parts.get(key) ?? []).flatMap((part) => [...(from.neededBy.get(part) ?? [])]);
  return users.some((user) => isForeignKeyTo(key, from.facts.get(user)) && to.facts.has(user));
}

function isForeignKeyTo(key: string, fact: Fact | undefined): boolean {
  const references = fact?.props["references"] as { readonly schema: string; readonly relation: string } | undefined;
  if (references === undefined) return false;
  return (
    keyOf({ kind: "table", schema: references.schema, relation: null, name: references.relation, args: null }) === key
  );
}

/** Foreign tables: their rows are elsewhere, so making one again loses nothing. */
export const foreignTable: Kind = {
  kind: "foreign table",
  query: "relation",
  noun: (fact) => `foreign table ${nameOf(fact)}`,
  grantNoun: (fact) => `table ${nameOf(fact)}`,
  create: tableCreation,
  drop: (fact) => [`drop foreign table ${nameOf(fact)}`],
  alter: (from, to) => {
    const [before, after] = [tableProps(from), tableProps(to)];
    if (before.server !== after.server) return "rebuild";
    const change = changedForeignOptions(before.foreignOptions, after.foreignOptions);
    return change === "" ? [] : [{ aspect: "options", statements: [`alter foreign table ${nameOf(to)}${change}`] }];
  },
  follow: ({ from, on }, context) => (isAncestor(from, on, context) ? "keep" : "rebuild"),
  slots,
  rename: (from, to) => moveStatements((fact) => `foreign table ${nameOf(fact)}`, from, to),
};

function slots(fact: Fact): readonly string[] {
  return [`relation ${nameOf(fact)}`, `type ${nameOf(fact)}`];
}

function storage(to: Fact, before: TableProps, after: TableProps): readonly Step[] {
  const options = changedOptions(before.options, after.options);
  return [
    ...changed("persistence", to, before.unlogged !== after.unlogged, after.unlogged ? "set unlogged" : "set logged"),
    ...changed(
      "of type",
      to,
      before.ofType !== after.ofType,
      after.ofType === undefined ? "not of" : `of ${after.ofType}`,
    ),
    ...changed(
      "access method",
      to,
      before.accessMethod !== after.accessMethod,
      `set access method ${ident(after.accessMethod ?? "heap")}`,
    ),
    ...changed(
      "tablespace",
      to,
      before.tablespace !== after.tablespace,
      `set tablespace ${ident(after.tablespace ?? "pg_default")}`,
    ),
    ...options.flatMap((change) => changed(`options: ${change.slice(0, change.indexOf(" "))}`, to, true, change)),
  ];
}

function security(to: Fact, before: TableProps, after: TableProps, context: Context): readonly Step[] {
  const enable = after.rowSecurity === true ? "enable" : "disable";
  const force = after.forceRowSecurity === true ? "force" : "no force";
  // An index that becomes the identity says so itself.
  const identity = after.replicaIdentity ?? (hasIdentityIndex(to, context) ? undefined : "default");
  return [
    ...changed("row security", to, before.rowSecurity !== after.rowSecurity, `${enable} row level security`),
    ...changed(
      "force row security",
      to,
      before.forceRowSecurity !== after.forceRowSecurity,
      `${force} row level security`,
    ),
    ...changed(
      "replica identity",
      to,
      before.replicaIdentity !== after.replicaIdentity && identity !== undefined,
      `replica identity ${identity}`,
    ),
  ];
}

function hasIdentityIndex(to: Fact, context: Context): boolean {
  return (context.to.parts.get(to.key) ?? []).some((key) => {
    const props = context.to.facts.get(key)?.props ?? {};
    const index = props["index"] as Readonly<Record<string, unknown>> | undefined;
    return props["replicaIdentity"] === true || index?.["replicaIdentity"] === true;
  });
}

function changed(aspect: string, to: Fact, isChanged: boolean, change: string): readonly Step[] {
  return isChanged ? [{ aspect, statements: [`alter table ${nameOf(to)} ${change}`] }] : [];
}

/** A partition is made again with the table that its rows can't stay in; all else leaves a table where it is. */
function follow({ from, to, on }: Follower, context: Context): readonly Step[] | "rebuild" | "keep" {
  if (isAncestor(to, on, context) && isAncestor(from, on, context)) {
    return isRepartitioned(on.key, context) || tableProps(on).partition ? "rebuild" : "keep";
  }
  if (tableProps(to).partitionKey !== undefined && keyed.has(on.kind)) return "rebuild";
  if (tableProps(to).ofType === undefined || on.kind !== "composite type") return "keep";
  return [{ aspect: "of type", statements: [`alter table ${nameOf(to)} of ${tableProps(to).ofType}`] }];
}

function isAncestor(fact: Fact, on: Fact, { from, to }: Context): boolean {
  return [from, to].some((model) => inheritancesOf(fact.key, model).some((item) => parentKey(item) === on.key));
}

function loss(fact: Fact): Loss {
  const what = tableProps(fact).partition === true ? "partition" : "table";
  // Those that inherit from it are counted as themselves.
  const count = `select pg_catalog.count(*) as count from only ${nameOf(fact)}`;
  return { what, name: fact.key.slice("table ".length), count };
}
