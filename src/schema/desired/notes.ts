import type { Model } from "../../diff/index.ts";
import type { Hint } from "./hint.ts";
import type { Lines } from "./lines.ts";
import { linesOf, modelFromLines, modelToLines } from "./model-json.ts";
import type { Origin } from "./origin.ts";

/** What a loaded database has told: kept beside it, so that nothing is read twice. */
export interface Notes {
  readonly model: Model;
  readonly migrationKeys: ReadonlySet<string>;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly hints: readonly Hint[];
  readonly roles: readonly string[];
  /** The statements that were loaded: what the next load need not do again. */
  readonly units: () => readonly UnitNote[];
  /** The database that it began as a copy of. */
  readonly base: string;
  /** How many edits were made in it since. */
  readonly edits: number;
}

/** One statement by its fingerprint, what it can be called by, and the facts that it has made. */
export interface UnitNote {
  readonly hash: string;
  readonly makes: readonly string[];
  readonly alters: string | undefined;
  /** Kind of its syntax tree. */
  readonly node: string;
  readonly rank: number;
  /** Of functions/: what it defines, by its key. */
  readonly declares: string | undefined;
  readonly text: string;
  readonly keys: readonly string[];
  readonly privileged: boolean;
}

interface NotesJson {
  readonly migrationKeys: readonly string[];
  readonly hints: readonly Hint[];
  readonly roles: readonly string[];
  readonly base: string;
  readonly edits: number;
  /** Lines of origins that follow. */
  readonly origins: number;
}

/** What is known already, for who asks later. */
export function constant<T>(value: T): () => T {
  return () => value;
}

/** As lines of JSON; at the end what only the next load asks for. */
export function notesToText({ model, migrationKeys, origins, hints, roles, units, base, edits }: Notes): string {
  const places = linesOf([...origins]);
  const json: NotesJson = { migrationKeys: [...migrationKeys], hints, roles, base, edits, origins: places.length };
  return [...modelToLines(model), JSON.stringify(json), ...places, JSON.stringify(units())].join("\n");
}

/** What `notesToText` wrote: of five thousand tables it is 60 MB. */
export function notesFromLines(lines: Lines): Notes {
  const model = modelFromLines(lines);
  const { migrationKeys, hints, roles, base, edits, ...json } = JSON.parse(lines.next()) as NotesJson;
  const origins = new Map<string, Origin>();
  for (let left = json.origins; left > 0; left--) {
    for (const [key, origin] of JSON.parse(lines.next()) as readonly (readonly [string, Origin])[])
      origins.set(key, origin);
  }
  const rest = lines.rest();
  let units: readonly UnitNote[] | undefined;
  return {
    ...{ model, migrationKeys: new Set(migrationKeys), origins, hints, roles, base, edits },
    units: () => (units ??= JSON.parse(rest.toString("utf8")) as readonly UnitNote[]),
  };
}
