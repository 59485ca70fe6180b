import type { Model } from "../../diff/index.ts";
import type { Hint } from "./hint.ts";
import { modelFromJson, modelToJson } from "./model-json.ts";
import type { Origin } from "./origin.ts";

/** What a loaded database has told: kept beside it, so that nothing is read twice. */
export interface Notes {
  readonly model: Model;
  readonly migrationKeys: ReadonlySet<string>;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly hints: readonly Hint[];
  readonly roles: readonly string[];
  /** The statements that were loaded: what the next load need not do again. */
  readonly units: readonly UnitNote[];
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
  readonly model: object;
  readonly migrationKeys: readonly string[];
  readonly origins: readonly (readonly [string, Origin])[];
  readonly hints: readonly Hint[];
  readonly roles: readonly string[];
  readonly units: readonly UnitNote[];
  readonly base: string;
  readonly edits: number;
}

export function notesToText({ model, migrationKeys, origins, hints, roles, units, base, edits }: Notes): string {
  const json: NotesJson = {
    model: modelToJson(model),
    migrationKeys: [...migrationKeys],
    origins: [...origins],
    ...{ hints, roles, units, base, edits },
  };
  return JSON.stringify(json);
}

export function notesFromText(text: string): Notes {
  const { model, migrationKeys, origins, hints, roles, units, base, edits } = JSON.parse(text) as NotesJson;
  return {
    model: modelFromJson(model),
    migrationKeys: new Set(migrationKeys),
    origins: new Map(origins),
    ...{ hints, roles, units, base, edits },
  };
}
