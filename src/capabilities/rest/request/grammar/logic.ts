import type { LogicTree } from "../syntax.ts";
import { all, attempt, either, exactly, label, lazily, lexeme, map, separated, succeed, word } from "./combine.ts";
import { delimiter, field, fieldName } from "./field.ts";
import type { Parser } from "./input.ts";
import { logicCondition } from "./operation.ts";

const filter: Parser<LogicTree> = map(all(field, delimiter, logicCondition), ([field, , condition]) => ({
  kind: "filter",
  filter: { field, ...condition },
}));

const negated = label(
  either(attempt(map(all(word("not"), delimiter), () => true)), succeed(false)),
  "negation operator (not)",
);

const operator = label(
  either<"and" | "or">(
    map(attempt(word("and")), () => "and" as const),
    map(word("or"), () => "or" as const),
  ),
  "logic operator (and, or)",
);

const expression: Parser<LogicTree> = map(
  all(
    negated,
    operator,
    lexeme(exactly("(")),
    separated(
      lazily(() => logicTree),
      lexeme(exactly(",")),
    ),
    lexeme(exactly(")")),
  ),
  ([negated, operator, , operands]) => ({ kind: "expression", negated, operator, operands }),
);

/** `and(a.eq.1,or(b.eq.2,c.eq.3))`. */
export const logicTree: Parser<LogicTree> = either(attempt(filter), expression);

/** The key of a logic parameter, `embedded.not.or`: where it applies, and how its value begins. */
export const logicPath: Parser<{ readonly path: readonly string[]; readonly operator: string }> = map(
  separated(fieldName, delimiter),
  (names) => {
    const operator = names.at(-1) ?? "";
    return {
      path: names.slice(0, -1).filter((name) => name !== "not"),
      operator: names.includes("not") ? `not.${operator}` : operator,
    };
  },
);
