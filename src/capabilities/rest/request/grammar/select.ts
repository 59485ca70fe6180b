import type { Aggregate, SelectField, SelectItem, SelectRelation } from "../syntax.ts";
import { oneOf } from "./characters.ts";
import {
  ahead,
  all,
  attempt,
  either,
  end,
  exactly,
  lazily,
  lexeme,
  map,
  notAhead,
  optional,
  separated,
  succeed,
  word,
} from "./combine.ts";
import { field, fieldName, identifier } from "./field.ts";
import { expected, failed, type Parser } from "./input.ts";

/** `alias:`, not the first half of a cast. */
const alias: Parser<string | null> = optional(
  attempt(map(all(fieldName, all(exactly(":"), notAhead(oneOf(":"), [expected('":"')]))), ([name]) => name)),
);

type Modifier = { readonly join: "inner" | "left" } | { readonly hint: string };

const modifier: Parser<Modifier> = map(
  all(
    exactly("!"),
    either<Modifier>(
      map(attempt(word("left")), () => ({ join: "left" })),
      map(attempt(word("inner")), () => ({ join: "inner" })),
      attempt(map(fieldName, (hint) => ({ hint }))),
    ),
  ),
  ([, modifier]) => modifier,
);

/** `!hint!inner`, in either order; of two of a kind the first counts. */
const modifiers: Parser<Pick<SelectRelation, "hint" | "join">> = map(
  all(optional(modifier), optional(modifier)),
  (pair) => {
    let hint: string | null = null;
    let join: "inner" | "left" | null = null;
    for (const part of pair) {
      if (part === null) continue;
      if ("join" in part) join ??= part.join;
      else hint ??= part.hint;
    }
    return { hint, join };
  },
);

const opens = attempt(ahead(word("(")));

/** count() is an aggregate, not a relation. */
const relationName: Parser<string> = (input) => {
  const name = fieldName(input);
  return name === "count" ? failed : name;
};

const relationHead = lexeme(all(alias, relationName, modifiers, opens));
const spreadHead = lexeme(all(word("..."), fieldName, modifiers, opens));

const items = map(
  all(
    exactly("("),
    lazily(() => selectItems),
    exactly(")"),
  ),
  ([, items]) => items,
);

const itemEnd = either<unknown>(attempt(ahead(word(")"))), attempt(ahead(word(","))), attempt(end));

const cast: Parser<string | null> = optional(map(all(word("::"), identifier), ([, type]) => type));

const aggregate: Parser<Aggregate | null> = optional(
  attempt(
    map(
      all(
        exactly("."),
        either<string>(word("sum"), word("avg"), word("count"), attempt(word("max")), attempt(word("min"))),
        word("()"),
      ),
      ([, name]) => name as Aggregate,
    ),
  ),
);

const everything: SelectField = {
  kind: "field",
  field: { name: "*", path: [] },
  aggregate: null,
  aggregateCast: null,
  cast: null,
  alias: null,
};

const selectField: Parser<SelectField> = lexeme(
  either<SelectField>(
    attempt(map(all(word("*"), itemEnd), () => everything)),
    attempt(
      map(all(alias, word("count()"), cast, itemEnd), ([alias, , aggregateCast]) => ({
        ...everything,
        aggregate: "count",
        aggregateCast,
        alias,
      })),
    ),
    map(all(alias, field, cast, aggregate, cast, itemEnd), ([alias, field, cast, aggregate, aggregateCast]) => ({
      kind: "field",
      field,
      aggregate,
      aggregateCast,
      cast,
      alias,
    })),
  ),
);

const selectItem: Parser<SelectItem> = either<SelectItem>(
  map(all(attempt(spreadHead), items), ([[, relation, { hint, join }], items]) => ({
    kind: "spread",
    relation,
    hint,
    join,
    items,
  })),
  map(all(attempt(relationHead), items), ([[alias, relation, { hint, join }], items]) => ({
    kind: "relation",
    relation,
    alias,
    hint,
    join,
    items,
  })),
  selectField,
);

/** ?select=; an empty text selects nothing. */
export const selectItems: Parser<readonly SelectItem[]> = either<readonly SelectItem[]>(
  separated(selectItem, lexeme(exactly(","))),
  succeed([]),
);
