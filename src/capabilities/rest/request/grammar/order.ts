import type { OrderTerm } from "../syntax.ts";
import { ahead, all, attempt, either, end, exactly, lexeme, map, optional, separated, word } from "./combine.ts";
import { delimiter, field, fieldName } from "./field.ts";
import type { Parser } from "./input.ts";

function after<T extends string>(text: string, value: T): Parser<T> {
  return attempt(map(all(delimiter, word(text)), () => value));
}

const direction = either<"asc" | "desc">(after("asc", "asc"), after("desc", "desc"));
const nulls = either<"first" | "last">(after("nullsfirst", "first"), after("nullslast", "last"));
const termEnd = either<unknown>(attempt(ahead(exactly(","))), attempt(end));
const endedNulls: Parser<"first" | "last" | null> = either(
  map(all(optional(nulls), termEnd), ([nulls]) => nulls),
  map(termEnd, () => null),
);

const ownTerm: Parser<OrderTerm> = map(all(field, optional(direction), endedNulls), ([field, direction, nulls]) => ({
  field,
  relation: null,
  direction,
  nulls,
}));

const relatedTerm: Parser<OrderTerm> = map(
  all(fieldName, exactly("("), field, exactly(")"), optional(direction), endedNulls),
  ([relation, , field, , direction, nulls]) => ({ field, relation, direction, nulls }),
);

/** ?order=. */
export const orderTerms: Parser<readonly OrderTerm[]> = separated(
  lexeme(either(attempt(relatedTerm), ownTerm)),
  exactly(","),
);
