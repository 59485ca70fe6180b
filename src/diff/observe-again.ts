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
  const [row] = await tx.query<{ since: string }>(sql`
    select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::xid::text as since
  `);
  const counts = new Map((await marks(tx, left, undefined)).map((mark) => [keyOf(mark), mark.count]));
  return { ...(await observeParts(tx, left)), counts, left, since: row?.since ?? "0" };
}

/**
 * What `observe` would see now, for a fraction of its time: relations that nothing was written of since are taken over, and
 * so the time that somebody holds locks for depends on what was changed, not on how much there is.
 *
 * What tells is the catalog alone: rows that are newer than the first look, or fewer than then. With a changed object everything
 * is looked at that may bear its name.
 */
export async function observeAgain(tx: Query, ahead: Watched): Promise<Observation> {
  const { left } = ahead;
  await settleSession(tx);
  const now = await marks(tx, left, ahead.since);
  const changed = [
    ...now.filter((mark) => mark.written || ahead.counts.get(keyOf(mark)) !== mark.count),
    ...goneSince(ahead, now),
  ];
  const classes = changed.map((mark) => mark.class);
  if (classes.some((name) => inAllNames.has(name))) return (await observeParts(tx, left)).seen;
  const others = classes.some((name) => name !== "pg_class");
  const affected = await affectedBy(tx, changed);
  const found = await observeParts(tx, left, { relations: [...affected], others });
  const standing = new Set(now.flatMap((mark) => (mark.class === "pg_class" ? [mark.oid] : [])));
  const isKept = (source: string): boolean =>
    isBesideRelations(source) ? !others : standing.has(source) && !affected.has(source);
  return new Map([...keptOf(ahead, isKept), ...found.seen]);
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

function keptOf(
  { seen, sources }: Watched,
  isKept: (source: string) => boolean,
): readonly (readonly [string, string])[] {
  return [...seen].filter(([object]) => isKept(sources.get(object) ?? ""));
}
