import { sql, type Transaction } from "../postgres/index.ts";
import {
  isBesideRelations,
  observeParts,
  settle,
  type Observation,
  type ObservedParts,
  type ObserveOptions,
} from "./observe.ts";
import { staticSql } from "./static-sql.ts";

/** A whole observation that can be brought up to date by a look at what has been written since. */
export interface Watched extends ObservedParts {
  /** How many rows of the catalogs speak of each object, by `class/oid`. */
  readonly counts: ReadonlyMap<string, number>;
  /** Whatever this transaction or a later one has written may not be seen yet. */
  readonly since: string;
}

type Query = Pick<Transaction, "query" | "execute">;

/** Observes everything, in a way that `observeAgain` can go on from. */
export async function observeAhead(tx: Query, options: ObserveOptions = {}): Promise<Watched> {
  const left = await settle(tx, options);
  // First of all: what is written while it is read counts as written since.
  const [row] = await tx.query<{ since: string }>(sql`
    select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::xid::text as since
  `);
  const counts = new Map((await marks(tx, left, undefined)).map((mark) => [keyOf(mark), mark.count]));
  return { ...(await observeParts(tx, left)), counts, since: row?.since ?? "0" };
}

/**
 * What `observe` would see now, for a fraction of its time: relations that nothing was written of since are taken over, and
 * so the time that somebody holds locks for depends on what was changed, not on how much there is.
 *
 * What tells is the catalog alone: rows that are newer than the first look, or fewer than then. With a changed object everything
 * is looked at that may bear its name.
 */
export async function observeAgain(tx: Query, ahead: Watched, options: ObserveOptions = {}): Promise<Observation> {
  const left = await settle(tx, options);
  const now = await marks(tx, left, ahead.since);
  const changed = [
    ...now.filter((mark) => mark.written || ahead.counts.get(keyOf(mark)) !== mark.count),
    ...goneSince(ahead, now),
  ];
  const classes = await classesOf(tx, changed);
  if (classes.some((name) => inAllNames.has(name))) return (await observeParts(tx, left)).seen;
  const others = classes.some((name) => name !== "pg_class");
  const affected = await affectedBy(tx, changed);
  const found = await observeParts(tx, left, { relations: [...affected], others });
  const standing = new Set(now.flatMap((mark) => (mark.class === pgClass ? [mark.oid] : [])));
  const isKept = (source: string): boolean =>
    isBesideRelations(source) ? !others : standing.has(source) && !affected.has(source);
  return new Map([...keptOf(ahead, isKept), ...found.seen]);
}

/** The oid of pg_class in every database. */
const pgClass = "1259";

/** Schemas and extensions stand in too many names to follow them one by one. */
const inAllNames: ReadonlySet<string> = new Set(["pg_namespace", "pg_extension"]);

interface Mark {
  readonly class: string;
  readonly oid: string;
  readonly count: number;
  readonly written: boolean;
}

function keyOf(mark: Mark): string {
  return `${mark.class}/${mark.oid}`;
}

/** What nothing speaks of any more. */
function goneSince({ counts }: Watched, now: readonly Mark[]): readonly Mark[] {
  const standing = new Set(now.map(keyOf));
  return [...counts.keys()]
    .filter((key) => !standing.has(key))
    .map((key) => {
      const [catalog = "", oid = ""] = key.split("/");
      return { class: catalog, oid, count: 0, written: true };
    });
}

async function marks(tx: Query, left: readonly string[], since: string | undefined): Promise<readonly Mark[]> {
  return await tx.query<Mark>({ text: staticSql("observe/mark"), values: [left, since ?? null] });
}

/** The catalogs that they stand in, by name. */
async function classesOf(tx: Query, changed: readonly Mark[]): Promise<readonly string[]> {
  const classes = [...new Set(changed.map((mark) => mark.class))];
  const rows = await tx.query<{ name: string }>(sql`
    select relname::text as name
    from pg_catalog.pg_class
    where oid = any (${classes}::oid[])
  `);
  return rows.map(({ name }) => name);
}

async function affectedBy(tx: Query, changed: readonly Mark[]): Promise<ReadonlySet<string>> {
  const values = [changed.map((mark) => mark.class), changed.map(({ oid }) => oid)];
  const rows = await tx.query<{ oid: string }>({ text: staticSql("observe/affected"), values });
  return new Set(rows.map(({ oid }) => oid));
}

function keptOf(
  { seen, sources }: Watched,
  isKept: (source: string) => boolean,
): readonly (readonly [string, string])[] {
  return [...seen].filter(([object]) => isKept(sources.get(object) ?? ""));
}
