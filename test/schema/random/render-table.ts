import { callOf, conditionSql } from "./expression.ts";
import type { ColumnItem, TableItem } from "./item.ts";
import { asNumber, quoted, text } from "./type.ts";
import type { World } from "./world.ts";

/** The statements that make a table with the column that it may be partitioned by, and room for any row. */
export function createTable(item: TableItem, world: World): string {
  const name = world.name(item.id);
  const row = item.rowSecurity ? `; alter table ${name} enable row level security` : "";
  return `${declaration(item, name, world)}${row}`;
}

function declaration(item: TableItem, name: string, world: World): string {
  const options = item.fillfactor === undefined ? "" : ` with (fillfactor = ${item.fillfactor})`;
  const create = `create ${item.unlogged ? "unlogged " : ""}table ${name}`;
  if (item.partitionOf !== undefined) {
    return `${create} partition of ${world.name(item.partitionOf)} ${bound(item, world)}${options}`;
  }
  if (item.inherits !== undefined) return `${create} () inherits (${world.name(item.inherits)})${options}`;
  const columns = item.key === undefined ? "" : keyClause(item.key);
  if (item.partitioned === undefined) return `${create} (${columns})${options}`;
  const rest = `${quoted(world.item(item.schema)?.name ?? "")}.${quoted(`${item.name}_rest`)}`;
  const room = item.partitioned === "hash" ? "for values with (modulus 1, remainder 0)" : "default";
  return (
    `${create} (${columns}) partition by ${item.partitioned} (${quoted(item.key?.name ?? "")}); ` +
    `create table ${rest} partition of ${name} ${room}`
  );
}

function keyClause({ name, type, value }: NonNullable<TableItem["key"]>): string {
  if (value === "serial") return `${quoted(name)} ${type === "bigint" ? "bigserial" : "serial"}`;
  const identity = value === "none" ? "" : ` generated ${value} as identity`;
  return `${quoted(name)} ${type} not null${identity}`;
}

/** Each partition has a value of its own, by its place among the others; the first ones' are in the rows. */
function bound({ id, partitionOf }: TableItem, world: World): string {
  const siblings = world.of("table").filter((table) => table.partitionOf === partitionOf);
  const place = 2 + siblings.findIndex((table) => table.id === id);
  const isList = world.get("table", partitionOf)?.partitioned === "list";
  return isList ? `for values in (${place})` : `for values from (${place}) to (${place + 1})`;
}

/** The statement that adds a column. */
export function createColumn(item: ColumnItem, world: World): string {
  const alter = `alter table ${world.name(item.table)}`;
  const storage =
    item.storage === undefined ? "" : `; ${alter} alter column ${quoted(item.name)} set storage ${item.storage}`;
  const collation = item.collation === undefined ? "" : ` collate ${item.collation}`;
  const notNull = item.notNull ? " not null" : "";
  return `${alter} add column ${quoted(item.name)} ${typeOf(item, world)}${collation}${notNull}${valueOf(item, world)}${storage}`;
}

const serials: Readonly<Record<string, string>> = { smallint: "smallserial", integer: "serial", bigint: "bigserial" };

function typeOf({ type, value }: ColumnItem, world: World): string {
  return value.kind === "serial" ? (serials[type.base ?? ""] ?? "serial") : world.type(type);
}

function valueOf({ table, type, value }: ColumnItem, world: World): string {
  switch (value.kind) {
    case "none":
    case "serial":
      return "";
    case "identity":
      return ` generated ${value.always ? "always" : "by default"} as identity`;
    case "sequence":
      return ` default nextval(${text(world.name(value.sequence))})`;
    case "default": {
      const constant = world.value(type, 1 + (value.form % 3));
      const routine = world.get("function", value.via);
      if (routine === undefined) return ` default ${constant}`;
      return ` default (${callOf(routine, constant, world)})::${world.type(type)}`;
    }
    case "generated": {
      const source = world.column(table, value.from.column);
      if (source === undefined) return "";
      const expression =
        type.family === "flag"
          ? conditionSql(value.from, source, world)
          : numberExpression(value.from.via, value.from.form, source, world);
      return ` generated always as ((${expression})::${world.type(type)}) ${value.virtual ? "virtual" : "stored"}`;
    }
  }
}

function numberExpression(
  via: string | undefined,
  form: number,
  source: NonNullable<ReturnType<World["column"]>>,
  world: World,
): string {
  const routine = world.get("function", via);
  const number = asNumber(quoted(source.name), source.type);
  if (routine?.returns.family !== "number") return `${number} + ${form % 9}`;
  return asNumber(callOf(routine, quoted(source.name), world), routine.returns);
}
