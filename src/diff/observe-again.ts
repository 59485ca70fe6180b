import { sql, type Transaction } from "../postgres/index.ts";
import {
  isBesideRelations,
  observeParts,
  settle,
  settleSession,
  type Observation,
  type ObservedParts,
  type ObserveOptions,
} from "./observe.ts";
import { staticSql } from "./static-sql.ts";

/** A whole observation that can be brought up to date by a look at what has been written since. */
export interface Watched extends ObservedParts {
  /** How many rows of the catalogs speak of each object, by catalog and oid. */
  readonly counts: ReadonlyMap<string, number>;
  /** Oids of the schemas that nobody looks at. */
  readonly left: readonly string[];
  /** Whatever this transaction or a later one has written may not be seen yet. */
  readonly since: string;
}

type Query = Pick<Transaction, "query" | "execute">;

/** Observes everything, in a way that `observeAgain` can go on from. */
export async function observeAhead(tx: Query, options: ObserveOptions = {}): Promise<Watched> {
  const left = await settle(tx, options);
  // First of all: what is written while it is read counts as written since.
  const since = await readSince(tx);
  const counts = countsOf(await marks(tx, left, undefined));
  return { ...(await observeParts(tx, left)), counts, left, since };
}

/**
 * What `observe` would see now, for a fraction of its time: relations that nothing was written of since are taken over, and
 * so the time that somebody holds locks for depends on what was changed, not on how much there is.
 *
 * What tells is the catalog alone: rows that are newer than the first look, or fewer than then. With a changed object everything
 * is looked at that may bear its name.
 */
export async function observeAgain(tx: Query, ahead: Watched): Promise<Observation> {
  await settleSession(tx);
  return (await lookAgain(tx, ahead, await marks(tx, ahead.left, ahead.since))).seen;
}

/**
 * The same as `observeAhead`, from an earlier one of this database: of what other transactions have done since, too. Only
 * what was committed may have been seen then, since nothing tells that a row was written and taken back.
 */
export async function observeFrom(tx: Query, earlier: Watched, options: ObserveOptions = {}): Promise<Watched> {
  const left = await settle(tx, options);
  if (left.join() !== earlier.left.join()) return await observeAhead(tx, options);
  const since = await readSince(tx);
  const now = await marks(tx, left, earlier.since);
  return { ...(await lookAgain(tx, earlier, now)), counts: countsOf(now), left, since };
}

async function readSince(tx: Query): Promise<string> {
  const [row] = await tx.query<{ since: string }>(sql`
    select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::xid::text as since
  `);
  return row?.since ?? "0";
}

function countsOf(all: readonly Mark[]): Watched["counts"] {
  return new Map(all.map((mark) => [keyOf(mark), mark.count]));
}

async function lookAgain(tx: Query, ahead: Watched, now: readonly Mark[]): Promise<ObservedParts> {
  const { left } = ahead;
  const changed = [
    ...now.filter((mark) => mark.written || ahead.counts.get(keyOf(mark)) !== mark.count),
    ...goneSince(ahead, now),
  ];
  const classes = changed.map((mark) => mark.class);
  if (classes.some((name) => inAllNames.has(name))) return await observeParts(tx, left);
  const others = classes.some((name) => name !== "pg_class");
  const affected = await affectedBy(tx, changed);
  const found = await observeParts(tx, left, { relations: [...affected], others });
  const standing = new Set(now.flatMap((mark) => (mark.class === "pg_class" ? [mark.oid] : [])));
  const isKept = (source: string): boolean =>
    isBesideRelations(source) ? !others : standing.has(source) && !affected.has(source);
  const kept = [...ahead.seen].filter(([object]) => isKept(ahead.sources.get(object) ?? ""));
  const sources = kept.map(([object]) => [object, ahead.sources.get(object) ?? ""] as const);
  return {
    seen: new Map([...kept, ...found.seen]),
    sources: new Map([...sources, ...found.sources]),
  };
}

/** Schemas and extensions stand in too many names to follow them one by one. */
const inAllNames: ReadonlySet<string> = new Set(["pg_namespace", "pg_extension"]);

interface Mark {
  /** The catalog, by name and by oid. */
  readonly class: string;
  readonly catalog: string;
  readonly oid: string;
  readonly count: number;
  readonly written: boolean;
}

function keyOf(mark: Mark): string {
  return `${mark.class}/${mark.catalog}/${mark.oid}`;
}

/** What nothing speaks of any more. */
function goneSince({ counts }: Watched, now: readonly Mark[]): readonly Mark[] {
  const standing = new Set(now.map(keyOf));
  return [...counts.keys()]
    .filter((key) => !standing.has(key))
    .map((key) => {
      const [name = "", catalog = "", oid = ""] = key.split("/");
      return { class: name, catalog, oid, count: 0, written: true };
    });
}

async function marks(tx: Query, left: readonly string[], since: string | undefined): Promise<readonly Mark[]> {
  return await tx.query<Mark>({ text: staticSql("observe/mark"), values: [left, since ?? null] });
}

async function affectedBy(tx: Query, changed: readonly Mark[]): Promise<ReadonlySet<string>> {
  const values = [changed.map(({ catalog }) => catalog), changed.map(({ oid }) => oid)];
  const rows = await tx.query<{ oid: string }>({ text: staticSql("observe/affected"), values });
  return new Set(rows.map(({ oid }) => oid));
}
