import { ident, relationOf, type Action, type Fact, type Model } from "../../diff/index.ts";
import { quoteLiteral, type Transaction } from "../../postgres/index.ts";
import { withAllRows } from "../row-security.ts";

/*
 * What a hint lets go is copied first, where `[schema] trash` says so: as JSON, so that neither types nor tables that go with it
 * are in the way. The copy is made inside the transaction that drops, under its locks.
 */

/** Removes what has been kept for long enough. */
export async function emptyTrash(tx: Pick<Transaction, "execute">): Promise<void> {
  await tx.execute("delete from howdah.trash where kept_until <= pg_catalog.now()");
}

/** Copies the rows which an action throws away; called ahead of it. `term`: an interval. */
export async function keepRows(
  tx: Transaction,
  action: Action,
  { all, live, term }: { readonly all: readonly Action[]; readonly live: Model; readonly term: string },
): Promise<void> {
  for (const fact of lostBy(action, all)) {
    const table = fact.kind === "table" ? tableOf(fact) : relationOf(fact);
    await withAllRows(tx, table, async () => tx.execute(copyOf(fact, live, term)));
  }
}

/** For how long that is kept which an action throws away; undefined where it is not, or throws nothing away. */
export function keptFor(action: Action, all: readonly Action[], term: string | undefined): string | undefined {
  return term !== undefined && losesRows(action, all) ? term : undefined;
}

/** True where an action throws rows away, or values of a column. */
export function losesRows(action: Action, all: readonly Action[]): boolean {
  return lostBy(action, all).length > 0;
}

function lostBy(action: Action, all: readonly Action[]): readonly Fact[] {
  const { from, verb, aspect, statements, loss } = action;
  if (from === undefined || statements.length === 0) return [];
  const isKept = from.kind === "table" || from.kind === "column";
  if (verb === "drop") return isKept && loss !== undefined ? [from] : [];
  // A table that is made again has no place for some of its columns: each loss is an action of its own.
  if (aspect !== "aside" || from.kind !== "table") return [];
  const losses = all.filter((other) => other.aspect === aspect && other.from?.key === from.key);
  return losses.flatMap(({ loss: one }) => (one?.what === "column" ? [columnOf(from, one.name)] : []));
}

/** `public.account.email` as a fact of its table. */
function columnOf(table: Fact, name: string): Fact {
  const written = name.slice(table.key.length - "table ".length + 1);
  const plain = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
  return { ...table, kind: "column", key: `column ${name}`, relation: table.name, name: plain, parent: table.key };
}

function copyOf(fact: Fact, live: Model, term: string): string {
  if (fact.kind === "table")
    return copy({ kind: "table", fact, table: fact.name, source: `only ${tableOf(fact)}`, term });
  const { name, relation } = fact;
  const keys = keyColumns(fact, live);
  const kept = [...keys, name].map((column) => `${quoteLiteral(column)}, lost.${ident(column)}`).join(", ");
  return copy({
    ...{ kind: "column", fact, table: relation ?? "", source: relationOf(fact), term, column: name, keys },
    content: keys.length === 0 ? undefined : `pg_catalog.jsonb_build_object(${kept})`,
  });
}

interface Copy {
  readonly kind: "table" | "column";
  readonly fact: Fact;
  readonly table: string;
  /** What the rows are read from. */
  readonly source: string;
  readonly term: string;
  readonly column?: string;
  readonly keys?: readonly string[];
  readonly content?: string | undefined;
}

function copy({ kind, fact, table, source, term, column, keys = [], content }: Copy): string {
  const values = [
    quoteLiteral(kind),
    quoteLiteral(fact.schema ?? ""),
    quoteLiteral(table),
    column === undefined ? "null" : quoteLiteral(column),
    `array[${keys.map((key) => quoteLiteral(key)).join(", ")}]::pg_catalog.text[]`,
    `pg_catalog.now() + ${quoteLiteral(term)}::pg_catalog.interval`,
  ];
  return [
    `with kept as (`,
    `  insert into howdah.trash (kind, schema_name, table_name, column_name, key_columns, kept_until)`,
    `  values (${values.join(", ")})`,
    `  returning id`,
    `)`,
    `insert into howdah.trash_row (trash_id, content)`,
    // "lost" alone would be a column of that name, where there is one.
    `select kept.id, ${content ?? "pg_catalog.to_jsonb(lost.*)"}`,
    `from kept, ${source} as lost`,
    ...(column === undefined ? [] : [`where lost.${ident(column)} is not null`]),
  ].join("\n");
}

/** The table itself, as relationOf names what belongs to one. */
function tableOf(fact: Fact): string {
  return relationOf({ ...fact, relation: fact.name });
}

function keyColumns(column: Fact, live: Model): readonly string[] {
  const parts = (live.parts.get(column.parent ?? "") ?? []).flatMap((key) => live.facts.get(key) ?? []);
  const key = parts.find(({ kind, props }) => kind === "constraint" && props["type"] === "primary key");
  const columns = key?.props["columns"];
  const names = Array.isArray(columns) ? columns.map(String) : [];
  return names.includes(column.name) ? [] : names;
}
