import type { QualifiedName, Relationship } from "../../../catalog/index.ts";
import type { RowRange } from "../request/rest-request.ts";
import type { Field, Filter, LogicTree, OrderTerm, SelectField, SelectItem } from "../request/syntax.ts";
import type { Condition, FieldPlan, JoinCondition, OrderColumn, ReadSource, SelectColumn } from "./read-plan.ts";

/** A resource while its plan is being made: the stages of plan/ fill it in, one after the other. */
export interface Draft {
  /** As the request names it. */
  readonly name: string;
  readonly alias: string | null;
  readonly hint: string | null;
  readonly isInner: boolean;
  readonly depth: number;
  readonly fields: readonly SelectField[];
  spread: "one" | "many" | null;
  children: Draft[];
  /** What the request says of it. */
  readonly filters: Filter[];
  readonly logic: LogicTree[];
  orderTerms: readonly OrderTerm[];
  range: RowRange;
  distinctFields: "all" | readonly Field[] | null;
  /** It was named by its own name, though it has an alias. */
  isLegacyTarget: boolean;
  /** Set where it is related: the relation that it turned out to be, and how it is read. */
  relation: QualifiedName;
  relationship: Relationship | null;
  from: ReadSource;
  qualifier: QualifiedName;
  lateral: string;
  joins: readonly JoinCondition[];
  /** Set where fields are resolved. */
  select: readonly SelectColumn[];
  conditions: readonly Condition[];
  order: readonly OrderColumn[];
  distinct: "all" | readonly FieldPlan[] | null;
}

const everything: RowRange = { offset: 0, limit: null };

/** The tree of resources that ?select= asks for, nothing looked up yet. */
export function draftTree(relation: QualifiedName, select: readonly SelectItem[]): Draft {
  return draft({ name: relation.name, alias: null, hint: null, isInner: false, depth: 0 }, false, select, relation);
}

function draft(
  named: Pick<Draft, "name" | "alias" | "hint" | "isInner" | "depth">,
  isSpread: boolean,
  items: readonly SelectItem[],
  relation: QualifiedName,
): Draft {
  return {
    ...named,
    fields: items.filter((item) => item.kind === "field"),
    spread: isSpread ? "one" : null,
    children: items.flatMap((item) => (item.kind === "field" ? [] : [child(item, named.depth + 1, relation.schema)])),
    filters: [],
    logic: [],
    orderTerms: [],
    range: everything,
    distinctFields: null,
    isLegacyTarget: false,
    relation,
    relationship: null,
    from: { kind: "relation", relation, alias: null },
    qualifier: relation,
    lateral: "",
    joins: [],
    select: [],
    conditions: [],
    order: [],
    distinct: null,
  };
}

function child(item: Exclude<SelectItem, SelectField>, depth: number, schema: string): Draft {
  const { relation: name, hint, join, items } = item;
  const alias = item.kind === "relation" ? item.alias : null;
  const named = { name, alias, hint, isInner: join === "inner", depth };
  return draft(named, item.kind === "spread", items, { schema, name });
}

/** What the response, filters and orders call it. */
export function targetName({ name, alias }: Draft): string {
  return alias ?? name;
}
