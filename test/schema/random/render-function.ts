import { callOf, conditionSql } from "./expression.ts";
import type { FunctionItem } from "./item.ts";
import { asNumber, quoted } from "./type.ts";
import type { World } from "./world.ts";

/** The statement that makes a function or procedure. */
export function createFunction(item: FunctionItem, world: World): string {
  const head = `create ${item.isProcedure ? "procedure" : "function"} ${world.name(item.id)}(${params(item, world)})`;
  if (item.isTrigger) {
    const note = item.form % 3 === 0 ? "" : `  raise debug 'čeněk ${item.form}';\n`;
    return `${head.replace(/\(.*\)$/s, "()")} returns trigger language plpgsql as $f$\nbegin\n${note}  return new;\nend $f$`;
  }
  const result = item.isProcedure ? "" : ` returns ${returns(item, world)}`;
  return `${head}${result} language ${item.language}${traits(item, world)}\n${body(item, world)}`;
}

function params(item: FunctionItem, world: World): string {
  if (item.row !== undefined) return `r ${world.name(item.row)}`;
  if (item.param === undefined) return "";
  const value = item.paramDefault ? ` default ${world.value(item.param, 1)}` : "";
  return `x ${world.type(item.param)}${value}`;
}

function returns(item: FunctionItem, world: World): string {
  if (item.reads === undefined || !item.isSet) return world.type(item.returns);
  if (isWhole(item)) return `setof ${world.name(item.reads)}`;
  const columns = world.columns(item.reads).map(({ name, type }) => `${quoted(name)} ${world.type(type)}`);
  return `table (${columns.join(", ")})`;
}

function traits(item: FunctionItem, world: World): string {
  const volatility = item.isProcedure ? "" : world.isPure(item) ? " immutable" : " stable";
  const strict = item.isStrict && !item.isProcedure ? " strict" : "";
  const definer = item.isDefiner ? " security definer set search_path = ''" : "";
  return `${volatility}${strict}${definer}`;
}

function body(item: FunctionItem, world: World): string {
  if (item.isSet && item.reads !== undefined) return setBody(item, item.reads, world);
  const value = result(item, world);
  if (item.language === "plpgsql") {
    const statement = item.isProcedure ? `perform ${value}` : `return ${value}`;
    return `as $f$ begin ${statement}; end $f$`;
  }
  return item.atomic ? `begin atomic select ${value}; end` : `as $f$ select ${value} $f$`;
}

/** As rows are then: a body without quotes would know the columns of now alone. */
function isWhole({ atomic, form }: FunctionItem): boolean {
  return !atomic && form % 2 === 0;
}

function setBody(item: FunctionItem, reads: string, world: World): string {
  const columns = world.columns(reads).map(({ name }) => `r.${quoted(name)}`);
  const query = `select ${isWhole(item) ? "r.*" : columns.join(", ")} from ${world.name(reads)} as r`;
  return item.atomic ? `begin atomic ${query}; end` : `as $f$ ${query} $f$`;
}

function result(item: FunctionItem, world: World): string {
  const type = world.type(item.returns);
  if (item.reads !== undefined) return `(select count(*) from ${world.name(item.reads)})`;
  if (item.row !== undefined) return rowResult(item, item.row, world);
  const called = world.get("function", item.calls);
  if (called !== undefined) return `(${callOf(called, "x", world)})::${type}`;
  const { param, form } = item;
  switch (item.returns.family) {
    case "number":
      return param?.family === "number"
        ? `(${asNumber("x", param)} + ${form % 9})::${type}`
        : `(${1 + (form % 9)})::${type}`;
    case "flag":
      return param === undefined
        ? "true"
        : conditionSql({ column: "x", form }, { name: "x", type: param, raw: true }, world);
    default:
      return world.value(item.returns, 1 + (form % 3));
  }
}

function rowResult(item: FunctionItem, row: string, world: World): string {
  const numbers = world.columns(row).filter(({ type }) => type.family === "number");
  const column = numbers[item.form % Math.max(numbers.length, 1)];
  const value = column === undefined ? "1" : asNumber(`r.${quoted(column.name)}`, column.type);
  return `(${value})::bigint`;
}
