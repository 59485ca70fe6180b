import type { Fact } from "../fact.ts";
import { foreignOptions } from "../foreign-options.ts";
import { ident } from "../name.ts";
import { columnProps, type Generated } from "./column-props.ts";
import { identityClause } from "./identity-clause.ts";

/**
 * A column as CREATE TABLE and ADD COLUMN take it: `email text not null default ''::text`. Default and identity come out of `inlined`,
 * the facts that are made within the same statement; `notNull` is what stands before NOT NULL: ` constraint name`.
 */
export function columnClause(column: Fact, inlined: readonly Fact[], notNull = ""): string {
  const { type = "", collation, compression, foreignOptions: options = {} } = columnProps(column);
  return [
    ident(column.name),
    ` ${type}`,
    foreignOptions(options),
    compression === undefined ? "" : ` compression ${compression}`,
    collation === undefined ? "" : ` collate ${collation}`,
    constraintsOf(column, inlined, notNull),
  ].join("");
}

/** `id with options default 1`: a column of a table that has them from a type; undefined where nothing is to be said. */
export function typedColumnClause(column: Fact, inlined: readonly Fact[]): string | undefined {
  const constraints = constraintsOf(column, inlined);
  return constraints === "" ? undefined : `${ident(column.name)} with options${constraints}`;
}

function constraintsOf(column: Fact, inlined: readonly Fact[], named = ""): string {
  const { generated, notNull } = columnProps(column);
  const value = valueOf(column, inlined);
  const identity = inlined.find((fact) => fact.kind === "identity" && fact.parent === column.key);
  return [
    notNull === true && (identity === undefined || named !== "") ? `${named} not null` : "",
    value === undefined ? "" : ` default ${defaultExpression(value)}`,
    identity === undefined ? "" : ` ${identityClause(identity)}`,
    generated === undefined ? "" : ` ${generatedClause(generated)}`,
  ].join("");
}

/** The default that is made with the column. */
export function valueOf(column: Fact, inlined: readonly Fact[]): Fact | undefined {
  return inlined.find((fact) => fact.kind === "default" && fact.parent === column.key);
}

/** The expression of a default's fact. */
export function defaultExpression(fact: Fact): string {
  return (fact.props as { readonly expression: string }).expression;
}

/** `generated always as (price * 2) stored`. */
export function generatedClause({ expression, kind }: Generated): string {
  return `generated always as ${inParentheses(expression)} ${kind}`;
}

/** pg_get_expr puts operators in parentheses, but not calls. */
export function inParentheses(expression: string): string {
  return isEnclosed(expression) ? expression : `(${expression})`;
}

/** True where the first parenthesis is closed by the last character; one in a text can only make it false. */
function isEnclosed(expression: string): boolean {
  if (!/^\(.*\)$/s.test(expression) || /['"]/.test(expression)) return false;
  let depth = 0;
  return [...expression].every((character, index) => {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    return depth > 0 || index === expression.length - 1;
  });
}
