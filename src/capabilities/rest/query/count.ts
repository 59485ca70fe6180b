import type { Embed, ReadNode } from "../plan/read-plan.ts";
import { conditionSql, joinConditionSql, whereSql, type EmbeddedTest } from "./condition.ts";
import { selectSql, sourceSql, type SelectContext } from "./select.ts";
import { sql, type SqlText } from "./sql-text.ts";

/**
 * One row for each that the resource's filters let through, whatever its range: to be counted, or to be estimated by
 * EXPLAIN. What is embedded is not joined; it is asked for where it leaves rows out.
 */
export function countedSql(context: SelectContext, node: ReadNode): SqlText {
  const { parameters } = context;
  if (node.distinct !== null) return selectSql(context, { ...node, order: [], range: everything }, true);
  const embedded: EmbeddedTest = (lateral, isThere) => {
    const found = node.embeds.find((embed) => embed.lateral === lateral);
    if (found === undefined) return sql`true`;
    return isThere ? existsSql(context, found) : sql`not ${existsSql(context, found)}`;
  };
  return sql`select 1 from ${sourceSql(context, node.from)}${whereSql([
    ...node.conditions.map((condition) => conditionSql(parameters, node.qualifier, condition, embedded)),
    ...node.joins.map(joinConditionSql),
    ...node.embeds.filter(({ isInner }) => isInner).map((embed) => existsSql(context, embed)),
  ])}`;
}

const everything = { offset: 0, limit: null };

function existsSql(context: SelectContext, { node }: Embed): SqlText {
  return sql`exists (${countedSql(context, node)})`;
}
