import { quoteIdentifier, quoteLiteral } from "./quote.ts";

/** One statement and its parameters: text with $1, $2, …; values as Postgres reads them, null for SQL's null. */
export interface Sql {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * The text around the parameters of every statement that this module composed.
 *
 * Being in here is what lets a value nest: an object with `text` and `values` that came in as data stays a value.
 */
const fragments = new WeakMap<object, { readonly parts: readonly string[]; readonly values: readonly unknown[] }>();

/**
 * Composes a statement: values become parameters, fragments made by this tag are inlined and renumbered.
 *
 * The text is taken raw: `\d` reaches Postgres as `\d`.
 *
 *     sql`select * from ${sql.ref("shop", "item")} where id = ${id}`
 *     // { text: 'select * from "shop"."item" where id = $1', values: [id] }
 */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  return compose(strings.raw, values);
}

/** A name, qualified by those before it, each in quotes: `sql.ref("shop", "item")`. Throws WD211. */
sql.ref = (...names: readonly [string, ...string[]]): Sql => fragment([names.map(quoteIdentifier).join(".")], []);

/** A string constant inside the text, for utility statements, which take no parameters. Throws WD211. */
sql.literal = (text: string): Sql => fragment([quoteLiteral(text)], []);

/** SQL text that stands in a file or constant of ours, never text that came from a user of the application. */
sql.file = (text: string): Sql => fragment([text], []);

/** Items one after the other, a comma between them unless said otherwise; what is no fragment becomes a parameter. */
sql.join = (items: readonly unknown[], separator: Sql = sql.file(", ")): Sql => {
  const spaced = items.flatMap((item, index) => (index === 0 ? [item] : [separator, item]));
  return compose(["", ...spaced.map(() => "")], spaced);
};

function compose(strings: readonly string[], values: readonly unknown[]): Sql {
  const parts = [strings[0] ?? ""];
  const bound: unknown[] = [];
  for (const [index, value] of values.entries()) {
    const nested = nestedIn(value);
    if (nested === undefined) {
      parts.push("");
      bound.push(value);
    } else {
      parts.push((parts.pop() ?? "") + (nested.parts[0] ?? ""), ...nested.parts.slice(1));
      bound.push(...nested.values);
    }
    parts.push((parts.pop() ?? "") + (strings[index + 1] ?? ""));
  }
  return fragment(parts, bound);
}

function nestedIn(
  value: unknown,
): { readonly parts: readonly string[]; readonly values: readonly unknown[] } | undefined {
  return typeof value === "object" && value !== null ? fragments.get(value) : undefined;
}

function fragment(parts: readonly string[], values: readonly unknown[]): Sql {
  const text = parts.reduce((before, part, index) => `${before}$${index}${part}`);
  const made = Object.freeze({ text, values: Object.freeze([...values]) });
  fragments.set(made, { parts, values: made.values });
  return made;
}
