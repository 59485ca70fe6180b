import type { Loss } from "../action.ts";
import type { Fact } from "../fact.ts";
import { relationOf } from "../name.ts";
import { usesOf, type TypeUse } from "../type-use.ts";
import type { Context } from "../kind.ts";
import { changing, failing, isNarrower, type ValueCast } from "./value-cast.ts";

/** What of a column's values, or of a part of them, has no place in the new type: nothing, or one loss. */
export function narrowingOf(column: Fact, cast: ValueCast): readonly Loss[] {
  if (!isNarrower(cast)) return [];
  const lost = changing(cast) ?? failing(cast) ?? "false";
  const count = `select pg_catalog.count(*) as count from ${relationOf(column)} where ${lost}`;
  return [{ what: "narrowing", name: column.key.slice("column ".length), count }];
}

/** The columns that follow a type which is made again; one that gets another type besides answers for itself. */
export function followersOf(type: string, { from, to }: Context): readonly TypeUse[] {
  return usesOf(from, type).filter(({ column }) => to.facts.get(column.key)?.props["type"] === column.props["type"]);
}
