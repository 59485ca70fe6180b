import type { DistanceTo, OrderTerm } from "../syntax.ts";
import { oneOf } from "./characters.ts";
import { ahead, all, attempt, chars, either, end, exactly, lexeme, map, optional, separated, word } from "./combine.ts";
import { delimiter, field, fieldName, identifier, quotedValue } from "./field.ts";
import { expected, type Parser } from "./input.ts";

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

/** What names of operators are made of (PostgreSQL's manual, "Lexical Structure"). */
const operator = chars(oneOf("+-*/<>=~!@#%^&|`?"), 1, [expected("operator (<->, <=>, ...)")]);

const distanceStart = ".op(";
const distanceParts: Parser<DistanceTo> = map(
  all(
    word(distanceStart),
    operator,
    exactly(")"),
    delimiter,
    quotedValue,
    optional(map(all(word("::"), identifier), ([, type]) => type)),
  ),
  ([, operator, , , value, type]) => ({ operator, value, type }),
);

const noDistance: Parser<DistanceTo | null> = (input) => {
  input.succeed(false);
  return null;
};

/** Only where it is one: what PostgREST says of all else that may stand here must not speak of it. */
const distance: Parser<DistanceTo | null> = (input) => {
  return input.text.startsWith(distanceStart, input.at) ? distanceParts(input) : noDistance(input);
};

function ownTerm(distance: Parser<DistanceTo | null>): Parser<OrderTerm> {
  return map(all(field, distance, optional(direction), endedNulls), ([field, distance, direction, nulls]) => ({
    field,
    ...(distance === null ? {} : { distance }),
    relation: null,
    direction,
    nulls,
  }));
}

const relatedTerm: Parser<OrderTerm> = map(
  all(fieldName, exactly("("), field, exactly(")"), optional(direction), endedNulls),
  ([relation, , field, , direction, nulls]) => ({ field, relation, direction, nulls }),
);

/** ?order=. */
export const orderTerms: Parser<readonly OrderTerm[]> = terms(noDistance);
/** ?order= where rows may be sorted by an operator. */
export const orderTermsByOperator: Parser<readonly OrderTerm[]> = terms(distance);

function terms(distance: Parser<DistanceTo | null>): Parser<readonly OrderTerm[]> {
  return separated(lexeme(either(attempt(relatedTerm), ownTerm(distance))), exactly(","));
}
