import type { Dice } from "./dice.ts";
import { freeName } from "./dice.ts";
import {
  families,
  type ColumnValue,
  type Condition,
  type Item,
  type ItemKind,
  type KeyValue,
  type Typed,
} from "./item.ts";
import { baseTypes, wholeNumbers } from "./type.ts";
import type { World } from "./world.ts";

/** What an item keeps when it is changed. */
export interface Kept {
  readonly id: string;
  readonly name: string;
}

type Make<K extends ItemKind> = (dice: Dice, world: World, kept: Kept) => Extract<Item, { kind: K }> | undefined;

/** An item of a kind as the dice fall; it may refer to what doesn't fit: `mend` sees to that. */
export function make(kind: ItemKind, dice: Dice, world: World, id: string, kept?: Kept): Item | undefined {
  const name = kept?.name ?? freeName(dice, (word) => world.all.some((item) => item.name === word));
  return makers[kind](dice, world, { id, name });
}

const makers: { readonly [K in ItemKind]: Make<K> } = {
  schema: (_dice, _world, kept) => ({ kind: "schema", ...kept }),
  enum: (dice, world, kept) => {
    const labels = [...dice.some(["b", "B b", "č", "null", "it's", "c"], 4)];
    labels.splice(dice.next() % (labels.length + 1), 0, "a");
    return { kind: "enum", ...kept, schema: schemaOf(dice, world), labels };
  },
  domain: (dice, world, kept) => ({
    kind: "domain",
    ...kept,
    schema: schemaOf(dice, world),
    over: typed(dice, world, ["number", "label", "number", "numbers"]),
    notNull: dice.chance(10),
    hasDefault: dice.chance(30),
    checks: dice.chance(60) ? [condition(dice, world, ["value"])] : [],
  }),
  composite: (dice, world, kept) => {
    const attributes = dice
      .some(Object.entries(attributeFamilies), 3)
      .map(([name, family]) => ({ name, ...typed(dice, world, [family]) }));
    return { kind: "composite", ...kept, schema: schemaOf(dice, world), attributes };
  },
  range: (dice, world, kept) => {
    const subtype = dice.pick(["numeric", "bigint", "integer", "double precision"]) ?? "numeric";
    return { kind: "range", ...kept, schema: schemaOf(dice, world), subtype };
  },
  sequence: (dice, world, kept) => ({
    kind: "sequence",
    ...kept,
    schema: schemaOf(dice, world),
    type: dice.pick(wholeNumbers) ?? "bigint",
    increment: 1 + (dice.next() % 3),
    cycle: dice.chance(20),
  }),
  function: makeFunction,
  table: makeTable,
  column: makeColumn,
  constraint: makeConstraint,
  index: (dice, world, kept) => {
    const table = dice.pick([...world.of("table"), ...world.of("view").filter(({ materialized }) => materialized)]);
    if (table === undefined) return undefined;
    const columns = world.columns(table.id).map(({ id }) => id);
    const form = dice.next();
    return {
      ...{ kind: "index", ...kept, schema: table.schema, table: table.id, form },
      columns: dice.some(columns, 2),
      unique: dice.chance(20),
      expression: dice.chance(30) ? condition(dice, world, columns) : undefined,
      where: dice.chance(30) ? condition(dice, world, columns) : undefined,
      include: dice.chance(20) ? dice.pick(columns) : undefined,
    };
  },
  view: makeView,
  trigger: (dice, world, kept) => {
    const table = dice.pick([...world.of("table"), ...world.of("view")]);
    const routine = dice.pick(world.of("function").filter(({ isTrigger }) => isTrigger));
    if (table === undefined || routine === undefined) return undefined;
    const columns = world.columns(table.id).map(({ id }) => id);
    const of = dice.chance(30) ? dice.pick(columns) : undefined;
    const when = dice.chance(40) ? condition(dice, world, columns) : undefined;
    return { kind: "trigger", ...kept, table: table.id, routine: routine.id, form: dice.next(), of, when };
  },
  policy: (dice, world, kept) => {
    const table = dice.pick(world.of("table"));
    if (table === undefined) return undefined;
    const columns = world.columns(table.id).map(({ id }) => id);
    const asked = condition(dice, world, columns);
    return { kind: "policy", ...kept, table: table.id, form: dice.next(), condition: asked };
  },
  statistics: (dice, world, kept) => {
    const table = dice.pick(world.of("table"));
    if (table === undefined) return undefined;
    const columns = dice.some(
      world.columns(table.id).map(({ id }) => id),
      4,
    );
    return { kind: "statistics", ...kept, schema: table.schema, table: table.id, columns };
  },
  rule: (dice, world, kept) => {
    const table = dice.pick(world.of("table"));
    if (table === undefined) return undefined;
    const columns = world.columns(table.id).map(({ id }) => id);
    const asked = dice.chance(60) ? condition(dice, world, columns) : undefined;
    return { kind: "rule", ...kept, table: table.id, form: dice.next(), condition: asked };
  },
  grant: (dice, world, kept) =>
    target(dice, world, (id) => ({ kind: "grant", ...kept, target: id, form: dice.next() })),
  owner: (dice, world, kept) => target(dice, world, (id) => ({ kind: "owner", ...kept, target: id })),
  comment: (dice, world, kept) =>
    target(dice, world, (id) => ({
      kind: "comment",
      ...kept,
      target: id,
      text: dice.pick(["plain", "it's \\ odd", "čeněk 日本", "a\nb"]) ?? "",
    })),
};

/** By its name an attribute keeps its family, so that values can be cast. */
const attributeFamilies = { x: "number", y: "number", label: "label", note: "moment", "Z z": "numbers" } as const;

function target<T>(dice: Dice, world: World, then: (id: string) => T): T | undefined {
  const item = dice.pick(world.all);
  return item === undefined ? undefined : then(item.id);
}

function schemaOf(dice: Dice, world: World): string {
  return dice.pick(world.of("schema"))?.id ?? "public";
}

function typed(dice: Dice, world: World, among: Parameters<Dice["pick"]>[0] = families): Typed {
  const family = dice.pick(among as readonly Typed["family"][]) ?? "number";
  const own = dice.pick(ownTypes(world, family));
  if (own !== undefined && (dice.chance(50) || baseTypes[family].length === 0)) return { family, own };
  return { family, base: dice.pick(baseTypes[family]) ?? "text" };
}

/** Types of the schema that hold what a family holds. */
export function ownTypes(world: World, family: Typed["family"]): readonly string[] {
  const domains = world.of("domain").filter(({ over }) => over.family === family);
  switch (family) {
    case "label":
      return [...world.of("enum"), ...domains].map(({ id }) => id);
    case "labels":
      return world.of("enum").map(({ id }) => id);
    case "pair":
      return world.of("composite").map(({ id }) => id);
    case "span":
      return world.of("range").map(({ id }) => id);
    default:
      return domains.map(({ id }) => id);
  }
}

function condition(dice: Dice, world: World, columns: readonly string[]): Condition {
  const via = dice.chance(40) ? dice.pick(world.of("function"))?.id : undefined;
  return { column: dice.pick(columns) ?? "", form: dice.next(), via };
}

function makeFunction(dice: Dice, world: World, kept: Kept): Extract<Item, { kind: "function" }> {
  const shape = dice.next() % 8;
  const relation = dice.pick([...world.of("table"), ...world.of("view")])?.id;
  const param = typed(dice, world, ["number", "number", "label", "pair"]);
  return {
    ...{ kind: "function", ...kept, schema: schemaOf(dice, world), form: dice.next() },
    language: dice.chance(40) ? "plpgsql" : "sql",
    atomic: dice.chance(40),
    isProcedure: shape === 7 && dice.chance(30),
    isTrigger: shape === 1,
    isStrict: dice.chance(20),
    isDefiner: dice.chance(10),
    param: dice.chance(80) ? param : undefined,
    paramDefault: dice.chance(20),
    row: shape === 2 ? relation : undefined,
    reads: shape === 3 || shape === 4 ? relation : undefined,
    isSet: shape === 4,
    returns: typed(dice, world, ["number", "number", "flag", "label", "pair", "moment"]),
    calls: dice.chance(30) ? dice.pick(world.of("function"))?.id : undefined,
  };
}

function makeTable(dice: Dice, world: World, kept: Kept): Extract<Item, { kind: "table" }> {
  const shape = dice.next() % 10;
  const tables = world.of("table");
  const above = dice.pick(tables)?.id;
  const key = {
    name: dice.pick(["id", "no", "Key", "id"]) ?? "id",
    type: dice.pick(["bigint", "integer"]) ?? "bigint",
    value: dice.pick<KeyValue>(["none", "always", "by default", "serial"]) ?? "none",
  };
  return {
    ...{ kind: "table", ...kept, schema: schemaOf(dice, world) },
    key: dice.chance(90) ? key : undefined,
    partitioned: shape === 1 || shape === 2 ? (dice.pick(["list", "range", "hash"] as const) ?? "list") : undefined,
    partitionOf: shape === 3 ? dice.pick(tables.filter(({ partitioned }) => partitioned !== undefined))?.id : undefined,
    inherits: shape === 4 ? above : undefined,
    unlogged: dice.chance(8),
    rowSecurity: dice.chance(20),
    fillfactor: dice.chance(10) ? 50 + (dice.next() % 50) : undefined,
  };
}

function makeColumn(dice: Dice, world: World, kept: Kept): Extract<Item, { kind: "column" }> | undefined {
  const table = dice.pick(world.of("table").filter(({ partitionOf }) => partitionOf === undefined));
  if (table === undefined) return undefined;
  const siblings = world.columns(table.id).map(({ name }) => name);
  const taken = new Set(siblings);
  const name = world.has(kept.id) ? kept.name : freeName(dice, (word) => taken.has(word));
  return {
    ...{ kind: "column", id: kept.id, name, table: table.id },
    type: typed(dice, world, ["number", "number", "number", "label", "label", ...families]),
    notNull: dice.chance(40),
    value: columnValue(dice, world, table.id),
    storage: dice.chance(10) ? (dice.pick(["external", "main"]) ?? "main") : undefined,
    collation: dice.chance(10) ? '"C"' : undefined,
  };
}

/** How a column gets its value, at random. */
export function columnValue(dice: Dice, world: World, table: string): ColumnValue {
  const columns = world.columns(table).map(({ id }) => id);
  const sequence = dice.pick(world.of("sequence"))?.id;
  switch (dice.next() % 10) {
    case 1:
    case 2:
      return { kind: "default", form: dice.next() };
    case 3:
      return { kind: "default", form: dice.next(), via: dice.pick(world.of("function"))?.id };
    case 4:
      return sequence === undefined ? { kind: "none" } : { kind: "sequence", sequence };
    case 5:
      return dice.chance(50) ? { kind: "identity", always: dice.chance(50) } : { kind: "serial" };
    case 6:
    case 7:
      return { kind: "generated", virtual: dice.chance(30), from: condition(dice, world, columns) };
    default:
      return { kind: "none" };
  }
}

function makeConstraint(dice: Dice, world: World, kept: Kept): Extract<Item, { kind: "constraint" }> | undefined {
  const table = dice.pick(world.of("table"));
  if (table === undefined) return undefined;
  const columns = world.columns(table.id).map(({ id }) => id);
  const base = { kind: "constraint", ...kept, table: table.id } as const;
  const form = dice.next();
  const targets = world.of("constraint").filter(({ rule }) => rule.kind === "unique" || rule.kind === "primary");
  switch (dice.next() % 6) {
    case 1:
      return { ...base, rule: { kind: "primary", columns: dice.some(columns, 2), form } };
    case 2:
      return { ...base, rule: { kind: "unique", columns: dice.some(columns, 2), form } };
    case 3:
    case 4: {
      const foreign = { column: dice.pick(columns) ?? "", target: dice.pick(targets)?.id ?? "", form };
      return { ...base, rule: { kind: "foreign", ...foreign } };
    }
    case 5:
      if (dice.chance(30)) return { ...base, rule: { kind: "exclude", columns: dice.some(columns, 1), form } };
  }
  const asked = condition(dice, world, columns);
  return { ...base, rule: { kind: "check", condition: asked, noInherit: dice.chance(10), notValid: dice.chance(10) } };
}

function makeView(dice: Dice, world: World, kept: Kept): Extract<Item, { kind: "view" }> | undefined {
  const source = dice.pick([...world.of("table"), ...world.of("view")]);
  if (source === undefined) return undefined;
  const seen = world.columns(source.id);
  const names = new Set<string>();
  const columns = dice.some(seen, 4).map(({ id, name }) => {
    const renamed = dice.chance(20) ? freeName(dice, (word) => names.has(word)) : name;
    const via = dice.chance(30) ? dice.pick(world.of("function"))?.id : undefined;
    names.add(renamed);
    return { name: renamed, of: id, via };
  });
  const primary = world.of("constraint").find(({ table, rule }) => table === source.id && rule.kind === "primary");
  return {
    ...{ kind: "view", ...kept, schema: schemaOf(dice, world), source: source.id, columns, form: dice.next() },
    materialized: dice.chance(25),
    where: dice.chance(40)
      ? condition(
          dice,
          world,
          seen.map(({ id }) => id),
        )
      : undefined,
    grouped: dice.chance(25) ? primary?.id : undefined,
    joined: dice.chance(20) ? dice.pick([...world.of("table"), ...world.of("view")])?.id : undefined,
  };
}
