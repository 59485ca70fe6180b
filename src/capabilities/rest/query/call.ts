import type { RoutineParameter } from "../../../catalog/index.ts";
import type { CallPlan } from "../plan/index.ts";
import type { CallArguments } from "../plan/rest-plan.ts";
import { body, payloadSql } from "./payload.ts";
import {
  arrayLiteral,
  column,
  fromCatalog,
  identifier,
  join,
  nothing,
  qualified,
  sql,
  type Parameters,
  type SqlText,
} from "./sql-text.ts";

/** The select that calls the routine, and gives back its rows, or its value as pgrst_scalar. */
export function callSql(parameters: Parameters, plan: CallPlan): SqlText {
  const { from, values } = argumentsSql(parameters, plan.arguments);
  const call = sql`${qualified(plan.routine)}(${values})`;
  if (plan.routine.returns.kind !== "composite") {
    return sql`select pgrst_call.pgrst_scalar from ${from}(select ${call} as pgrst_scalar) as pgrst_call`;
  }
  return sql`select ${returnedSql(plan)} from ${from}${call} as pgrst_call`;
}

const callName = { schema: "", name: "pgrst_call" };

function returnedSql({ returning }: CallPlan): SqlText {
  return returning.length === 0 ? sql`*` : join(returning.map((name) => column(callName, name)));
}

interface Arguments {
  /** What stands before the call in `from`. */
  readonly from: SqlText;
  readonly values: SqlText;
}

function argumentsSql(parameters: Parameters, given: CallArguments): Arguments {
  switch (given.kind) {
    case "body": {
      const value = typeof given.value === "string" ? given.value : bytesText(given.value, given.parameter);
      return { from: nothing, values: sql`${parameters.add(value)}::${fromCatalog(given.parameter.type)}` };
    }
    case "direct": {
      const values = given.arguments.map(({ parameter, value }) => {
        const text =
          typeof value === "string" ? parameters.add(value) : sql`${parameters.add(arrayLiteral(value))}::text[]`;
        return argumentSql(parameter, sql`${text}::${fromCatalog(parameter.unboundedType)}`);
      });
      return { from: nothing, values: join(values) };
    }
    case "json": {
      const columns = given.parameters.map(({ name, unboundedType: type }) => {
        return { name, type, transform: null, default: null };
      });
      const rows = payloadSql(parameters, columns, given.payload, { applyDefaults: false, onlyOne: true });
      const values = given.parameters.map((each) => argumentSql(each, sql`${body}.${identifier(each.name)}`));
      return { from: sql`${rows}, lateral `, values: join(values) };
    }
  }
}

function argumentSql({ name, variadic }: RoutineParameter, value: SqlText): SqlText {
  const assigned = sql`${identifier(name)} := ${value}`;
  return variadic ? sql`variadic ${assigned}` : assigned;
}

function bytesText(bytes: Uint8Array, { type }: RoutineParameter): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return type === "bytea" ? `\\x${buffer.toString("hex")}` : buffer.toString("utf8");
}
