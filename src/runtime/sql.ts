import type { FromRunner } from "./message.ts";
import { SqlError } from "./failure.ts";
import { hexOf, stringify } from "./value.ts";

type Ask = (message: FromRunner) => Record<string, unknown>;
type Row = Readonly<Record<string, unknown>>;

/** A name inside a query, in quotes: made by `sql.ref`. */
class Reference {
  readonly text: string;

  constructor(names: readonly string[]) {
    this.text = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(".");
  }
}

/** What "howdah/sql" exports inside a function: queries in the transaction of whoever called it. */
export function createSql(ask: Ask): Readonly<Record<string, unknown>> {
  const queries = new Queries(ask);
  const sql = (strings: TemplateStringsArray, ...values: readonly unknown[]): readonly Row[] => {
    const parts = [strings[0] ?? ""];
    const bound: unknown[] = [];
    for (const [index, value] of values.entries()) {
      const after = strings[index + 1] ?? "";
      if (value instanceof Reference) parts.push(`${parts.pop() ?? ""}${value.text}${after}`);
      else {
        bound.push(value);
        parts.push(after);
      }
    }
    return queries.run({ parts, order: bound.map((_, index) => index) }, bound);
  };
  sql.ref = (...names: readonly string[]): Reference => new Reference(names);
  /** Text with $1, $2, … and their values. */
  const query = (text: string, values: readonly unknown[] = []): readonly Row[] => queries.run(cut(text), values);
  return { sql, query, SqlError };
}

/** A query's text around its parameters, and which of them stands where. */
interface Cut {
  readonly parts: readonly string[];
  readonly order: readonly number[];
}

/** Queries of this thread, and what the database has said of them. */
class Queries {
  readonly #ask: Ask;
  readonly #types = new Map<string, readonly string[]>();
  readonly #commands = new Set<string>();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  run({ parts, order }: Cut, values: readonly unknown[]): readonly Row[] {
    const written = compose(parts, (index) => `$${(order[index] ?? 0) + 1}`);
    const types = values.length === 0 ? [] : (this.#types.get(written) ?? this.#describe(written));
    const parameter = (position: number): string => `(($1)[${position + 1}])::${types[position] ?? "text"}`;
    const text = compose(parts, (index) => parameter(order[index] ?? 0));
    const parameters = values.map((value, index) => encode(value, types[index] ?? "text"));
    const answer = this.#send(written, text, parameters);
    // Another version of the schema may have other types.
    if (answer["error"] !== undefined) this.#types.delete(written);
    const rows = rowsOf(answer);
    return Object.assign(rows, { count: Number(answer["count"] ?? rows.length) });
  }

  /** A command without rows is found out once. */
  #send(written: string, query: string, parameters: readonly (string | null)[]): Record<string, unknown> {
    const message = { kind: "query", query, parameters } as const;
    if (this.#commands.has(written)) return this.#ask({ ...message, command: true });
    const answer = this.#ask(message);
    if (answer["command"] !== true) return answer;
    this.#commands.add(written);
    return this.#ask({ ...message, command: true });
  }

  #describe(text: string): readonly string[] {
    const answer = this.#ask({ kind: "describe", query: text });
    if (answer["error"] !== undefined) throw new SqlError(answer["error"] as never);
    const found = answer["types"] as readonly string[];
    this.#types.set(text, found);
    return found;
  }
}

function cut(text: string): Cut {
  const parts: string[] = [];
  const order: number[] = [];
  let from = 0;
  for (const match of text.matchAll(placeholder)) {
    if (match[2] === undefined) continue;
    parts.push(text.slice(from, match.index));
    order.push(Number(match[2]) - 1);
    from = match.index + match[0].length;
  }
  return { parts: [...parts, text.slice(from)], order };
}

// Strings, quoted names, dollar quotes and comments have no parameters.
const placeholder =
  /[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d+)/g;

function compose(parts: readonly string[], parameter: (index: number) => string): string {
  return parts.reduce((before, part, index) => `${before}${parameter(index - 1)}${part}`);
}

function rowsOf(answer: Record<string, unknown>): Row[] {
  if (answer["error"] !== undefined) throw new SqlError(answer["error"] as never);
  return (answer["rows"] ?? []) as Row[];
}

/** A value as text that Postgres reads as the type. */
function encode(value: unknown, type: string): string | null {
  if (value === null || value === undefined) return null;
  if (type === "json" || type === "jsonb") return stringify(value);
  if (Array.isArray(value)) return arrayText(value as readonly unknown[], type.replace(/\[\]$/, ""));
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return hexOf(value);
  return typeof value === "object" ? stringify(value) : (value as string | number | bigint | boolean).toString();
}

function arrayText(values: readonly unknown[], type: string): string {
  const items = values.map((value) => {
    if (Array.isArray(value)) return arrayText(value as readonly unknown[], type);
    const text = encode(value, type);
    return text === null ? "null" : `"${text.replaceAll(/["\\]/g, (char) => `\\${char}`)}"`;
  });
  return `{${items.join(",")}}`;
}
