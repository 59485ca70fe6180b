import type { QualifiedName } from "../../../catalog/index.ts";
import type { Condition, FieldPlan, JoinCondition } from "../plan/read-plan.ts";
import type { Operation, QuantifiableOperator, SimpleOperator, TextSearchOperator } from "../request/syntax.ts";
import { fieldSql, languageSql, transformed } from "./field.ts";
import { arrayLiteral, column, identifier, join, nothing, sql, type Parameters, type SqlText } from "./sql-text.ts";

/** How a test for an embedded resource is written: by what it is joined as, unless nothing is joined. */
export type EmbeddedTest = (lateral: string, isThere: boolean) => SqlText;

/** Conditions on the columns of what `qualifier` names, joined by `and`. */
export function conditionSql(
  parameters: Parameters,
  qualifier: QualifiedName,
  condition: Condition,
  embedded: EmbeddedTest = joinedTest,
): SqlText {
  switch (condition.kind) {
    case "embedded":
      return embedded(condition.lateral, condition.isThere);
    case "logic": {
      const operands = condition.operands.map((each) => conditionSql(parameters, qualifier, each, embedded));
      const joined = join(operands, condition.operator === "and" ? sql` and ` : sql` or `);
      return condition.negated ? sql`not (${joined})` : sql`(${joined})`;
    }
    case "filter": {
      const { field, negated, operation } = condition;
      const tested = sql`${fieldSql(parameters, qualifier, field)} ${operationSql(parameters, field, operation)}`;
      return negated ? sql`not ${tested}` : tested;
    }
  }
}

function joinedTest(lateral: string, isThere: boolean): SqlText {
  const joined = identifier(lateral);
  return isThere ? sql`${joined} is distinct from null` : sql`${joined} is not distinct from null`;
}

export function joinConditionSql({ left, right }: JoinCondition): SqlText {
  return sql`${column(left.qualifier, left.column)} = ${column(right.qualifier, right.column)}`;
}

function operationSql(parameters: Parameters, field: FieldPlan, operation: Operation): SqlText {
  switch (operation.kind) {
    case "simple":
      return sql`${simple[operation.operator]} ${literal(parameters, field, operation.value)}`;
    case "quantifiable":
      return quantifiableSql(parameters, field, operation);
    case "in":
      return inSql(parameters, field, operation.values);
    case "is":
      return tests[operation.value];
    case "isdistinct":
      return sql`is distinct from ${parameters.add(operation.value)}`;
    case "textSearch": {
      const language = languageSql(parameters, operation.language);
      return sql`@@ ${searches[operation.operator]}(${language}${parameters.add(operation.value)})`;
    }
  }
}

function literal(parameters: Parameters, { transform }: FieldPlan, value: string): SqlText {
  return transformed(transform, parameters.add(value));
}

function quantifiableSql(
  parameters: Parameters,
  field: FieldPlan,
  { operator, quantifier, value }: Extract<Operation, { kind: "quantifiable" }>,
): SqlText {
  const isPattern = operator === "like" || operator === "ilike";
  const operand = isPattern ? parameters.add(value.replaceAll("*", "%")) : literal(parameters, field, value);
  return sql`${quantifiable[operator]} ${quantified(quantifier, operand)}`;
}

function quantified(quantifier: "any" | "all" | null, operand: SqlText): SqlText {
  if (quantifier === null) return operand;
  return quantifier === "any" ? sql`any (${operand})` : sql`all (${operand})`;
}

/** `= any` and not `in`: one statement for any number of values, and for none. */
function inSql(parameters: Parameters, { transform }: FieldPlan, values: readonly string[]): SqlText {
  const isEmpty = values.length === 0 || (values.length === 1 && values[0] === "");
  const list = parameters.add(isEmpty ? "{}" : arrayLiteral(values));
  if (transform === null || isEmpty) return sql`= any (${list})`;
  return sql`= any (select ${transformed(transform, sql`unnest(${list}::text[])`)})`;
}

const simple: Readonly<Record<SimpleOperator, SqlText>> = {
  neq: sql`<>`,
  cs: sql`@>`,
  cd: sql`<@`,
  ov: sql`&&`,
  sl: sql`<<`,
  sr: sql`>>`,
  nxr: sql`&<`,
  nxl: sql`&>`,
  adj: sql`-|-`,
};

const quantifiable: Readonly<Record<QuantifiableOperator, SqlText>> = {
  eq: sql`=`,
  gte: sql`>=`,
  gt: sql`>`,
  lte: sql`<=`,
  lt: sql`<`,
  like: sql`like`,
  ilike: sql`ilike`,
  match: sql`~`,
  imatch: sql`~*`,
};

const searches: Readonly<Record<TextSearchOperator, SqlText>> = {
  fts: sql`to_tsquery`,
  plfts: sql`plainto_tsquery`,
  phfts: sql`phraseto_tsquery`,
  wfts: sql`websearch_to_tsquery`,
};

const tests: Readonly<Record<Extract<Operation, { kind: "is" }>["value"], SqlText>> = {
  null: sql`is null`,
  not_null: sql`is not null`,
  true: sql`is true`,
  false: sql`is false`,
  unknown: sql`is unknown`,
};

/** ` where …`, or nothing. */
export function whereSql(conditions: readonly SqlText[]): SqlText {
  return conditions.length === 0 ? nothing : sql` where ${join(conditions, sql` and `)}`;
}
