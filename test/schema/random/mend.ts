import type { Condition, Item, ItemKind, Schema, Typed } from "./item.ts";
import { mendRelationPart } from "./mend-part.ts";
import { baseTypes, isText, isWhole } from "./type.ts";
import { World, type Seen } from "./world.ts";

/**
 * The schema without what Postgres would refuse: items that refer to what comes later or is not there any more go, and
 * what doesn't fit gives way. So any list of items is a valid schema in the end, whatever was taken out of it.
 */
export function mend(items: Schema): Schema {
  const world = new World();
  const names = new Set<string>();
  for (const item of items) {
    const mended = placed(item, world, names);
    if (mended === undefined) continue;
    if (mended.kind !== "column") names.add(mended.name);
    world.add(mended);
  }
  return world.all;
}

function placed(item: Item, world: World, names: ReadonlySet<string>): Item | undefined {
  if (world.has(item.id) || (item.kind !== "column" && names.has(item.name))) return undefined;
  if ("schema" in item && world.get("schema", item.schema) === undefined) return undefined;
  const mender: ((item: never, world: World) => Item | undefined) | undefined = menders[item.kind];
  return mender === undefined ? mendRelationPart(item, world) : mender(item as never, world);
}

type Menders = {
  readonly [K in ItemKind]?: (item: Extract<Item, { kind: K }>, world: World) => Item | undefined;
};

const menders: Menders = {
  schema: (item) => item,
  enum: (item) => item,
  range: (item) => item,
  sequence: (item) => item,
  domain: (item, world) => {
    const over = mendType(item.over, world) ?? { family: item.over.family, base: baseTypes[item.over.family][0] };
    const value: Seen = { id: "value", name: "value", type: over, notNull: false, isKey: false };
    const checks = item.checks.map((check) => world.condition(check, [value], false)).filter(isThere);
    return { ...item, over, checks };
  },
  composite: (item, world) => {
    const attributes = item.attributes.flatMap((attribute) => {
      const type = mendType(attribute, world);
      return type === undefined ? [] : [{ ...type, name: attribute.name }];
    });
    return { ...item, attributes };
  },
  function: mendFunction,
  table: mendTable,
  column: mendColumn,
};

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** The type if it is there; where its own one is gone, one of Postgres. */
export function mendType(type: Typed, world: World): Typed | undefined {
  const { family, base, own } = type;
  const [other] = baseTypes[family];
  if (own === undefined) return base === undefined || other === undefined ? undefined : { family, base };
  const holds = holders[family].some((kind) => world.item(own)?.kind === kind) && isOver(own, family, world);
  if (holds) return { family, own };
  return other === undefined ? undefined : { family, base: other };
}

const holders: Readonly<Record<Typed["family"], readonly ItemKind[]>> = {
  ...{ number: ["domain"], moment: ["domain"], flag: ["domain"], json: ["domain"], uuid: ["domain"] },
  ...{
    numbers: ["domain"],
    label: ["enum", "domain"],
    labels: ["enum", "domain"],
    pair: ["composite"],
    span: ["range"],
  },
};

function isOver(own: string, family: Typed["family"], world: World): boolean {
  const domain = world.get("domain", own);
  return domain === undefined || domain.over.family === family;
}

/** Null goes through functions, so their types let it. */
function nullable(type: Typed, world: World): Typed | undefined {
  const mended = mendType(type, world);
  if (mended === undefined || !refusesNull(mended, world)) return mended;
  const [other] = baseTypes[type.family];
  return other === undefined ? undefined : { family: type.family, base: other };
}

export function refusesNull(type: Typed, world: World): boolean {
  const domain = world.get("domain", type.own);
  return domain !== undefined && (domain.notNull || refusesNull(domain.over, world));
}

type Routine = Extract<Item, { kind: "function" }>;

/** What it takes or reads; undefined where that is not there. */
function lookedAt(item: Routine, world: World): Pick<Routine, "row" | "reads"> | undefined {
  if (item.isTrigger) return { row: undefined, reads: undefined };
  const row = world.relation(item.row)?.id;
  const reads = row === undefined ? world.relation(item.reads)?.id : undefined;
  const isAsked = item.row !== undefined || item.reads !== undefined;
  return isAsked && (row ?? reads) === undefined ? undefined : { row, reads };
}

function paramOf({ param }: Routine, world: World): Typed | undefined {
  return param === undefined ? undefined : nullable(param, world);
}

/** Sets are the work of SQL alone, triggers that of PL/pgSQL. */
function languageOf({ isTrigger, language }: Routine, isSet: boolean): Routine["language"] {
  if (isTrigger) return "plpgsql";
  return isSet ? "sql" : language;
}

function calledBy({ calls }: Routine, world: World): string | undefined {
  const called = world.get("function", calls);
  const canCall = world.canAsk(calls, { family: "number", base: "integer" }, false);
  return canCall && called?.returns.family === "number" ? called.id : undefined;
}

function mendFunction(item: Routine, world: World): Item | undefined {
  const looked = lookedAt(item, world);
  if (looked === undefined) return undefined;
  const { row, reads } = looked;
  const param = row === undefined ? paramOf(item, world) : undefined;
  const result = nullable(item.returns, world) ?? { family: "number", base: "integer" };
  const isSet = item.isSet && reads !== undefined && world.columns(reads).length > 0;
  const returns: Typed = row === undefined && reads === undefined ? result : { family: "number", base: "bigint" };
  const isPlain = row === undefined && reads === undefined;
  const calls =
    isPlain && param?.family === "number" && returns.family === "number" ? calledBy(item, world) : undefined;
  return {
    ...item,
    ...{ row, reads, param, returns, isSet, calls },
    isProcedure: item.isProcedure && isPlain && !item.isTrigger,
    language: languageOf(item, isSet),
  };
}

function mendTable(item: Extract<Item, { kind: "table" }>, world: World): Item | undefined {
  if (item.partitionOf !== undefined) {
    const above = world.get("table", item.partitionOf);
    if (above?.partitioned === undefined || above.partitioned === "hash") return undefined;
    return { ...item, key: undefined, partitioned: undefined, inherits: undefined, unlogged: false };
  }
  const above = world.get("table", item.inherits);
  const canInherit = above !== undefined && above.partitioned === undefined && above.partitionOf === undefined;
  if (item.inherits !== undefined && !canInherit) return { ...item, inherits: undefined };
  if (canInherit) return { ...item, key: undefined, partitioned: undefined, unlogged: above.unlogged };
  const isPartitioned = item.partitioned !== undefined && item.key !== undefined;
  return isPartitioned ? { ...item, unlogged: false, fillfactor: undefined } : { ...item, partitioned: undefined };
}

function mendColumn(item: Extract<Item, { kind: "column" }>, world: World): Item | undefined {
  const table = world.get("table", item.table);
  const type = mendType(item.type, world);
  if (table === undefined || type === undefined || table.partitionOf !== undefined) return undefined;
  const names = world.family(table.id).flatMap(({ id }) => world.columns(id).map(({ name }) => name));
  if ([...names, ...world.columns(table.id).map(({ name }) => name)].includes(item.name)) return undefined;
  const value = mendValue({ ...item, type }, world);
  const isGenerated = value.kind === "generated";
  const isVirtual = isGenerated && value.virtual;
  const numbered = value.kind === "identity" || value.kind === "serial";
  return {
    ...item,
    ...{ type, value },
    notNull: numbered || (!isGenerated && item.notNull),
    collation: isText(type) ? item.collation : undefined,
    storage: !isVirtual && (isText(type) || type.family === "json") ? item.storage : undefined,
  };
}

type Value = Extract<Item, { kind: "column" }>["value"];

function mendValue({ table, type, value }: Extract<Item, { kind: "column" }>, world: World): Value {
  switch (value.kind) {
    case "none":
      return value;
    case "default": {
      const via = world.get("function", value.via);
      const fits = via !== undefined && world.canAsk(via.id, type, false) && via.returns.family === type.family;
      return fits ? value : { ...value, via: undefined };
    }
    case "sequence":
      return world.get("sequence", value.sequence) !== undefined && isWhole(type) ? value : { kind: "none" };
    case "identity":
    case "serial":
      if (!isWhole(type)) return { kind: "none" };
      // Postgres adds no identity to a table that others inherit from.
      return world.of("table").some(({ inherits }) => inherits === table) ? { kind: "serial" } : value;
    case "generated":
      return mendGenerated(value, type, world.columns(table), world);
  }
}

function mendGenerated(
  value: Extract<Value, { kind: "generated" }>,
  type: Typed,
  columns: readonly Seen[],
  world: World,
): Value {
  const from: Condition | undefined = world.condition(value.from, columns, true);
  const source = columns.find(({ id }) => id === from?.column);
  if (from === undefined || source === undefined || source.generated !== undefined) return { kind: "none" };
  const fits = type.family === "flag" || (type.family === "number" && source.type.family === "number");
  if (!fits || refusesNull(type, world)) return { kind: "none" };
  const virtual = value.virtual && type.own === undefined && source.type.own === undefined;
  return { kind: "generated", virtual, from: virtual ? { ...from, via: undefined } : from };
}
