import type { Condition, FunctionItem, Typed } from "./item.ts";
import { asNumber, quoted } from "./type.ts";
import type { World } from "./world.ts";

/** A column, or (raw) an expression. */
export interface Named {
  readonly name: string;
  readonly type: Typed;
  readonly raw?: boolean;
}

/** A condition on a column, as SQL; `prefix` as in `new.`. */
export function conditionSql(condition: Condition, column: Named, world: World, prefix = ""): string {
  const value = column.raw === true ? column.name : `${prefix}${quoted(column.name)}`;
  const routine = world.get("function", condition.via);
  if (routine !== undefined) return asked(routine, value, world);
  const { form } = condition;
  switch (column.type.family) {
    case "number":
      return numberCondition(asNumber(value, column.type), form);
    case "label":
      // A domain over an enum has no operators of its own.
      if (world.get("domain", column.type.own)?.over.own !== undefined) return `(${value} is null) is not null`;
      return form % 3 === 0 ? `${value} = 'a'` : form % 3 === 1 ? `${value} in ('a')` : `'a' = ${value}`;
    case "moment":
      return `${value} > '20${String(10 + (form % 10))}-01-01'`;
    case "flag":
      return form % 2 === 0 ? `${value} or not ${value}` : `${value} is not null or ${value} is null`;
    default:
      return form % 2 === 0 ? `(${value} is not null) is not null` : `(${value} is null) in (true, false)`;
  }
}

function numberCondition(value: string, form: number): string {
  switch (form % 4) {
    case 0:
      return `${value} > 0`;
    case 1:
      return `${value} >= 1`;
    case 2:
      return `${value} <> 0`;
    default:
      return `${value} between 0 and ${1000 + form}`;
  }
}

function asked(routine: FunctionItem, value: string, world: World): string {
  const call = callOf(routine, value, world);
  return routine.returns.family === "number" ? `${asNumber(call, routine.returns)} >= 0` : call;
}

/** A call with one value as its argument, cast as it asks. */
export function callOf(routine: FunctionItem, value: string, world: World): string {
  const cast = routine.param?.family === "number" ? `(${value})::${world.type(routine.param)}` : value;
  return `${world.name(routine.id)}(${routine.param === undefined ? "" : cast})`;
}
