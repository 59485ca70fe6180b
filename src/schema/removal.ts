import {
  readDependents,
  readKeepsakes,
  readObjects,
  type CatalogObject,
  type Dependence,
  type Keepsake,
  type ObjectAddress,
} from "../catalog/index.ts";
import type { Transaction } from "../postgres/index.ts";
import { keyOf } from "./declaration.ts";

/** An object that was dropped in this assembly, and what others had put on it. */
export interface Dropped {
  readonly object: CatalogObject;
  readonly keepsake: Keepsake;
}

/** The live objects of a database by key, and which of them are ours to drop. */
export interface Stock {
  readonly tx: Transaction;
  /** Keys of what files of functions/ made, in this assembly or before: all else is somebody's. */
  readonly ours: Set<string>;
  live: ReadonlyMap<string, CatalogObject>;
  /** All that was dropped so far, by key: restored when it is made again. */
  readonly dropped: Map<string, Dropped>;
}

/** What a removal would take with it: of ours, to be put back; of others, in the way. */
export interface Removal {
  /** Keys in the order in which they can be dropped, dependents first. */
  readonly keys: readonly string[];
  /** Descriptions of what is not ours and would be lost. */
  readonly foreign: readonly string[];
}

/** Reads the live objects again: after anything was made or dropped, and before an address is used. */
export async function refresh(stock: Stock): Promise<void> {
  stock.live = await readLive(stock.tx);
}

/** Every object that files of functions/ could own, by key. */
export async function readLive(tx: Pick<Transaction, "query">): Promise<ReadonlyMap<string, CatalogObject>> {
  const objects = await readObjects(tx);
  return new Map(objects.map((object) => [keyOf(object.kind, object.identity), object]));
}

/** Finds all that depends on the objects: what of it is ours is dropped with them, what is not stands in the way. */
export async function planRemoval(stock: Stock, keys: readonly string[]): Promise<Removal> {
  const roots = keys.flatMap((key) => stock.live.get(key) ?? []);
  const dependences = await readDependents(
    stock.tx,
    roots.map((root) => ({ class: root.class, oid: root.oid, column: 0 })),
  );
  const own = new Map(roots.map((root) => [addressOf(root), keyOf(root.kind, root.identity)]));
  for (const item of dependences) {
    const key = ourKey(item, stock);
    if (key !== undefined) own.set(addressOf(item), key);
  }
  const rootAddresses = new Set(roots.map((root) => addressOf(root)));
  const foreign = dependences.filter(
    (item) => !item.part && !own.has(addressOf(item)) && !rootAddresses.has(addressOf(item)),
  );
  return {
    keys: dependentsFirst(own, dependences),
    foreign: [...new Set(foreign.filter((item) => !behindForeign(item, foreign)).map((item) => item.description))],
  };
}

/** Drops in the given order, never with `cascade`, and remembers what would be lost. */
export async function dropAll(stock: Stock, keys: readonly string[]): Promise<readonly CatalogObject[]> {
  const objects = keys.flatMap((key) => stock.live.get(key) ?? []);
  if (objects.length === 0) return [];
  const keepsakes = await readKeepsakes(stock.tx, objects);
  for (const object of objects) {
    const keepsake = keepsakes.find((item) => addressOf(item) === addressOf(object));
    if (keepsake !== undefined) stock.dropped.set(keyOf(object.kind, object.identity), { object, keepsake });
  }
  await stock.tx.execute(objects.map((object) => `drop ${object.sql_name}`).join(";\n"));
  const gone = new Set(objects.map((object) => addressOf(object)));
  stock.live = new Map([...stock.live].filter(([, object]) => !gone.has(addressOf(object))));
  return objects;
}

function ourKey(item: Dependence, stock: Stock): string | undefined {
  if (item.kind === null || item.identity === null) return undefined;
  const key = keyOf(item.kind, item.identity);
  return stock.ours.has(key) ? key : undefined;
}

/** True for what depends on another object in the way: naming the first is enough. */
function behindForeign(item: Dependence, foreign: readonly Dependence[]): boolean {
  return foreign.some((other) => other.class === item.on_class && other.oid === item.on_oid);
}

function dependentsFirst(own: ReadonlyMap<string, string>, dependences: readonly Dependence[]): readonly string[] {
  const dependents = Map.groupBy(dependences, (item) => `${item.on_class}/${item.on_oid}`);
  const seen = new Set<string>();
  const order: string[] = [];
  const visit = (address: string): void => {
    if (seen.has(address)) return;
    seen.add(address);
    for (const item of dependents.get(address) ?? []) visit(addressOf(item));
    const key = own.get(address);
    if (key !== undefined) order.push(key);
  };
  for (const address of own.keys()) visit(address);
  return order;
}

function addressOf(address: ObjectAddress): string {
  return `${address.class}/${address.oid}`;
}
