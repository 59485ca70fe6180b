import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Constraint } from "libpg-query";
import { loadParser } from "../parser.ts";
import type { SourceText } from "../source-text.ts";
import { parsedLater } from "../statement.ts";
import { freshSession } from "./file-session.ts";
import { keepPlaces, placesOf, type Place } from "./place.ts";
import { keepRoutine, schemaRoutine, type RoutineName } from "./schema-routine.ts";
import { keepUnit, type Unit } from "./unit.ts";
import { hashOfUnit, keepHash } from "./unit-note.ts";

/** Counts changes of what is read off statements. */
const format = 1;

/**
 * What was read off the files of schema/, kept from one process to the next: parsing five thousand tables takes longer than
 * all that a small edit of them needs. Syntax trees are not kept: a statement that somebody looks into is parsed again by itself.
 */
export class KeptReadings {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The statements of the file, where its text was read before. */
  async find(source: SourceText): Promise<readonly Unit[] | undefined> {
    const text = textOf(join(this.#folder, nameOf(source)));
    const end = text.indexOf("\n");
    if (text.slice(0, Math.max(0, end)) !== keyOf(source)) return undefined;
    await loadParser();
    try {
      return (JSON.parse(text.slice(end + 1)) as readonly KeptUnit[]).map((kept) => unitOf(source, kept));
    } catch {
      return undefined; // cut off when the machine went down: it is read again
    }
  }

  /** Keeps all statements of a file; what a file has set before them is not kept, nor is such a file. */
  async keep(source: SourceText, units: readonly Unit[]): Promise<void> {
    if (units.some(({ session }) => session !== freshSession)) return;
    const file = join(this.#folder, nameOf(source));
    const draft = `${file}.${randomBytes(4).toString("hex")}`;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(draft, `${keyOf(source)}\n${JSON.stringify(units.map(keptOf))}`, { mode: 0o600 });
      await rename(draft, file);
    } catch {
      // A disk that is full or can't be written: all that is lost is the time to read it again.
      await rm(draft, { force: true }).catch(() => {});
    }
  }

  /** Forgets the files that are gone. */
  async tidy(sources: readonly SourceText[]): Promise<void> {
    const names = new Set(sources.map(nameOf));
    const kept = await readdir(this.#folder).catch(() => []);
    for (const name of kept)
      if (name.endsWith(".json") && !names.has(name)) await rm(join(this.#folder, name), { force: true });
  }
}

/** One for each path: an edit takes the place of what was read before. */
function nameOf({ file }: SourceText): string {
  return `${createHash("sha256").update(file).digest("hex").slice(0, 24)}.json`;
}

/** One after the other and at once: there may be thousands. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function keyOf({ file, text }: SourceText): string {
  return createHash("sha256")
    .update(JSON.stringify([format, file, text]))
    .digest("hex");
}

/** One statement without its tree; indexes are those of the file's text. */
interface KeptUnit extends Pick<Unit, "rank" | "makes"> {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly leading?: readonly string[];
  readonly alters?: string;
  readonly hash: string;
  /** Names, each of which may be a relation's or a routine's. */
  readonly needs: readonly string[];
  readonly foreignKeys?: Unit["foreignKeys"];
  readonly places: readonly Place[];
  /** Kind, identity, and how many arguments a call may have: null where there is no limit. */
  readonly routine?: readonly [RoutineName["kind"], string, number, number | null];
}

function keptOf(unit: Unit): KeptUnit {
  const { statement, rank, makes, alters, needs, foreignKeys } = unit;
  const routine = schemaRoutine(unit);
  const { start, text, kind, leading, firstByte } = statement;
  const located = ({ conname, location }: Constraint): Constraint => ({
    ...(conname === undefined ? {} : { conname }),
    ...(location === undefined ? {} : { location: location - firstByte }),
  });
  return {
    ...{ start, end: start + text.length, kind, rank, makes, hash: hashOfUnit(unit), places: placesOf(unit) },
    needs: [...needs],
    ...(routine === undefined ? {} : { routine: routineToJson(routine) }),
    ...(leading.length === 0 ? {} : { leading }),
    ...(alters === undefined ? {} : { alters }),
    ...(foreignKeys.length === 0
      ? {}
      : { foreignKeys: foreignKeys.map((key) => ({ ...key, constraint: located(key.constraint) })) }),
  };
}

function unitOf(source: SourceText, kept: KeptUnit): Unit {
  const { start, end, kind, rank, makes, alters, needs, foreignKeys = [], leading = [] } = kept;
  const statement = parsedLater({ source, start, text: source.text.slice(start, end), kind, leading });
  const unit: Unit = {
    ...{ statement, session: freshSession, declaration: undefined, rank, makes, alters, foreignKeys },
    needs: new Set(needs),
  };
  keepUnit(unit);
  keepPlaces(statement, kept.places);
  keepHash(unit, kept.hash);
  if (kept.routine !== undefined) {
    const [made, identity, least, most] = kept.routine;
    keepRoutine(statement, { kind: made, identity, arity: { least, most: most ?? Number.POSITIVE_INFINITY } });
  }
  return unit;
}

function routineToJson({ kind, identity, arity }: RoutineName): NonNullable<KeptUnit["routine"]> {
  const { least = 0, most = Number.POSITIVE_INFINITY } = arity ?? {};
  return [kind, identity, least, Number.isFinite(most) ? most : null];
}
