import { createHash } from "node:crypto";
import { keyOf } from "../declaration.ts";
import type { UnitNote } from "./notes.ts";
import type { Unit } from "./unit.ts";

/** What decides what a statement does: its text, and what its file has set. Comments before it are hints. */
export function hashOfUnit(unit: Unit): string {
  const hash = hashes.get(unit) ?? computeHash(unit);
  hashes.set(unit, hash);
  return hash;
}

const hashes = new WeakMap<Unit, string>();

/** Notes a hash that was computed before. */
export function keepHash(unit: Unit, hash: string): void {
  hashes.set(unit, hash);
}

function computeHash({ statement, session, declaration }: Unit): string {
  const settings = session.settings.map(({ text }) => text);
  const said = JSON.stringify([statement.text, settings, declaration !== undefined, declaration?.adopt ?? false]);
  return createHash("sha256").update(said).digest("base64url").slice(0, 22);
}

/** Describes the loaded statements for the next load. */
export function unitNotes(
  units: readonly Unit[],
  located: ReadonlyMap<string, Unit>,
  privileged: ReadonlySet<Unit>,
): readonly UnitNote[] {
  const keys = new Map<Unit, string[]>();
  for (const [key, unit] of located) keys.set(unit, [...(keys.get(unit) ?? []), key]);
  return units.map((unit) => ({
    hash: hashOfUnit(unit),
    makes: unit.makes,
    alters: unit.alters,
    node: unit.statement.kind,
    rank: unit.rank,
    declares: declares(unit),
    text: unit.statement.text,
    keys: keys.get(unit) ?? [],
    privileged: privileged.has(unit),
  }));
}

/** `routine public.sign(text,text)` */
export function declares({ declaration }: Unit): string | undefined {
  return declaration === undefined ? undefined : keyOf(declaration.kind, declaration.identity);
}
