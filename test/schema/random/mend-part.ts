import type { Condition, Item, ItemKind, Typed } from "./item.ts";
import type { Seen, World } from "./world.ts";

type Mend<K extends ItemKind> = (item: Extract<Item, { kind: K }>, world: World) => Item | undefined;

/** Mends what stands on a relation, or on any item. */
export function mendRelationPart(item: Item, world: World): Item | undefined {
  const mender: ((item: never, world: World) => Item | undefined) | undefined = menders()[item.kind];
  return mender === undefined ? item : mender(item as never, world);
}

function menders(): { readonly [K in ItemKind]?: Mend<K> } {
  return {
    constraint: mendConstraint,
    index: mendIndex,
    view: mendView,
    trigger: mendTrigger,
    policy: mendPolicy,
    statistics: mendStatistics,
    rule: mendRule,
    grant: (item, world) => (granted.has(world.item(item.target)?.kind ?? "") ? item : undefined),
    owner: mendOwner,
    comment: (item, world) =>
      world.has(item.target) && !unnamed.has(world.item(item.target)?.kind ?? "") ? item : undefined,
  };
}

function mendPolicy(item: Extract<Item, { kind: "policy" }>, world: World): Item | undefined {
  const condition = onTable(item.condition, item.table, world);
  return condition === undefined ? undefined : { ...item, condition };
}

const granted: ReadonlySet<string> = new Set([
  "table",
  "view",
  "function",
  "schema",
  "sequence",
  "enum",
  "domain",
  "column",
]);
const unnamed: ReadonlySet<string> = new Set(["grant", "owner", "comment"]);

function onTable(condition: Condition | undefined, table: string, world: World): Condition | undefined {
  return world.get("table", table) === undefined ? undefined : world.condition(condition, world.columns(table), false);
}

/** Families whose values differ from row to row. */
function isKeyable({ type, generated }: Seen): boolean {
  return generated === undefined && ["number", "moment", "uuid"].includes(type.family);
}

/** What btree can sort. */
function isSortable({ type, generated }: Seen): boolean {
  return generated !== "virtual" && type.family !== "json";
}

const mendConstraint: Mend<"constraint"> = (item, world) => {
  const table = world.get("table", item.table);
  if (table === undefined) return undefined;
  const columns = world.columns(table.id);
  const { rule } = item;
  if (rule.kind === "check") {
    const condition = world.condition(rule.condition, columns, false);
    if (condition === undefined) return undefined;
    const isWhole = table.partitioned === undefined && table.partitionOf === undefined;
    return { ...item, rule: { ...rule, condition, noInherit: rule.noInherit && isWhole } };
  }
  if (table.partitionOf !== undefined) return undefined;
  if (rule.kind === "foreign") return mendForeign(item, rule, world);
  const key = table.partitioned === undefined ? [] : [`${table.id}.key`];
  const keyed = columns.filter((column) => isKeyable(column) && rule.columns.includes(column.id)).map(({ id }) => id);
  const chosen = [...new Set([...key, ...keyed])];
  if (chosen.length === 0 || (rule.kind === "exclude" && key.length > 0)) return undefined;
  const hasPrimary = world.of("constraint").some((other) => other.table === table.id && other.rule.kind === "primary");
  if (rule.kind === "primary" && hasPrimary) return undefined;
  return { ...item, rule: { ...rule, columns: chosen } };
};

type Foreign = Extract<Extract<Item, { kind: "constraint" }>["rule"], { kind: "foreign" }>;

function mendForeign(item: Extract<Item, { kind: "constraint" }>, rule: Foreign, world: World): Item | undefined {
  const target = world.get("constraint", rule.target);
  if (target === undefined || (target.rule.kind !== "unique" && target.rule.kind !== "primary")) return undefined;
  if (target.rule.form % 4 === 1 || target.rule.columns.length !== 1) return undefined;
  const referenced = world.column(target.table, target.rule.columns[0] ?? "");
  const column = world.column(item.table, rule.column);
  const [isUnlogged, isTargetUnlogged] = [item.table, target.table].map((id) => world.get("table", id)?.unlogged);
  if (isUnlogged !== isTargetUnlogged) return undefined;
  if (column === undefined || referenced === undefined || column.generated !== undefined) return undefined;
  return world.isSame(column.type, referenced.type) && column.type.family === "number" ? item : undefined;
}

const mendIndex: Mend<"index"> = (item, world) => {
  const relation = world.relation(item.table);
  if (relation === undefined || (relation.kind === "view" && !relation.materialized)) return undefined;
  const columns = world.columns(relation.id).filter(isSortable);
  const isPartitioned = relation.kind === "table" && relation.partitioned !== undefined;
  const chosen = item.columns.filter((id) => columns.some((column) => column.id === id));
  const keyable = chosen.filter((id) => columns.some((column) => column.id === id && isKeyable(column)));
  const unique = item.unique && keyable.length === chosen.length && relation.kind === "table" && !isPartitioned;
  const stored = columns.filter(({ generated }) => generated === undefined);
  const expression = unique ? undefined : world.condition(item.expression, stored, true);
  if (chosen.length === 0 && expression === undefined) return undefined;
  const where = world.condition(item.where, stored, true);
  const include = columns.some(({ id }) => id === item.include) ? item.include : undefined;
  return { ...item, schema: relation.schema, columns: chosen, unique, expression, where, include };
};

const mendView: Mend<"view"> = (item, world) => {
  const seen = world.columns(item.source);
  const names = new Set<string>();
  const columns = item.columns.flatMap((column) => {
    const of = seen.find(({ id }) => id === column.of);
    if (of === undefined || names.has(column.name)) return [];
    names.add(column.name);
    return [{ ...column, via: world.canAsk(column.via, of.type, false) ? column.via : undefined }];
  });
  if (columns.length === 0) return undefined;
  const primary = world.get("constraint", item.grouped);
  const canGroup = primary?.table === item.source && primary.rule.kind === "primary" && primary.rule.form % 4 !== 1;
  const where = world.condition(item.where, seen, false);
  const joined = world.relation(item.joined)?.id;
  return { ...item, columns, where, joined, grouped: canGroup ? item.grouped : undefined };
};

const mendTrigger: Mend<"trigger"> = (item, world) => {
  const relation = world.relation(item.table);
  const routine = world.get("function", item.routine);
  if (relation === undefined || routine?.isTrigger !== true) return undefined;
  if (relation.kind === "view") return relation.materialized ? undefined : { ...item, of: undefined, when: undefined };
  const columns = world.columns(relation.id);
  const stored = columns.filter(({ generated }) => generated === undefined);
  const of = columns.some(({ id }) => id === item.of) ? item.of : undefined;
  return { ...item, of, when: world.condition(item.when, stored, false) };
};

const mendStatistics: Mend<"statistics"> = (item, world) => {
  const table = world.get("table", item.table);
  if (table === undefined) return undefined;
  const columns = world.columns(table.id).filter((column) => isSortable(column) && hasOrder(column.type, world));
  const chosen = item.columns.filter((id) => columns.some((column) => column.id === id));
  return chosen.length < 2 ? undefined : { ...item, schema: table.schema, columns: chosen };
};

function hasOrder({ own, family }: Typed, world: World): boolean {
  return own === undefined || world.get("composite", own) === undefined || family !== "pair";
}

const mendRule: Mend<"rule"> = (item, world) => {
  if (world.get("table", item.table) === undefined) return undefined;
  return { ...item, condition: onTable(item.condition, item.table, world) };
};

/** Only what acts for nobody: a view or a definer's function of another role would lack privileges. */
const mendOwner: Mend<"owner"> = (item, world) => {
  const target = world.item(item.target);
  const isOwned = world.of("owner").some((other) => other.target === item.target);
  if (target === undefined || isOwned) return undefined;
  if (target.kind === "schema") return target.id === "public" ? undefined : item;
  if (target.kind === "function") return target.isDefiner || target.reads !== undefined ? undefined : item;
  return owned.has(target.kind) ? item : undefined;
};

const owned: ReadonlySet<string> = new Set(["table", "sequence", "enum", "domain", "composite", "range"]);
