import type { Transaction } from "../postgres/index.ts";
import { leftOut, type ObserveOptions } from "./observe.ts";
import { staticSql } from "./static-sql.ts";

/** What tells whether rows are still those that were there: where they are kept, how many, and what is numbered next. */
export interface Certificate {
  /** Keyed by name, qualified and quoted as Postgres writes it. */
  readonly tables: ReadonlyMap<string, KeptTable>;
  readonly sequences: ReadonlyMap<string, KeptSequence>;
}

/** Where one table keeps its rows. */
export interface KeptTable {
  readonly oid: string;
  readonly name: string;
  readonly filenode: string;
  /** Name → attnum: equal numbers in an equal file mean that no value was touched; a number is never used again. */
  readonly columns: Readonly<Record<string, number>>;
  /** Counted, where it was asked for. */
  readonly rows: bigint | undefined;
}

/** How far one sequence has come. */
export interface KeptSequence {
  readonly oid: string;
  readonly name: string;
  /** The column that it belongs to. */
  readonly column: string | undefined;
  readonly increment: bigint;
  /** What it gave last; what it gives next, where nothing was taken yet. */
  readonly last: bigint;
  readonly called: boolean;
}

export interface CertificateOptions extends ObserveOptions {
  /** Which tables' rows are counted: all, or these names; none when undefined. Counting reads the whole table. */
  readonly count?: "all" | readonly string[] | undefined;
}

/** What became of the rows between two certificates; names are those of before. */
export interface Comparison {
  /** Same file, same columns (or fewer): no row was touched. */
  readonly untouched: readonly string[];
  /** Written anew; `equal` is undefined where one side was not counted. */
  readonly rewritten: readonly Rewritten[];
  /** Gone, under any name. */
  readonly gone: readonly string[];
  /** Sequences that would give a value again: what they gave last, and what they give next. */
  readonly back: readonly { readonly name: string; readonly last: bigint; readonly next: bigint }[];
}

export interface Rewritten {
  readonly name: string;
  readonly before: bigint | undefined;
  readonly after: bigint | undefined;
  readonly equal: boolean | undefined;
}

/** Certifies what the tables and sequences hold, inside the transaction. */
export async function certificate(
  tx: Pick<Transaction, "query" | "execute">,
  options: CertificateOptions = {},
): Promise<Certificate> {
  await tx.execute("set local search_path = ''");
  const left = await leftOut(tx, options.leaveOut ?? []);
  const counted = options.count === "all" ? null : [...(options.count ?? [])];
  const tables = await tx.query<TableRow>({ text: staticSql("certificate/table"), values: [left, counted] });
  const sequences = await tx.query<SequenceRow>({ text: staticSql("certificate/sequence"), values: [left] });
  return { tables: byName(tables.map(tableOf)), sequences: byName(sequences.map(sequenceOf)) };
}

type TableRow = Omit<KeptTable, "rows" | "columns"> & {
  readonly rows: string | null;
  readonly columns: KeptTable["columns"] | null;
};

function tableOf({ rows, columns, ...table }: TableRow): KeptTable {
  return { ...table, columns: columns ?? {}, rows: rows === null ? undefined : BigInt(rows) };
}

type SequenceRow = Pick<KeptSequence, "oid" | "name" | "called"> & {
  readonly column: string | null;
  readonly increment: string;
  readonly last: string;
};

function sequenceOf({ column, increment, last, ...sequence }: SequenceRow): KeptSequence {
  return { ...sequence, column: column ?? undefined, increment: BigInt(increment), last: BigInt(last) };
}

function byName<T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.name, item]));
}

/**
 * What became of the rows. `renames`: old name → new name of tables, sequences and columns (`public.account.id`);
 * what stands under its oid still, is found without.
 */
export function compareCertificates(
  before: Certificate,
  after: Certificate,
  renames: ReadonlyMap<string, string> = new Map<string, string>(),
): Comparison {
  const pairs = [...before.tables.values()].map((table) => ({ table, now: find(after.tables, table, renames) }));
  const kept = pairs.flatMap(({ table, now }) => (now === undefined ? [] : [{ table, now }]));
  const isUntouched = ({ table, now }: { table: KeptTable; now: KeptTable }): boolean =>
    table.oid === now.oid && table.filenode === now.filenode && holdsValues(table, now, renames);
  return {
    untouched: kept.filter(isUntouched).map(({ table }) => table.name),
    rewritten: kept.filter((pair) => !isUntouched(pair)).map(rewrittenOf),
    gone: pairs.flatMap(({ table, now }) => (now === undefined ? [table.name] : [])),
    back: goneBack(before, after, renames),
  };
}

function find<T extends { readonly oid: string; readonly name: string }>(
  after: ReadonlyMap<string, T>,
  item: T,
  renames: ReadonlyMap<string, string>,
): T | undefined {
  const renamed = after.get(renames.get(item.name) ?? item.name);
  return renamed?.oid === item.oid ? renamed : ([...after.values()].find(({ oid }) => oid === item.oid) ?? renamed);
}

/** Columns may have come or gone, but none has come again: dropped and added, it would bear another number. */
function holdsValues(before: KeptTable, now: KeptTable, renames: ReadonlyMap<string, string>): boolean {
  return Object.entries(before.columns).every(([old, number]) => {
    const full = renames.get(`${before.name}.${old}`);
    const name = full?.startsWith(`${now.name}.`) === true ? full.slice(now.name.length + 1) : old;
    return (now.columns[name] ?? number) === number;
  });
}

function rewrittenOf({ table, now }: { table: KeptTable; now: KeptTable }): Rewritten {
  const counted = table.rows !== undefined && now.rows !== undefined;
  return {
    name: table.name,
    before: table.rows,
    after: now.rows,
    equal: counted ? table.rows === now.rows : undefined,
  };
}

/** A sequence that was made anew for a column (serial → identity) goes on where the column's former one was. */
function goneBack(before: Certificate, after: Certificate, renames: ReadonlyMap<string, string>): Comparison["back"] {
  const byColumn = new Map([...after.sequences.values()].map((sequence) => [sequence.column, sequence]));
  return [...before.sequences.values()].flatMap((old) => {
    const column = old.column === undefined ? undefined : (renames.get(old.column) ?? old.column);
    const now = find(after.sequences, old, renames) ?? (column === undefined ? undefined : byColumn.get(column));
    if (now === undefined || !isBack(old, now)) return [];
    return [{ name: old.name, last: old.last, next: nextOf(now) }];
  });
}

function isBack(old: KeptSequence, now: KeptSequence): boolean {
  if (old.increment > 0n !== now.increment > 0n) return false;
  const ahead = old.increment > 0n ? nextOf(now) - old.last : old.last - nextOf(now);
  return old.called ? ahead <= 0n : ahead < 0n;
}

function nextOf({ last, called, increment }: KeptSequence): bigint {
  return called ? last + increment : last;
}
