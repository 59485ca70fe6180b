import { keyOf, type Fact, type Model } from "../../diff/index.ts";
import { AppError, nearest } from "../../errors/index.ts";
import type { Hint } from "../desired/hint.ts";
import type { SourceText } from "../source-text.ts";
import { throwAll } from "../throw-all.ts";
import { sameTypes } from "./same-types.ts";

/** What the hints of schema/ ask for in one database: those that have something to do there. */
export interface Intent {
  /** Keys in the database and in the files. */
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  readonly labels: readonly LabelRename[];
  /** SQL by the key of the column (of the label: what takes its place). */
  readonly using: ReadonlyMap<string, string>;
  readonly backfill: ReadonlyMap<string, string>;
  /** Keys of what may be dropped with its data, as the database calls it now; labels as `label public.mood.sad`. */
  readonly drops: ReadonlySet<string>;
  /** All hints of the files, by what they say: recorded once they were followed. */
  readonly followed: readonly string[];
}

/** A label of an enum under a new name. */
export interface LabelRename {
  readonly type: string;
  readonly from: string;
  readonly to: string;
}

/** What a hint says, whatever its place. */
export function hintKey(hint: Hint): string {
  const { kind, target, from, expression } = hint;
  const to = keyOf({ ...target, args: null } as Fact);
  return [kind, to, from === undefined ? "" : `from ${from}`, expression ?? ""].filter((part) => part !== "").join(" ");
}

/**
 * Sorts the hints out against what is there: those that were followed before, or have nothing to do in a fresh
 * database, ask for nothing; one that matches nothing is an error (WD467).
 */
export function resolveIntent(
  hints: readonly Hint[],
  live: Model,
  wanted: Model,
  options: { readonly followed: ReadonlySet<string>; readonly source: (file: string) => SourceText | undefined },
): Intent {
  const targets = hints
    .filter(({ kind }) => kind === "renamed")
    .map(({ target }) => keyOf({ ...target, args: null } as Fact));
  const resolver = new Resolver(live, wanted, { ...options, targets: new Set(targets) });
  for (const hint of hints.toSorted((a, b) => depthOf(a) - depthOf(b))) resolver.take(hint);
  resolver.throwErrors();
  return resolver.intent(hints.map(hintKey));
}

function depthOf({ target }: Hint): number {
  return target.kind === "schema" ? 0 : target.relation === null ? 1 : 2;
}

interface ResolveOptions {
  readonly followed: ReadonlySet<string>;
  readonly source: (file: string) => SourceText | undefined;
  /** Targets of renames, in the names of the files: a ↔ b is told from "both are there" by them. */
  readonly targets: ReadonlySet<string>;
}

class Resolver {
  private readonly renames = new Map<string, string>();
  private readonly labels: LabelRename[] = [];
  private readonly using = new Map<string, string>();
  private readonly backfill = new Map<string, string>();
  private readonly drops = new Set<string>();
  private readonly errors: AppError[] = [];
  private readonly live: Model;
  private readonly wanted: Model;
  private readonly options: ResolveOptions;

  constructor(live: Model, wanted: Model, options: ResolveOptions) {
    this.live = live;
    this.wanted = wanted;
    this.options = options;
  }

  intent(followed: readonly string[]): Intent {
    const { labels, using, backfill, drops } = this;
    const renames = [...this.renames].map(([to, from]) => ({ from, to }));
    return { renames, labels, using, backfill, drops, followed };
  }

  throwErrors(): void {
    const [first] = this.errors;
    if (first !== undefined) throwAll(this.errors);
  }

  take(hint: Hint): void {
    switch (hint.kind) {
      case "renamed":
        if (hint.target.kind === "label") this.renameLabel(hint);
        else this.rename(hint);
        break;
      case "using":
      case "backfill":
        this.express(hint);
        break;
      case "drop":
        this.drop(hint);
        break;
    }
  }

  private rename(hint: Hint): void {
    const to = this.find(this.wanted, hint.target);
    if (to === undefined) {
      this.fail(hint, `${describe(hint.target)} is in no file`, namesLike(this.wanted, hint.target));
      return;
    }
    const place = this.livePlace(to);
    if (place === undefined) return;
    const old = this.find(this.live, oldIdentity(hint, to, place));
    const now = this.find(this.live, { ...to, ...place });
    if (old === undefined && now === undefined) this.missing(hint, to, place);
    if (old === undefined || (now !== undefined && this.options.followed.has(hintKey(hint)))) return;
    if (now !== undefined && !this.isExchange(old))
      this.fail(hint, `${describe(old)} and ${describe(now)} are both there`);
    else this.renames.set(to.key, old.key);
  }

  /** a ↔ b: the name is taken, and its bearer is to be renamed as well. */
  private isExchange(old: Fact): boolean {
    const { targets } = this.options;
    return targets.has(old.key) || targets.has(keyOf({ ...old, args: null }));
  }

  /** Where the fact's relation and schema are now, renames of theirs undone; undefined where they are not there. */
  private livePlace(to: Fact): Pick<Fact, "schema" | "relation"> | undefined {
    const schemaKey = keyOf({ kind: "schema", schema: null, relation: null, name: to.schema ?? "", args: null });
    const oldSchema = this.live.facts.get(this.renames.get(schemaKey) ?? schemaKey)?.name ?? to.schema;
    if (to.relation === null) return { schema: oldSchema, relation: null };
    const parent = to.parent ?? "";
    const above = this.live.facts.get(this.renames.get(parent) ?? parent);
    return above === undefined ? undefined : { schema: above.schema, relation: above.name };
  }

  /**
   * Neither the old name nor the new one is there. In a database that has skipped a release that is as it should be,
   * so it is an error only where something is there that the hint may have meant.
   */
  private missing(hint: Hint, to: Fact, place: Pick<Fact, "schema" | "relation">): void {
    const siblings = [...this.live.facts.values()].filter(
      (fact) =>
        fact.kind === to.kind &&
        fact.schema === place.schema &&
        fact.relation === place.relation &&
        !this.wanted.facts.has(fact.key),
    );
    if (siblings.length === 0 && to.relation === null) return;
    this.fail(
      hint,
      `${describe({ ...to, ...place, name: hint.from ?? "" })} is not there`,
      siblings.map((fact) => fact.name),
    );
  }

  private renameLabel(hint: Hint): void {
    const { schema, relation, name } = hint.target;
    const key = keyOf({ kind: "enum", schema, relation: null, name: relation ?? "", args: null });
    const wanted = this.wanted.facts.get(key);
    if (wanted === undefined || !labelsOf(wanted).includes(name)) {
      this.fail(hint, `${describe(hint.target)} is in no file`, wanted === undefined ? [] : labelsOf(wanted));
      return;
    }
    const live = this.live.facts.get(this.renames.get(key) ?? key);
    if (live === undefined) return;
    const labels = labelsOf(live);
    const old = hint.from ?? "";
    if (labels.includes(name) && !labels.includes(old)) return;
    if (labels.includes(name)) this.fail(hint, `the labels ${old} and ${name} are both there`);
    else if (labels.includes(old)) this.labels.push({ type: key, from: old, to: name });
    else this.fail(hint, `${key} has no label ${old}`, labels);
  }

  private express(hint: Hint): void {
    const column = this.find(this.wanted, hint.target);
    if (column === undefined)
      this.fail(hint, `${describe(hint.target)} is in no file`, namesLike(this.wanted, hint.target));
    else this[hint.kind === "using" ? "using" : "backfill"].set(column.key, hint.expression ?? "");
  }

  private drop(hint: Hint): void {
    const { target } = hint;
    if (target.kind === "label") {
      const key = `label ${[target.schema, target.relation, target.name].join(".")}`;
      this.drops.add(key);
      if (hint.expression !== undefined) this.using.set(key, hint.expression);
      return;
    }
    const wanted = this.find(this.wanted, target);
    const live = this.find(this.live, target);
    if (wanted !== undefined) this.fail(hint, `${describe(target)} is still declared`);
    else if (live !== undefined) this.drops.add(live.key);
    else this.drops.add(keyOf({ ...target, args: null } as Fact));
  }

  /** By its name; a routine also without its arguments, where only one bears the name, and an index without its table. */
  private find(model: Model, target: Identified): Fact | undefined {
    const exact = model.facts.get(keyOf({ ...target, args: target.args ?? null } as Fact));
    if (routineKinds.has(target.kind) && typeof target.args === "string")
      return exact ?? overloadOf(target, target.args, model);
    const isShort = routineKinds.has(target.kind) || (target.kind === "index" && target.relation === null);
    if (exact !== undefined || !isShort) return exact;
    const named = [...model.facts.values()].filter(
      (fact) => fact.kind === target.kind && fact.schema === target.schema && fact.name === target.name,
    );
    return named.length === 1 ? named[0] : undefined;
  }

  private fail(hint: Hint, message: string, candidates: readonly string[] = []): void {
    const guess = nearest(hint.from ?? hint.target.name, candidates);
    this.errors.push(
      new AppError("WD467", message, {
        hint: guess === undefined ? "correct the hint, or remove it" : `did you mean ${guess}?`,
        position: hint.position,
        source: this.options.source(hint.position.file)?.text,
      }),
    );
  }
}

type Identified = Omit<Hint["target"], "args"> & { readonly args?: string | null | undefined };

const routineKinds = new Set<string>(["function", "procedure", "aggregate"]);

/** People write types as they know them. */
function overloadOf(target: Identified, args: string, model: Model): Fact | undefined {
  return [...model.facts.values()].find(
    (fact) =>
      fact.kind === target.kind &&
      fact.schema === target.schema &&
      fact.name === target.name &&
      sameTypes(fact.args ?? "", args),
  );
}

/** `from=name` or, for a move, `from=schema.name`. */
function oldIdentity(hint: Hint, to: Fact, place: Pick<Fact, "schema" | "relation">): Identified {
  const from = hint.from ?? "";
  const [schema, name] =
    to.relation === null && hint.fromSchema !== undefined ? [hint.fromSchema, from] : [place.schema, from];
  return { ...to, ...place, schema, name };
}

function labelsOf(fact: Fact): readonly string[] {
  const { labels } = fact.props;
  return Array.isArray(labels) ? labels.filter((label) => typeof label === "string") : [];
}

function namesLike(model: Model, target: Hint["target"]): readonly string[] {
  return [...model.facts.values()]
    .filter((fact) => fact.kind === target.kind && fact.relation === target.relation)
    .map((fact) => fact.name);
}

function describe({ kind, schema, relation, name }: Identified): string {
  return `${kind} ${[schema, relation, name].filter((part) => part !== null).join(".")}`;
}
