import { tokens } from "../token.ts";
import type { Notes, UnitNote } from "./notes.ts";
import type { ForeignKey, Unit } from "./unit.ts";
import { ranks } from "./unit.ts";
import { declares, hashOfUnit } from "./unit-note.ts";

/** What an earlier load leaves to be done. */
export interface Reuse {
  /** Facts that go, with all that hangs on them. */
  readonly drop: readonly string[];
  /** Statements to run, in no order. */
  readonly run: ReadonlySet<Unit>;
  /** Routines whose definition takes the place of the old one. */
  readonly replace: ReadonlySet<Unit>;
  /** Foreign keys that went with the table they point to. */
  readonly again: ReadonlyMap<Unit, readonly ForeignKey[]>;
  /** What the other statements made before, by the notes of them. */
  readonly kept: ReadonlyMap<UnitNote, Unit>;
}

/** More changed statements than these are no edit: everything is loaded afresh. */
const mostChanged = 40;

/** Every edit leaves dead rows in the catalogs, and nothing on a scratch server takes them away. */
const mostEdits = 200;

/**
 * Compares the statements with those of an earlier load. Undefined where only a fresh load can tell what comes out: what
 * it returns is checked once it is done, see `loadAgain`.
 */
export function planReuse(units: readonly Unit[], before: Notes): Reuse | undefined {
  if (before.edits >= mostEdits) return undefined;
  const { kept, added, removed } = compare(units, before.units());
  if (added.length + removed.length > mostChanged) return undefined;
  if (!added.every(({ statement }) => ordinary.has(statement.kind))) return undefined;
  if (!removed.every(({ node, privileged }) => ordinary.has(node) && !privileged)) return undefined;
  // They would see, and might refuse, what is done here.
  if (units.some((unit) => unit.rank === ranks.eventTrigger)) return undefined;
  const replace = replaced(added, removed);
  const changed = new Changed(kept, added, removed, replace);
  return changed.reuse(before);
}

/** Statements whose effect is what their syntax says, and that can be undone by dropping what they made. */
const ordinary = new Set([
  "CreateStmt",
  "ViewStmt",
  "CreateFunctionStmt",
  "IndexStmt",
  "CreateTrigStmt",
  "CreatePolicyStmt",
  "CreateEnumStmt",
  "CreateDomainStmt",
  "CompositeTypeStmt",
  "AlterTableStmt",
  "CommentStmt",
  "GrantStmt",
]);

interface Comparison {
  readonly kept: ReadonlyMap<UnitNote, Unit>;
  readonly added: readonly Unit[];
  readonly removed: readonly UnitNote[];
}

function compare(units: readonly Unit[], notes: readonly UnitNote[]): Comparison {
  const known = new Map<string, UnitNote[]>();
  for (const note of notes) known.set(note.hash, [...(known.get(note.hash) ?? []), note]);
  const kept = new Map<UnitNote, Unit>();
  const added = units.filter((unit) => {
    const note = known.get(hashOfUnit(unit))?.shift();
    if (note !== undefined) kept.set(note, unit);
    return note === undefined;
  });
  return { kept, added, removed: [...known.values()].flat() };
}

/** Routines of the same name and arguments: Postgres replaces them, and nothing that depends on them notices. */
function replaced(added: readonly Unit[], removed: readonly UnitNote[]): ReadonlyMap<Unit, UnitNote> {
  const pairs = added.flatMap((unit): [Unit, UnitNote][] => {
    const key = declares(unit);
    if (key === undefined || unit.statement.kind !== "CreateFunctionStmt" || unit.declaration?.adopt === true)
      return [];
    const note = removed.find(({ declares: old, node }) => old === key && node === "CreateFunctionStmt");
    return note === undefined ? [] : [[unit, note]];
  });
  return new Map(pairs);
}

class Changed {
  readonly #kept: ReadonlyMap<UnitNote, Unit>;
  readonly #replaced: ReadonlyMap<Unit, UnitNote>;
  readonly #run: Set<Unit>;
  readonly #gone: Set<UnitNote>;
  /** Names of what is another now. */
  readonly #names = new Set<string>();
  #isClear = true;

  constructor(
    kept: ReadonlyMap<UnitNote, Unit>,
    added: readonly Unit[],
    removed: readonly UnitNote[],
    replace: ReadonlyMap<Unit, UnitNote>,
  ) {
    this.#kept = kept;
    this.#replaced = replace;
    const old = new Set(replace.values());
    this.#run = new Set(added.filter((unit) => !replace.has(unit)));
    this.#gone = new Set(removed.filter((note) => !old.has(note)));
    for (const { makes } of [...this.#run, ...this.#gone]) this.#mark(makes);
    for (const { alters } of [...this.#run, ...this.#gone].filter(isAlteration)) this.#rebuild(alters);
    for (const note of this.#gone) if (note.rank >= ranks.said) this.#rebuildMentioned(note.text);
  }

  reuse(before: Notes): Reuse | undefined {
    this.#spread();
    const again = new Map<Unit, readonly ForeignKey[]>();
    for (const unit of this.#kept.values()) {
      const keys = unit.foreignKeys.filter((key) => this.#names.has(key.to));
      if (keys.length > 0 && !this.#run.has(unit)) again.set(unit, keys);
    }
    const drop = [...this.#gone].flatMap((note) => note.keys).filter((key) => !before.migrationKeys.has(key));
    const kept = new Map([...this.#kept].filter(([, unit]) => !this.#run.has(unit)));
    const replace = new Set(this.#replaced.keys());
    return this.#isClear ? { drop, run: this.#run, replace, again, kept } : undefined;
  }

  #mark(names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
  }

  /** The statement that made it is run again; only a fresh load knows what to do where that is a migration's. */
  #rebuild(name: string | undefined): void {
    if (name === undefined || this.#names.has(name)) return;
    const makers = [...this.#kept].filter(([note]) => note.makes.includes(name));
    if (makers.length === 0) this.#isClear = false;
    for (const [note, unit] of makers) this.#redo(note, unit);
  }

  #redo(note: UnitNote, unit: Unit): void {
    if (!ordinary.has(note.node) || note.privileged) this.#isClear = false;
    this.#run.add(unit);
    this.#gone.add(note);
    this.#mark(note.makes);
  }

  /** A comment or grant that is gone is gone with what it was put on. */
  #rebuildMentioned(text: string): void {
    const words = wordsOf(text);
    const makers = [...this.#kept].filter(([note]) => note.makes.some((name) => words.has(lastName(name))));
    const isRun = [...this.#run].some((unit) => unit.makes.some((name) => words.has(lastName(name))));
    if (makers.length === 0 && !isRun) this.#isClear = false;
    for (const [note, unit] of makers) this.#redo(note, unit);
  }

  /** All that names something that is another now is made again, and so on. */
  #spread(): void {
    for (let before = -1; before !== this.#names.size;) {
      before = this.#names.size;
      for (const [note, unit] of this.#kept) {
        if (this.#run.has(unit) || unit.rank >= ranks.said) continue;
        if ([...unit.needs].some((need) => this.#names.has(need))) this.#redo(note, unit);
        if (isAlteration(unit) && this.#run.has(unit) && unit.rank !== ranks.foreignKey) this.#rebuild(unit.alters);
      }
    }
    if (this.#run.size === 0 && this.#gone.size === 0) return;
    // Saying it twice says nothing more; in their old order, the last word is what it was.
    for (const unit of this.#kept.values()) if (unit.rank === ranks.said) this.#run.add(unit);
    if ([...this.#kept.values()].some((unit) => unit.rank === ranks.owner)) this.#isClear = false;
  }
}

function isAlteration(one: Unit | UnitNote): boolean {
  return one.alters !== undefined && ("node" in one ? one.node : one.statement.kind) === "AlterTableStmt";
}

function wordsOf(text: string): ReadonlySet<string> {
  const found = tokens(text).filter((token) => token.kind === "word" || token.kind === "quoted name");
  return new Set(found.map(({ start, end }) => text.slice(start, end).toLowerCase()));
}

function lastName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}
