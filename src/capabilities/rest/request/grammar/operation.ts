import type { Filter, Operation, QuantifiableOperator, SimpleOperator, TextSearchOperator } from "../syntax.ts";
import { noneOf } from "./characters.ts";
import {
  all,
  attempt,
  chars,
  either,
  exactly,
  label,
  lexeme,
  map,
  notAhead,
  optional,
  rest,
  separated,
  succeed,
  word,
} from "./combine.ts";
import { delimiter, identifier, quotedValue } from "./field.ts";
import type { Parser } from "./input.ts";

const simpleOperators = ["neq", "cs", "cd", "ov", "sl", "sr", "nxr", "nxl", "adj"] as const satisfies SimpleOperator[];
const quantifiableOperators = [
  "eq",
  "gte",
  "gt",
  "lte",
  "lt",
  "like",
  "ilike",
  "match",
  "imatch",
] as const satisfies QuantifiableOperator[];
const textSearchOperators = ["fts", "plfts", "phfts", "wfts"] as const satisfies TextSearchOperator[];
const isValues = ["null", "not_null", "true", "false", "unknown"] as const;

/** An operator and its value, `not.` ahead of it: what a filter says of its field. */
export type Condition = Omit<Filter, "field">;

/** Values end where the parser of values says. */
export function condition(value: Parser<string>): Parser<Condition> {
  const negated = either(attempt(map(all(word("not"), delimiter), () => true)), succeed(false));
  return map(all(negated, operation(value)), ([negated, operation]) => ({ negated, operation }));
}

function operation(value: Parser<string>): Parser<Operation> {
  return label(
    either<Operation>(
      map(all(prefix("in"), list), ([, values]) => ({ kind: "in", values })),
      map(all(prefix("is"), isValue), ([, value]) => ({ kind: "is", value })),
      map(all(prefix("isdistinct"), value), ([, value]) => ({ kind: "isdistinct", value })),
      attempt(textSearch(value)),
      attempt(
        map(all(words(simpleOperators), delimiter, value), ([operator, , value]) => ({
          kind: "simple",
          operator,
          value,
        })),
      ),
      attempt(quantifiable(value)),
    ),
    "operator (eq, gt, ...)",
  );
}

function prefix(operator: string): Parser<unknown> {
  return attempt(all(word(operator), delimiter));
}

function words<T extends string>(values: readonly T[]): Parser<T> {
  return either<T>(...values.map((value) => map(attempt(word(value)), () => value)));
}

/** In any letter case. */
const isValue: Parser<(typeof isValues)[number]> = label(
  either(
    ...isValues.map((value) => {
      const letters = value.split("").map((letter) => either(exactly(letter), exactly(letter.toUpperCase())));
      return attempt(map(all(...letters), () => value));
    }),
  ),
  "isVal: (null, not_null, true, false, unknown)",
);

function textSearch(value: Parser<string>): Parser<Operation> {
  const language = optional(attempt(map(all(exactly("("), identifier, exactly(")")), ([, name]) => name)));
  return map(
    all(words(textSearchOperators), language, delimiter, value),
    ([operator, language, , value]): Operation => ({ kind: "textSearch", operator, language, value }),
  );
}

function quantifiable(value: Parser<string>): Parser<Operation> {
  const anyOrAll = either<"any" | "all">(
    map(attempt(word("any")), () => "any" as const),
    map(word("all"), () => "all" as const),
  );
  const quantifier = optional(attempt(map(all(exactly("("), anyOrAll, exactly(")")), ([, name]) => name)));
  return map(
    all(words(quantifiableOperators), quantifier, delimiter, value),
    ([operator, quantifier, , value]): Operation => ({ kind: "quantifiable", operator, quantifier, value }),
  );
}

const inList = noneOf(",)");

/** A value in quotes, or what stands before the next comma or parenthesis. */
export const listElement: Parser<string> = either(
  attempt(map(all(quotedValue, notAhead(inList)), ([value]) => value)),
  chars(inList, 0),
);

const list: Parser<readonly string[]> = map(
  all(lexeme(exactly("(")), separated(listElement, exactly(",")), lexeme(exactly(")"))),
  ([, values]) => values,
);

/** A condition whose value is the rest of the text. */
export const wholeCondition: Parser<Condition> = condition(rest);

const inBraces = noneOf("{}");

/** In and(…) and or(…): quoted, an array in braces, or up to the next comma or parenthesis. */
export const logicCondition: Parser<Condition> = condition(
  either(
    attempt(map(all(quotedValue, notAhead(inList)), ([value]) => value)),
    attempt(map(all(word("{"), chars(inBraces, 0), word("}")), (parts) => parts.join(""))),
    chars(inList, 0),
  ),
);

const operators: ReadonlyMap<string, "simple" | "quantifiable"> = new Map([
  ...simpleOperators.map((operator) => [operator, "simple"] as const),
  ...quantifiableOperators.map((operator) => [operator, "quantifiable"] as const),
]);

/** The same as `wholeCondition` for what most filters are, `operator.value`, without its alternatives; else null. */
export function plainCondition(text: string): Condition | null {
  const negated = text.startsWith("not.");
  const start = negated ? 4 : 0;
  const dot = text.indexOf(".", start);
  if (dot < 0) return null;
  const operator = text.slice(start, dot);
  const kind = operators.get(operator);
  if (kind === undefined) return null;
  const value = text.slice(dot + 1);
  return kind === "simple"
    ? { negated, operation: { kind, operator: operator as SimpleOperator, value } }
    : { negated, operation: { kind, operator: operator as QuantifiableOperator, quantifier: null, value } };
}
