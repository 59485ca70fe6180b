import { Dice, freeName } from "./dice.ts";
import type { ColumnItem, Item, ItemKind, Schema, TableItem } from "./item.ts";
import { make } from "./make.ts";
import { mend } from "./mend.ts";
import { baseTypes } from "./type.ts";
import { World } from "./world.ts";

/** One edit, as numbers: what is done, to which item, and how the dice fall. */
export interface Edit {
  readonly verb: (typeof verbs)[number];
  readonly at: number;
  readonly dice: readonly number[];
}

export const verbs = ["change", "drop", "add", "rename", "move", "convert", "swap"] as const;

/** The schema after the edits: valid again, and such that the rows of before can come over. */
export function edited(before: Schema, edits: readonly Edit[]): Schema {
  let schema = before;
  for (const [index, edit] of edits.entries()) schema = mend(changed(schema, edit, `e${index}`));
  return mend(fillable(schema, before));
}

function changed(schema: Schema, { verb, at, dice: numbers }: Edit, id: string): Schema {
  const dice = new Dice(numbers);
  const index = 1 + (at % Math.max(schema.length - 1, 1));
  const item = schema[index];
  if (item === undefined) return schema;
  const others = schema.toSpliced(index, 1);
  switch (verb) {
    case "drop":
      return others;
    case "add":
      return [...schema, ...there(make(dice.pick(additions) ?? "column", dice, new World(schema), id))];
    case "rename":
      return schema.with(index, renamed(item, dice, schema));
    case "change":
      return schema.with(index, altered(item, dice, new World(schema.slice(0, index))));
    case "move":
      return [...others, altered(item, dice, new World(others))];
    case "convert":
      return schema.toSpliced(index, 1, ...there(converted(item, dice, new World(schema.slice(0, index)))));
    case "swap":
      return swapped(schema, item, dice);
  }
}

const additions: readonly ItemKind[] = [
  ...([
    "column",
    "column",
    "column",
    "constraint",
    "constraint",
    "index",
    "index",
    "view",
    "function",
    "trigger",
  ] as const),
  ...(["table", "enum", "domain", "policy", "grant", "comment", "owner", "statistics", "rule", "sequence"] as const),
];

function there(item: Item | undefined): readonly Item[] {
  return item === undefined ? [] : [item];
}

function renamed(item: Item, dice: Dice, schema: Schema): Item {
  const taken = new Set(schema.map(({ name }) => name));
  return { ...item, name: freeName(dice, (word) => taken.has(word)) };
}

/** Some properties become those of another item of its kind. */
function altered(item: Item, dice: Dice, world: World): Item {
  const other = make(item.kind, dice, world, item.id, { id: item.id, name: item.name });
  if (other === undefined) return item;
  const fixed = new Set(["kind", "id", "name", ...(item.kind === "column" ? ["table"] : [])]);
  const keys = Object.keys(other).filter((key) => !fixed.has(key));
  const chosen = dice.some(keys, 3);
  const properties = Object.fromEntries(chosen.map((key) => [key, other[key as keyof Item]]));
  const merged = { ...item, ...properties } as Item;
  return merged.kind === "column" && item.kind === "column" ? withinFamily(item, merged, dice) : merged;
}

/** Values can be cast within a family alone. */
function withinFamily(old: ColumnItem, now: ColumnItem, dice: Dice): ColumnItem {
  const { family } = old.type;
  if (family === "pair") return { ...now, type: old.type };
  if (now.type.family === family) return now;
  const base = dice.pick(baseTypes[family]);
  return base === undefined ? { ...now, type: old.type } : { ...now, type: { family, base } };
}

const conversions: Readonly<Partial<Record<ItemKind, readonly ItemKind[]>>> = {
  enum: ["domain"],
  domain: ["enum"],
  composite: ["enum"],
  view: ["table", "view"],
  constraint: ["index"],
  index: ["constraint", "statistics"],
  rule: ["trigger"],
  trigger: ["rule"],
  sequence: ["view"],
};

function converted(item: Item, dice: Dice, world: World): Item | undefined {
  const kind = dice.pick(conversions[item.kind] ?? []);
  return kind === undefined
    ? altered(item, dice, world)
    : (make(kind, dice, world, item.id, { id: item.id, name: item.name }) ?? item);
}

/** Two of one kind take each other's names. */
function swapped(schema: Schema, item: Item, dice: Dice): Schema {
  const other = dice.pick(schema.filter((candidate) => isLike(item, candidate)));
  if (other === undefined) return schema;
  return schema.map((each) => {
    if (each === item) return { ...each, name: other.name };
    return each === other ? { ...each, name: item.name } : each;
  });
}

function isLike(item: Item, other: Item): boolean {
  if (item === other || item.kind !== other.kind || other.id === "public" || item.kind === "table") return false;
  if (item.kind !== "column" || other.kind !== "column") return true;
  return item.table === other.table && item.type.family === other.type.family;
}

/** Rows that stand must be able to come over: what is new in their table is null, or says what it is. */
function fillable(after: Schema, before: Schema): Schema {
  const [old, now] = [new World(before), new World(after)];
  return after.flatMap((item): Schema => {
    if (item.kind === "table") return [withFilledKey(item, old)];
    if (item.kind === "column") return [withoutEmpty(item, old, now)];
    return isKept(item, old, now) ? [item] : [];
  });
}

/** Under the same name, in the same schema: what Postgres sees as the same. */
function stands(id: string, old: World, now: World): boolean {
  return old.relation(id) !== undefined && now.relation(id) !== undefined && old.name(id) === now.name(id);
}

function withFilledKey(item: TableItem, old: World): TableItem {
  const before = old.get("table", item.id);
  if (item.key === undefined || before === undefined || before.key?.name === item.key.name) return item;
  return { ...item, key: { ...item.key, value: "serial" } };
}

function columnStands(id: string, table: string, old: World, now: World): boolean {
  const [was, is] = [old.column(table, id), now.column(table, id)];
  return was !== undefined && is !== undefined && was.name === is.name && was.generated === undefined;
}

function withoutEmpty(item: ColumnItem, old: World, now: World): ColumnItem {
  const isFilled = item.value.kind !== "none" || columnStands(item.id, item.table, old, now);
  return isFilled || !stands(item.table, old, now) ? item : { ...item, notNull: false };
}

/** Keys on columns that have no values of their own yet would find doubles and orphans. */
function isKept(item: Item, old: World, now: World): boolean {
  if (item.kind === "index") {
    if (!item.unique || !stands(item.table, old, now)) return true;
    return item.columns.every((id) => columnStands(id, item.table, old, now));
  }
  if (item.kind !== "constraint" || item.rule.kind === "check" || !stands(item.table, old, now)) return true;
  const { rule, table } = item;
  if (rule.kind !== "foreign") return rule.columns.every((id) => columnStands(id, table, old, now));
  const target = now.get("constraint", rule.target)?.table;
  return columnStands(rule.column, table, old, now) && target !== undefined && stands(target, old, now);
}
