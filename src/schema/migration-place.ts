import type { RenameStmt } from "libpg-query";
import type { Position } from "../errors/index.ts";
import { freshSession, sessionAfter } from "./desired/file-session.ts";
import { placesOf, type Place } from "./desired/place.ts";
import { partsOf } from "./migration.ts";
import { SourceText } from "./source-text.ts";
import { parseStatements, type Statement } from "./statement.ts";

/** Where what a row violates is written. */
export interface ViolationPlace {
  readonly position: Position;
  /** The text of the file where the database has it: of migrations. */
  readonly source?: string | undefined;
}

/** What is looked for, under the names that it has now. */
export interface Wanted {
  readonly schema: string;
  readonly relation: string;
  readonly constraint?: string | undefined;
  /** pg_constraint.contype of the constraint. */
  readonly type?: string | undefined;
  /** The one column that it is about. */
  readonly column?: string | undefined;
}

/** Where the newest of the migrations (newest first) that made it has it: the constraint, else its column, else its table. */
export async function migrationPlace(
  migrations: readonly { readonly file: string; readonly source: string }[],
  wanted: Wanted,
): Promise<ViolationPlace | undefined> {
  let names = wanted;
  const found: (ViolationPlace & { readonly rank: number })[] = [];
  for (const { file, source } of migrations) {
    const text = new SourceText(file, source);
    for (const { statement, places } of (await readPlaces(text)).toReversed()) {
      names = namesBefore(statement, names);
      found.push(...ranked(places, names).map(({ rank, index }) => ({ rank, position: text.position(index), source })));
    }
  }
  return found.toSorted((one, other) => one.rank - other.rank)[0];
}

function ranked(
  places: readonly Place[],
  wanted: Wanted,
): readonly { readonly rank: number; readonly index: number }[] {
  return places.flatMap((place) => {
    const rank = rankOf(place, wanted, places);
    return rank === undefined ? [] : [{ rank, index: place.index }];
  });
}

interface Read {
  readonly statement: Statement;
  readonly places: readonly Place[];
}

async function readPlaces(text: SourceText): Promise<readonly Read[]> {
  let session = freshSession;
  return (await parseStatements(text, 0, partsOf(text).upEnd)).map((statement) => {
    session = sessionAfter(session, statement) ?? session;
    return { statement, places: placesOf({ statement, session }) };
  });
}

/** 0: the constraint itself, 1: its column, 2: its table; undefined: something else. */
function rankOf(place: Place, wanted: Wanted, beside: readonly Place[]): number | undefined {
  if (!place.schemas.includes(wanted.schema)) return undefined;
  if (place.relation === null) return place.name === wanted.relation && isWhole(place) ? 2 : undefined;
  if (place.relation !== wanted.relation) return undefined;
  if (place.kinds.includes("column")) return place.name === wanted.column ? 1 : undefined;
  if (wanted.constraint === undefined) return undefined;
  if (place.name !== undefined) return place.name === wanted.constraint ? 0 : undefined;
  return isUnnamed(place, wanted, beside) ? 0 : undefined;
}

function isWhole({ kinds }: Place): boolean {
  return kinds.some((kind) => kind === "table" || kind === "foreign table" || kind === "domain");
}

/** Postgres has named it: it is the one of its type on that column, or the only one of its type. */
function isUnnamed(place: Place, { type, column }: Wanted, beside: readonly Place[]): boolean {
  if (place.type !== type) return false;
  const alike = beside.filter((each) => each.name === undefined && each.type === type);
  if (alike.length === 1) return place.column === undefined || place.column === column;
  return column !== undefined && place.column === column;
}

/** What was called otherwise ahead of a renaming. */
function namesBefore({ node }: Statement, wanted: Wanted): Wanted {
  if (!("RenameStmt" in node)) return wanted;
  const { renameType, relation, subname = "", newname } = node.RenameStmt;
  if (renameType === "OBJECT_INDEX") return newname === wanted.constraint ? renamed(wanted, relation?.relname) : wanted;
  if (renameType === "OBJECT_TABLE") return tableBefore(node.RenameStmt, wanted);
  if (relation?.relname !== wanted.relation) return wanted;
  if (renameType === "OBJECT_COLUMN" && newname === wanted.column) return { ...wanted, column: subname };
  return renameType === "OBJECT_TABCONSTRAINT" && newname === wanted.constraint ? renamed(wanted, subname) : wanted;
}

function renamed(wanted: Wanted, constraint: string | undefined): Wanted {
  return { ...wanted, constraint: constraint ?? wanted.constraint };
}

function tableBefore({ relation, newname }: RenameStmt, wanted: Wanted): Wanted {
  const isIt = newname === wanted.relation && (relation?.schemaname ?? wanted.schema) === wanted.schema;
  return isIt && relation?.relname !== undefined ? { ...wanted, relation: relation.relname } : wanted;
}
