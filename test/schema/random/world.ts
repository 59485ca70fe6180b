import type { Condition, FunctionItem, Item, ItemKind, Schema, TableItem, Typed, ViewItem } from "./item.ts";
import { literal, quoted } from "./type.ts";

/** A column as those who use it see it, whether a table's own, inherited or a view's. */
export interface Seen {
  readonly id: string;
  readonly name: string;
  readonly type: Typed;
  readonly notNull: boolean;
  readonly generated?: "stored" | "virtual" | undefined;
  readonly isKey: boolean;
}

export type Relation = TableItem | ViewItem;

/** What there is of a schema so far, by id. */
export class World {
  private readonly items = new Map<string, Item>();

  constructor(items: Schema = []) {
    for (const item of items) this.add(item);
  }

  add(item: Item): void {
    this.items.set(item.id, item);
  }

  get all(): Schema {
    return [...this.items.values()];
  }

  has(id: string): boolean {
    return this.items.has(id);
  }

  item(id: string | undefined): Item | undefined {
    return id === undefined ? undefined : this.items.get(id);
  }

  get<K extends ItemKind>(kind: K, id: string | undefined): Extract<Item, { kind: K }> | undefined {
    const item = this.item(id);
    return item?.kind === kind ? (item as Extract<Item, { kind: K }>) : undefined;
  }

  of<K extends ItemKind>(kind: K): readonly Extract<Item, { kind: K }>[] {
    return this.all.filter((item): item is Extract<Item, { kind: K }> => item.kind === kind);
  }

  relation(id: string | undefined): Relation | undefined {
    return this.get("table", id) ?? this.get("view", id);
  }

  /** Columns of a table (its own, and those it inherits) or of a view. */
  columns(relation: string | undefined): readonly Seen[] {
    const found = this.relation(relation);
    if (found === undefined) return [];
    if (found.kind === "view") return this.viewColumns(found);
    const above = found.partitionOf ?? found.inherits;
    return [...(above === undefined ? [] : this.columns(above)), ...keyColumn(found), ...this.ownColumns(found)];
  }

  private ownColumns({ id }: TableItem): readonly Seen[] {
    return this.of("column").flatMap((column) => {
      if (column.table !== id) return [];
      const { value, name, type, notNull } = column;
      const generated = value.kind === "generated" ? (value.virtual ? "virtual" : "stored") : undefined;
      return [{ id: column.id, name, type, notNull, generated, isKey: false }];
    });
  }

  private viewColumns(view: ViewItem): readonly Seen[] {
    const below = new Map(this.columns(view.source).map((column) => [column.id, column]));
    return view.columns.flatMap(({ name, of, via }) => {
      const column = below.get(of);
      if (column === undefined) return [];
      const type = this.get("function", via)?.returns ?? column.type;
      return [{ id: `${view.id}/${of}`, name, type, notNull: false, isKey: false }];
    });
  }

  column(relation: string, id: string): Seen | undefined {
    return this.columns(relation).find((column) => column.id === id);
  }

  /** Tables that stand above one, and below it. */
  family(table: string): readonly TableItem[] {
    const all = this.of("table");
    const reached = new Set([table]);
    for (let size = 0; size !== reached.size;) {
      size = reached.size;
      for (const { id, inherits } of all) {
        if (inherits !== undefined && (reached.has(inherits) || reached.has(id))) reached.add(inherits).add(id);
      }
    }
    return all.filter(({ id }) => reached.has(id));
  }

  /** Qualified, as SQL. */
  name(id: string): string {
    const item = this.items.get(id);
    if (item === undefined) throw new Error(`there is no ${id}`);
    const schema = "schema" in item ? this.items.get(item.schema)?.name : undefined;
    return schema === undefined ? quoted(item.name) : `${quoted(schema)}.${quoted(item.name)}`;
  }

  type(type: Typed): string {
    if (type.own === undefined) return type.base ?? "text";
    return `${this.name(type.own)}${type.family === "labels" && this.get("enum", type.own) !== undefined ? "[]" : ""}`;
  }

  isSame(a: Typed, b: Typed): boolean {
    return a.own === b.own && a.base === b.base && a.family === b.family;
  }

  value(type: Typed, row: number): string {
    const composite = this.get("composite", type.own);
    if (composite === undefined) return `${literal(type.family, row)}::${this.type(type)}`;
    const values = composite.attributes.map((attribute) => this.value(attribute, row));
    return `row(${values.join(", ")})::${this.type(type)}`;
  }

  /** Without a look at any table: what indexes and generated columns may call. */
  isPure(routine: FunctionItem): boolean {
    if (routine.reads !== undefined || routine.row !== undefined) return false;
    const called = this.get("function", routine.calls);
    return called === undefined || this.isPure(called);
  }

  /** Whether a function can be asked about a column. */
  canAsk(id: string | undefined, type: Typed, isPure: boolean): boolean {
    const routine = this.get("function", id);
    if (routine?.param === undefined || routine.isProcedure || routine.isTrigger || routine.isSet) return false;
    if (routine.row !== undefined || (isPure && !this.isPure(routine))) return false;
    if (routine.returns.family !== "number" && routine.returns.family !== "flag") return false;
    return routine.param.family === "number" ? type.family === "number" : this.isSame(routine.param, type);
  }

  /** The condition, as far as it can stand. */
  condition(condition: Condition | undefined, columns: readonly Seen[], isPure: boolean): Condition | undefined {
    const column = columns.find(({ id }) => id === condition?.column);
    if (condition === undefined || column === undefined) return undefined;
    return this.canAsk(condition.via, column.type, isPure) ? condition : { ...condition, via: undefined };
  }
}

function keyColumn({ id, key }: TableItem): readonly Seen[] {
  if (key === undefined) return [];
  const type: Typed = { family: "number", base: key.type };
  return [{ id: `${id}.key`, name: key.name, type, notNull: true, isKey: true }];
}
