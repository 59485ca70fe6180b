import type { Item, ItemKind, Schema } from "./item.ts";
import { createFunction } from "./render-function.ts";
import { createPart } from "./render-part.ts";
import { createTable, createColumn } from "./render-table.ts";
import { roles } from "./role.ts";
import { quoted, text } from "./type.ts";
import { World } from "./world.ts";
import { conditionSql } from "./expression.ts";

/** The statements that make a schema, in its order. */
export function render(schema: Schema): string {
  const world = new World();
  const statements = schema.map((item) => {
    world.add(item);
    return `${create(item, world)};`;
  });
  return statements.join("\n");
}

function create(item: Item, world: World): string {
  switch (item.kind) {
    case "schema":
      return item.id === "public" ? "grant usage on schema public to public" : createSchema(item.name);
    case "enum":
      return `create type ${world.name(item.id)} as enum (${item.labels.map(text).join(", ")})`;
    case "domain":
      return createDomain(item, world);
    case "composite": {
      const attributes = item.attributes.map((attribute) => `${quoted(attribute.name)} ${world.type(attribute)}`);
      return `create type ${world.name(item.id)} as (${attributes.join(", ")})`;
    }
    case "range":
      return `create type ${world.name(item.id)} as range (subtype = ${item.subtype})`;
    case "sequence": {
      const cycle = item.cycle ? " cycle" : "";
      return `create sequence ${world.name(item.id)} as ${item.type} increment by ${item.increment}${cycle}`;
    }
    case "function":
      return createFunction(item, world);
    case "table":
      return createTable(item, world);
    case "column":
      return createColumn(item, world);
    case "grant":
      return grant(item, world);
    case "owner":
      return `alter ${noun(world.item(item.target), world)} owner to ${roles[0]}`;
    case "comment":
      return `comment on ${noun(world.item(item.target), world)} is ${text(item.text)}`;
    default:
      return createPart(item, world);
  }
}

/** Others' tables must be seen by those that check their foreign keys. */
function createSchema(name: string): string {
  return `create schema ${quoted(name)}; grant usage on schema ${quoted(name)} to public`;
}

function createDomain(item: Extract<Item, { kind: "domain" }>, world: World): string {
  const { over, notNull, hasDefault, checks } = item;
  return [
    `create domain ${world.name(item.id)} as ${world.type(over)}`,
    ...(hasDefault ? [`default ${world.value(over, 2)}`] : []),
    ...(notNull ? ["not null"] : []),
    ...checks.map((check) => `check (${conditionSql(check, { name: "value", type: over, raw: true }, world)})`),
  ].join(" ");
}

function grant(item: Extract<Item, { kind: "grant" }>, world: World): string {
  const target = world.item(item.target);
  const role = roles[item.form % 2];
  const option = item.form % 5 === 4 ? " with grant option" : "";
  if (target?.kind === "column") {
    const privilege = item.form % 2 === 0 ? "select" : "update";
    return `grant ${privilege} (${quoted(target.name)}) on ${world.name(target.table)} to ${role}${option}`;
  }
  const on = grantNoun(target, world);
  if (target?.kind === "function" && item.form % 3 === 1) return `revoke all on ${on} from public`;
  return `grant ${privilegeOf(target?.kind, item.form)} on ${on} to ${role}${option}`;
}

function privilegeOf(kind: ItemKind | undefined, form: number): string {
  if (kind === "table" || kind === "view") return ["select", "insert, update", "all"][form % 3] ?? "all";
  if (kind === "function") return "execute";
  return "usage";
}

function grantNoun(item: Item | undefined, world: World): string {
  if (item?.kind === "view") return world.name(item.id);
  return noun(item, world).replace(/^(partition|materialized view) /, "");
}

function noun(item: Item | undefined, world: World): string {
  if (item === undefined) return "";
  const name = world.name(item.id);
  switch (item.kind) {
    case "column":
      return `column ${world.name(item.table)}.${quoted(item.name)}`;
    case "constraint":
    case "trigger":
    case "policy":
    case "rule":
      return `${item.kind} ${quoted(item.name)} on ${world.name(item.table)}`;
    case "view":
      return `${item.materialized ? "materialized view" : "view"} ${name}`;
    case "function":
      return item.isProcedure ? `procedure ${name}` : `function ${name}`;
    case "enum":
    case "composite":
    case "range":
      return `type ${name}`;
    default:
      return `${item.kind} ${name}`;
  }
}
