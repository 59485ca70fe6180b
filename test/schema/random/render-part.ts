import { callOf, conditionSql } from "./expression.ts";
import type { Condition, ConstraintItem, IndexItem, Item, TriggerItem, ViewItem } from "./item.ts";
import { roles } from "./role.ts";
import { quoted, text } from "./type.ts";
import type { World } from "./world.ts";

/** The statement that makes what stands on a relation. */
export function createPart(item: Item, world: World): string {
  switch (item.kind) {
    case "constraint":
      return `alter table ${world.name(item.table)} add constraint ${quoted(item.name)} ${ruleOf(item, world)}`;
    case "index":
      return createIndex(item, world);
    case "view":
      return createView(item, world);
    case "trigger":
      return createTrigger(item, world);
    case "policy": {
      const command = ["all", "select", "update", "delete"][item.form % 4];
      const mode = item.form % 5 === 0 ? " as restrictive" : "";
      const role = item.form % 3 === 0 ? "" : ` to ${roles[item.form % 2]}`;
      const using = on(item.condition, item.table, world);
      return `create policy ${quoted(item.name)} on ${world.name(item.table)}${mode} for ${command}${role} using (${using})`;
    }
    case "statistics": {
      const columns = item.columns.map((id) => quoted(world.column(item.table, id)?.name ?? ""));
      return `create statistics ${world.name(item.id)} on ${columns.join(", ")} from ${world.name(item.table)}`;
    }
    case "rule": {
      const [event = "delete", prefix = "old."] = item.form % 2 === 0 ? ["delete", "old."] : ["update", "new."];
      const where = item.condition === undefined ? "" : ` where ${on(item.condition, item.table, world, prefix)}`;
      const what = item.form % 3 === 0 ? "nothing" : "select 1";
      return `create rule ${quoted(item.name)} as on ${event} to ${world.name(item.table)}${where} do also ${what}`;
    }
    default:
      return "";
  }
}

function on(condition: Condition, relation: string, world: World, prefix = ""): string {
  const column = world.column(relation, condition.column);
  return column === undefined ? "true" : conditionSql(condition, column, world, prefix);
}

function names(columns: readonly string[], relation: string, world: World): string {
  return columns.map((id) => quoted(world.column(relation, id)?.name ?? "")).join(", ");
}

function ruleOf({ rule, table }: ConstraintItem, world: World): string {
  switch (rule.kind) {
    case "check":
      return `check (${on(rule.condition, table, world)})${rule.noInherit ? " no inherit" : ""}${rule.notValid ? " not valid" : ""}`;
    case "exclude":
      return `exclude (${names(rule.columns, table, world)} with =)`;
    case "foreign":
      return foreignKey(rule, table, world);
    case "unique": {
      const options = ["", " deferrable initially deferred", "", ""];
      const nulls = rule.form % 4 === 2 ? " nulls not distinct" : "";
      return `unique${nulls} (${names(rule.columns, table, world)})${options[rule.form % 4]}`;
    }
    case "primary":
      return `primary key (${names(rule.columns, table, world)})${rule.form % 4 === 1 ? " deferrable" : ""}`;
  }
}

type Foreign = Extract<ConstraintItem["rule"], { kind: "foreign" }>;

const foreignOptions = [
  ...["", " on delete cascade", " on update cascade", " deferrable initially deferred", " on delete set null"],
] as const;

function foreignKey(rule: Foreign, table: string, world: World): string {
  const target = world.get("constraint", rule.target);
  const columns = target !== undefined && "columns" in target.rule ? target.rule.columns : [];
  const referenced = `${world.name(target?.table ?? "")} (${names(columns, target?.table ?? "", world)})`;
  return `foreign key (${names([rule.column], table, world)}) references ${referenced}${foreignOptions[rule.form % 5]}`;
}

function createIndex(item: IndexItem, world: World): string {
  const suffixes = ["", " desc", " nulls first", ""];
  const parts = [
    ...item.columns.map((id) => quoted(world.column(item.table, id)?.name ?? "")),
    ...(item.expression === undefined ? [] : [`(${on(item.expression, item.table, world)})`]),
  ];
  const columns = parts.map((part) => `${part}${suffixes[item.form % 4]}`).join(", ");
  const include = item.include === undefined ? "" : ` include (${names([item.include], item.table, world)})`;
  const options = item.form % 7 === 0 ? " with (fillfactor = 70)" : "";
  const where = item.where === undefined ? "" : ` where ${on(item.where, item.table, world)}`;
  const create = `create ${item.unique ? "unique " : ""}index ${quoted(item.name)} on ${world.name(item.table)}`;
  return `${create} (${columns})${include}${options}${where}`;
}

function createView(item: ViewItem, world: World): string {
  const options = !item.materialized && item.form % 6 === 5 ? " with (security_invoker = true)" : "";
  const create = `create ${item.materialized ? "materialized view" : "view"} ${world.name(item.id)}${options}`;
  return `${create} as\n${query(item, world)}`;
}

function query(item: ViewItem, world: World): string {
  const conditions = [
    ...(item.where === undefined ? [] : [on(item.where, item.source, world, "r.")]),
    ...(item.joined === undefined ? [] : [`exists (select from ${world.name(item.joined)})`]),
  ];
  const where = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
  const select = `select ${selected(item, world)} from ${world.name(item.source)} as r${where}`;
  const primary = world.get("constraint", item.grouped);
  if (primary?.rule.kind === "primary") {
    const keys = primary.rule.columns.map((id) => `r.${quoted(world.column(item.source, id)?.name ?? "")}`);
    return `${select} group by ${keys.join(", ")}`;
  }
  return item.form % 5 === 1 ? `${select} union all ${select}` : item.form % 5 === 2 ? `${select} limit 100` : select;
}

function selected(item: ViewItem, world: World): string {
  const columns = item.columns.map(({ name, of, via }) => {
    const column = world.column(item.source, of);
    const value = `r.${quoted(column?.name ?? "")}`;
    const routine = world.get("function", via);
    return `${routine === undefined ? value : callOf(routine, value, world)} as ${quoted(name)}`;
  });
  return columns.join(", ");
}

function createTrigger(item: TriggerItem, world: World): string {
  const isView = world.get("view", item.table) !== undefined;
  const timing = isView ? "instead of" : item.form % 2 === 0 ? "before" : "after";
  const of = item.of === undefined ? "" : ` of ${names([item.of], item.table, world)}`;
  const event = item.of !== undefined || item.form % 3 === 0 ? `update${of}` : "insert or update";
  const when = item.when === undefined ? "" : ` when (${on(item.when, item.table, world, "new.")})`;
  const args = item.form % 5 === 0 ? text("it's") : "";
  return (
    `create trigger ${quoted(item.name)} ${timing} ${event} on ${world.name(item.table)} for each row${when} ` +
    `execute function ${world.name(item.routine)}(${args})`
  );
}
