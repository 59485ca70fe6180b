import type { Field, JsonStep } from "../syntax.ts";
import { digitExpected, isDigit, isNamePart, namePartExpected, noneOf, oneOf } from "./characters.ts";
import {
  ahead,
  all,
  attempt,
  char,
  chars,
  either,
  end,
  exactly,
  label,
  lexeme,
  many,
  map,
  notAhead,
  optional,
  separated,
  word,
} from "./combine.ts";
import { expected, type Parser } from "./input.ts";

/** `"…"` with `\` before what is meant literally. */
export const quotedValue: Parser<string> = map(
  all(
    exactly('"'),
    many(
      either(
        chars(noneOf('\\"'), 1),
        map(
          all(
            exactly("\\"),
            char(() => true),
          ),
          ([, value]) => value,
        ),
      ),
    ),
    exactly('"'),
  ),
  ([, parts]) => parts.join(""),
);

/** A name without quotes: blanks at its ends are of no account. */
export const identifier: Parser<string> = map(chars(isNamePart, 1, namePartExpected), (text) => text.trim());

/** A dash belongs to a name unless it begins an arrow. */
const dash = attempt(all(exactly("-"), notAhead(oneOf(">"), [expected('">"')])));

function dashed(part: Parser<string>): Parser<string> {
  return map(separated(part, dash), (parts) => parts.join("-"));
}

export const fieldName: Parser<string> = label(
  either(quotedValue, dashed(identifier)),
  "field name (* or [a..z0..9_$])",
);

export const delimiter = label(exactly("."), "delimiter (.)");

const jsonKey: Parser<string> = label(
  either(quotedValue, dashed(map(chars(noneOf("(-:.,>)"), 1), (text) => text.trim()))),
  "any non reserved character different from: .,>()",
);

/** What may follow an index: else it is the beginning of a key. */
const indexEnd = either<unknown>(
  attempt(ahead(word("->"))),
  attempt(ahead(word("::"))),
  attempt(ahead(word("."))),
  attempt(ahead(word(","))),
  attempt(end),
);

const jsonIndex = map(
  all(optional(exactly("-")), chars(isDigit, 1, digitExpected), indexEnd),
  ([minus, digits]) => (minus ?? "+") + digits,
);

const jsonStep: Parser<JsonStep> = map(
  all(
    either<"->" | "->>">(
      map(attempt(word("->>")), () => "->>" as const),
      map(attempt(word("->")), () => "->" as const),
    ),
    either<JsonStep["operand"]>(
      attempt(map(jsonIndex, (index) => ({ kind: "index", index }) as const)),
      attempt(map(jsonKey, (key) => ({ kind: "key", key }) as const)),
    ),
  ),
  ([arrow, operand]) => ({ arrow, operand }),
);

/** `->key->>0`, or nothing. */
export const jsonPath: Parser<readonly JsonStep[]> = map(optional(many(jsonStep)), (steps) => steps ?? []);

export const field: Parser<Field> = lexeme(map(all(fieldName, jsonPath), ([name, path]) => ({ name, path })));

/** `embedded.resource.field->key`, the key of a filter or an order. */
export const treePath: Parser<{ readonly path: readonly string[]; readonly field: Field }> = map(
  all(separated(fieldName, delimiter), jsonPath),
  ([names, path]) => ({ path: names.slice(0, -1), field: { name: names.at(-1) ?? "", path } }),
);

/** `a,b,c`, of ?columns= and ?on_conflict=. */
export const columns: Parser<readonly string[]> = separated(fieldName, lexeme(exactly(",")));

/** `a,b,c` and nothing else: of ?match=. */
export const matchColumns: Parser<readonly string[]> = wholly(columns);

function wholly<T>(parser: Parser<T>): Parser<T> {
  return map(all(parser, end), ([value]) => value);
}

/** `*`, for all that is selected, or `a,b->c`: of ?distinct=. */
export const distinctFields: Parser<"all" | readonly Field[]> = either<"all" | readonly Field[]>(
  attempt(map(all(word("*"), end), () => "all" as const)),
  wholly(separated(field, lexeme(exactly(",")))),
);
