import type { QualifiedName } from "../../../catalog/index.ts";
import type { OrderColumn } from "../plan/read-plan.ts";
import type { RowRange } from "../request/rest-request.ts";
import { fieldSql } from "./field.ts";
import { fromCatalog, join, nothing, operatorSql, sql, type Parameters, type SqlText } from "./sql-text.ts";

/** ` order by …`, or nothing. */
export function orderSql(parameters: Parameters, qualifier: QualifiedName, order: readonly OrderColumn[]): SqlText {
  if (order.length === 0) return nothing;
  const terms = order.map((term) => {
    const { direction, nulls } = term;
    const value = orderedSql(parameters, qualifier, term);
    return sql`${value}${direction === null ? nothing : directions[direction]}${nulls === null ? nothing : places[nulls]}`;
  });
  return sql` order by ${join(terms)}`;
}

/** What rows are ordered by. */
export function orderedSql(parameters: Parameters, qualifier: QualifiedName, term: OrderColumn): SqlText {
  const { field, lateral, distance } = term;
  const value = fieldSql(parameters, lateral === null ? qualifier : { schema: "", name: lateral }, field);
  if (distance === undefined) return value;
  const operand = sql`${parameters.share(distance.value, "operand")}::${fromCatalog(distance.type)}`;
  // An operator with its schema has the priority of all others: `->>` ahead of it needs no parentheses, but a reader does.
  return sql`(${value}) ${operatorSql(distance.operator)} ${operand}`;
}

const directions = { asc: sql` asc`, desc: sql` desc` };
const places = { first: sql` nulls first`, last: sql` nulls last` };

export function rangeSql(parameters: Parameters, { limit, offset }: RowRange): SqlText {
  const limited = limit === null ? nothing : sql` limit ${parameters.add(String(limit))}`;
  return offset === 0 ? limited : sql`${limited} offset ${parameters.add(String(offset))}`;
}
