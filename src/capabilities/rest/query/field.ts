import type { QualifiedName } from "../../../catalog/index.ts";
import type { FieldPlan, SelectColumn } from "../plan/read-plan.ts";
import type { JsonStep } from "../request/syntax.ts";
import {
  castType,
  column,
  identifier,
  join,
  nothing,
  qualified,
  sql,
  type Parameters,
  type SqlText,
} from "./sql-text.ts";

/** A field without its domain's function. */
export function fieldSql(parameters: Parameters, qualifier: QualifiedName, field: FieldPlan): SqlText {
  const value = valueSql(parameters, qualifier, field);
  if (field.textSearch === null) return value;
  return sql`to_tsvector(${languageSql(parameters, field.textSearch.language)}${value})`;
}

function valueSql(parameters: Parameters, qualifier: QualifiedName, field: FieldPlan): SqlText {
  if (field.wholeRow) return identifier(qualifier.name);
  const own = column(qualifier, field.name);
  if (field.path.length === 0) return own;
  const path = join(
    field.path.map((step) => stepSql(parameters, step)),
    nothing,
  );
  return field.toJson ? sql`to_jsonb(${own})${path}` : sql`${own}${path}`;
}

function stepSql(parameters: Parameters, { arrow, operand }: JsonStep): SqlText {
  const value =
    operand.kind === "key"
      ? parameters.share(operand.key, "key")
      : sql`${parameters.share(operand.index, "index")}::int`;
  return arrow === "->" ? sql`->${value}` : sql`->>${value}`;
}

/** The first argument of the functions of text search. */
export function languageSql(parameters: Parameters, language: string | null): SqlText {
  return language === null ? nothing : sql`${parameters.add(language)}, `;
}

/** What one column of the result is made of, and its name. */
export function selectColumnSql(parameters: Parameters, qualifier: QualifiedName, selected: SelectColumn): SqlText {
  const { field, cast, aggregate, aggregateCast, alias } = selected;
  const shown = transformed(field.transform, fieldSql(parameters, qualifier, field));
  return sql`${aggregated(aggregate, aggregateCast, castTo(cast, shown))}${named(alias)}`;
}

export function transformed(routine: QualifiedName | null, value: SqlText): SqlText {
  return routine === null ? value : sql`${qualified(routine)}(${value})`;
}

/** The aggregate of a value, if there is one. */
export function aggregated(aggregate: SelectColumn["aggregate"], cast: string | null, value: SqlText): SqlText {
  return aggregate === null ? value : castTo(cast, sql`${aggregates[aggregate]}(${value})`);
}

const aggregates: Readonly<Record<NonNullable<SelectColumn["aggregate"]>, SqlText>> = {
  avg: sql`avg`,
  count: sql`count`,
  max: sql`max`,
  min: sql`min`,
  sum: sql`sum`,
};

function castTo(cast: string | null, value: SqlText): SqlText {
  return cast === null ? value : sql`cast(${value} as ${castType(cast)})`;
}

export function named(alias: string | null): SqlText {
  return alias === null ? nothing : sql` as ${identifier(alias)}`;
}
