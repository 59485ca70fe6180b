// What a function in JavaScript runs with inside the database (pljs): bundled with it, as "howdah/sql" and around it.
import { failureOf } from "./failure.ts";
import type { FromRunner } from "./message.ts";
import { originOf } from "./source-map.ts";
import { createSql } from "./sql.ts";
import { decodeArguments, encodeResult, parseExact } from "./value.ts";

declare const pljs: {
  execute(text: string, values: readonly unknown[]): readonly { readonly answer: string }[];
};

const made = createSql(ask);
export const sql = made["sql"];
export const query = made["query"];
export { SqlError } from "./failure.ts";

/** One call of a function: a message as JSON in, its answer as JSON out. */
export function runHere(
  main: (...values: readonly unknown[]) => unknown,
  message: string,
  map: string,
  shape: { readonly parameters: Parameters<typeof decodeArguments>[1]; readonly result: string },
): string {
  try {
    const { call } = parseExact(message) as { readonly call: readonly unknown[] };
    const values = decodeArguments(call, shape.parameters);
    return `{"value":${encodeResult(main(...values), shape.result, values)}}`;
  } catch (error) {
    return JSON.stringify({ fail: failureOf(error, (stack) => framesOf(stack, map)) });
  }
}

function ask(message: FromRunner): Record<string, unknown> {
  const reply = message.kind === "describe" ? { id: 0, describe: message.query } : { id: 0, ...message };
  const [row] = pljs.execute("select howdah_worker.answer($1::text::jsonb)::text as answer", [JSON.stringify(reply)]);
  return parseExact(row?.answer ?? "{}") as Record<string, unknown>;
}

/** QuickJS counts from the line that pljs puts before a body. */
function framesOf(stack: string, map: string): readonly string[] {
  return stack.split("\n").flatMap((line) => {
    const [, name, row, column] = /^\s+at (.+?) \(<function>:(\d+):(\d+)\)/.exec(line) ?? [];
    const origin = row === undefined ? undefined : originOf(map, Number(row) - 1, Number(column));
    const isOwn = origin !== undefined && !/node_modules\/|^howdah:|\/runtime\//.test(origin.file);
    return isOwn ? [`JavaScript at ${origin.file}:${origin.line}:${origin.column} (${name})`] : [];
  });
}
