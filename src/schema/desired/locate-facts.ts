import { keyOf, type Fact, type Model } from "../../diff/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import type { Origin } from "./origin.ts";
import { placesOf, type Place } from "./place.ts";
import type { Unit } from "./unit.ts";

/** What facts are found by. */
export interface LocateInput {
  readonly tx: Pick<Transaction, "query">;
  readonly model: Model;
  /** In the order in which they were run. */
  readonly units: readonly Unit[];
  readonly privileged: ReadonlySet<Unit>;
  /** Addresses that a unit is known to have made. */
  readonly traced: ReadonlyMap<string, Unit>;
  /** What was there before. */
  readonly before: ReadonlySet<string>;
}

/** Where facts are written, and by which statement. */
export interface Located {
  readonly origins: ReadonlyMap<string, Origin>;
  readonly units: ReadonlyMap<string, Unit>;
}

/** Finds for each fact that files declare where it is written; a part without a place of its own is at its parent's. */
export async function locateFacts(input: LocateInput): Promise<Located> {
  const origins = new Origins(input.privileged);
  const unnamed: Unnamed[] = [];
  const byName = indexOf(input.model);
  for (const unit of input.units) {
    const places = placesOf(unit);
    unnamed.push(...places.filter(({ name }) => name === undefined).map((place) => ({ place, unit })));
    for (const place of places.filter(({ name }) => name !== undefined)) {
      const keys = keysOf(place, byName).filter((key) => !origins.has(key));
      for (const key of keys) origins.set(key, unit, place.index);
    }
  }
  await locateUnnamed(input, unnamed, origins);
  for (const fact of input.model.facts.values()) {
    if (!origins.has(fact.key) && !input.before.has(fact.key)) locateRest(fact, input, origins);
  }
  for (const key of input.before) origins.delete(key);
  return origins;
}

class Origins implements Located {
  readonly origins = new Map<string, Origin>();
  readonly units = new Map<string, Unit>();
  readonly #privileged: ReadonlySet<Unit>;

  constructor(privileged: ReadonlySet<Unit>) {
    this.#privileged = privileged;
  }

  has(key: string): boolean {
    return this.origins.has(key);
  }

  set(key: string, unit: Unit, index: number): void {
    const position = unit.statement.source.position(index);
    this.origins.set(key, { ...position, index, ...(this.#privileged.has(unit) ? { privileged: true } : {}) });
    this.units.set(key, unit);
  }

  /** A part that has no place of its own. */
  copy(key: string, from: string): void {
    const [origin, unit] = [this.origins.get(from), this.units.get(from)];
    if (origin !== undefined) this.origins.set(key, origin);
    if (unit !== undefined) this.units.set(key, unit);
  }

  delete(key: string): void {
    this.origins.delete(key);
    this.units.delete(key);
  }
}

interface Unnamed {
  readonly place: Place;
  readonly unit: Unit;
}

type ByName = ReadonlyMap<string, readonly Fact[]>;

/** Indexes are named without their table: nobody writes it to name one. */
function nameKey(kind: string, schema: string | null, relation: string | null, name: string): string {
  return JSON.stringify([kind, schema, kind === "index" ? null : relation, name]);
}

function indexOf(model: Model): ByName {
  return Map.groupBy(model.facts.values(), (fact) => nameKey(fact.kind, fact.schema, fact.relation, fact.name));
}

/** Keys of what stands at a place: several where overloads share a name. */
function keysOf(place: Place, byName: ByName): readonly string[] {
  const { kinds, schemas, relation, name = "" } = place;
  for (const schema of schemas) {
    if (kinds[0] === "label") {
      if (byName.has(nameKey("enum", schema, null, relation ?? ""))) return [labelKey(schema, relation, name)];
      continue;
    }
    const found = kinds.flatMap((kind) => byName.get(nameKey(kind, schema, relation, name)) ?? []);
    if (found.length === 1 || (found.length > 1 && kinds.length > 1)) return found.map((fact) => fact.key);
  }
  return [];
}

/** As origins name a label: `label public.mood.sad`. */
function labelKey(schema: string | null, relation: string | null, name: string): string {
  return keyOf({ kind: "label", schema, relation, name, args: null } as unknown as Fact);
}

interface MadeRow {
  readonly type: string;
  readonly schema: string;
  readonly relation: string;
  readonly name: string;
  /** Where it is about one alone. */
  readonly column: string | null;
}

/**
 * Postgres names what has no name; of one type on one table, it makes them in the order in which they are written. Where
 * their numbers differ (`like … including all`), they are where their table is.
 */
async function locateUnnamed(input: LocateInput, unnamed: readonly Unnamed[], origins: Origins): Promise<void> {
  if (unnamed.length === 0) return;
  const rows = await input.tx.query<MadeRow>({ text: madeSql, values: [] });
  const made = Map.groupBy(rows, (row) => `${row.type} ${row.schema}.${row.relation}`);
  const places = Map.groupBy(unnamed, ({ place }) => groupOf(place, made));
  const byName = indexOf(input.model);
  for (const [group, written] of places) {
    const rest = (made.get(group) ?? []).filter((row) => !isLocated(row, byName, origins, input));
    for (const [{ place, unit }, row] of matched(written, rest)) {
      for (const key of keysOfRow(row, byName)) origins.set(key, unit, place.index);
    }
  }
}

/** By the column that they are written behind, the others in their order. */
function matched(written: readonly Unnamed[], made: readonly MadeRow[]): readonly (readonly [Unnamed, MadeRow])[] {
  if (written.length !== made.length) return [];
  const left = [...made];
  const take = (item: Unnamed, at: number): readonly (readonly [Unnamed, MadeRow])[] =>
    left.splice(at, at === -1 ? 0 : 1).map((row) => [item, row] as const);
  const isOn = ({ place }: Unnamed, row: MadeRow): boolean => place.column !== undefined && place.column === row.column;
  const byColumn = written.flatMap((item) =>
    take(
      item,
      left.findIndex((row) => isOn(item, row)),
    ),
  );
  const done = new Set(byColumn.map(([item]) => item));
  return [...byColumn, ...written.filter((item) => !done.has(item)).flatMap((item) => take(item, 0))];
}

function groupOf({ type, schemas, relation }: Place, made: ReadonlyMap<string, unknown>): string {
  const names = schemas.map((schema) => `${type} ${schema}.${relation}`);
  return names.find((name) => made.has(name)) ?? "";
}

function isLocated(row: MadeRow, byName: ByName, origins: Origins, { before }: LocateInput): boolean {
  return keysOfRow(row, byName).some((key) => origins.has(key) || before.has(key));
}

function keysOfRow({ type, schema, relation, name }: MadeRow, byName: ByName): readonly string[] {
  const kinds = type === "i" ? ["index"] : ["constraint", "domain constraint", "index"];
  return kinds.flatMap((kind) => (byName.get(nameKey(kind, schema, relation, name)) ?? []).map((fact) => fact.key));
}

/** What the event trigger saw, else where the parent is. */
function locateRest(fact: Fact, input: LocateInput, origins: Origins): void {
  const unit = input.traced.get(fact.address) ?? input.traced.get(fact.address.replace(/\/-?\d+$/, "/0"));
  if (unit !== undefined) {
    origins.set(fact.key, unit, unit.statement.start);
    return;
  }
  const parent = input.model.facts.get(columnOf(fact) ?? fact.parent ?? "");
  if (parent === undefined) return;
  if (!origins.has(parent.key) && !input.before.has(parent.key)) locateRest(parent, input, origins);
  origins.copy(fact.key, parent.key);
}

/** What keeps nulls out belongs to the table and is written behind the column. */
function columnOf({ kind, schema, relation, name }: Fact): string | undefined {
  const [, column] = /^not null (.+)$/s.exec(name) ?? [];
  if (kind !== "constraint" || column === undefined) return undefined;
  return keyOf({ kind: "column", schema, relation, name: column, args: null });
}

const madeSql = `
  select type, schema, relation, name, attname as column
  from (
    select
      made.oid, contype::text as type, nspname as schema, relname as relation, conname as name, conrelid,
      case when pg_catalog.cardinality(conkey) = 1 then conkey[1] end as attnum
    from pg_catalog.pg_constraint as made
    join pg_catalog.pg_class as relation on relation.oid = conrelid
    join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
    where conparentid = 0
      and contype <> 'n'
    union all
    select made.oid, contype::text, nspname, typname, conname, null, null
    from pg_catalog.pg_constraint as made
    join pg_catalog.pg_type as domain on domain.oid = contypid
    join pg_catalog.pg_namespace as namespace on namespace.oid = typnamespace
    where contype <> 'n'
    union all
    select made.oid, 'i', nspname, relation.relname, made.relname, null, null
    from pg_catalog.pg_index as entry
    join pg_catalog.pg_class as made on made.oid = indexrelid
    join pg_catalog.pg_class as relation on relation.oid = indrelid
    join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
    where not made.relispartition
      and not exists (select from pg_catalog.pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
  ) as made
  left join pg_catalog.pg_attribute on attrelid = conrelid and pg_attribute.attnum = made.attnum
  where oid >= 16384
  order by oid
`;
