import { isEqual } from "./equal.ts";
import { isOverloaded, type Fact } from "./fact.ts";
import type { Context, Kind, Step } from "./kind.ts";
import { kinds } from "./kinds.ts";
import { allParts, type Model } from "./model.ts";
import { nameOf } from "./name.ts";

/** Keys of what can't stand while a step runs. */
export function disturbedBy(step: Step, key: string, from: Model): readonly string[] {
  const { disturbs, reaches = [] } = step;
  if (disturbs === undefined) return [];
  return [key, ...reaches].flatMap((changed) =>
    [...(from.neededBy.get(changed) ?? [])].filter((dependent) => {
      const fact = from.facts.get(dependent);
      return fact !== undefined && disturbs(fact);
    }),
  );
}

/** What becomes of one fact. */
export type Fate =
  | { readonly kind: "create" }
  | { readonly kind: "drop" }
  /** Dropped (or put aside) and made again; `because` of another fact, unless it was changed itself. */
  | { readonly kind: "rebuild"; readonly because: string | undefined }
  | { readonly kind: "alter"; readonly steps: readonly Step[]; readonly because: string | undefined };

/** True for what is made in this plan, for the first time or again. */
export function isMade(fate: Fate | undefined): boolean {
  return fate?.kind === "create" || fate?.kind === "rebuild";
}

/** Types that go while columns still hold their values, and whose name something else takes. */
export function displacedOf(
  { from, to }: Pick<Context, "from" | "to">,
  fates: ReadonlyMap<string, Fate>,
): ReadonlySet<string> {
  const slotsOf = (fact: Fact | undefined): readonly string[] => (fact && kinds[fact.kind].slots?.(fact)) ?? [];
  const of = (kind: Fate["kind"]): readonly string[] =>
    [...fates].flatMap(([key, fate]) => (fate.kind === kind ? [key] : []));
  const taken = new Set(of("create").flatMap((key) => slotsOf(to.facts.get(key))));
  const isHeld = (key: string): boolean =>
    [...(from.neededBy.get(key) ?? [])].some((user) => user.startsWith("column ") && fates.get(user)?.kind === "alter");
  return new Set(
    of("drop").filter((key) => {
      const fact = from.facts.get(key);
      const isType = fact !== undefined && fact.kind !== "table" && kinds[fact.kind].aside !== undefined;
      return isType && slotsOf(fact).some((slot) => taken.has(slot)) && isHeld(key);
    }),
  );
}

/**
 * The fate of every fact to which anything happens; owner, comment and privileges apart. `again`: keys of what is made again,
 * although a statement could change it in its place.
 */
export function decideFates(context: Context, again: ReadonlySet<string> = new Set()): ReadonlyMap<string, Fate> {
  const decide = (isMadeToo: (key: string) => boolean): ReadonlyMap<string, Fate> => {
    const fates = new Map<string, Fate>();
    const known = { ...context, isMade: (key: string) => isMade(fates.get(key)) || isMadeToo(key) };
    new Decision(known, fates, again).decide();
    return fates;
  };
  const first = decide(() => false);
  // How values go over depends on what else is made again, which is known only in the end.
  const isSettled = ![...first.values()].some(({ kind }) => kind === "rebuild");
  return isSettled ? first : decide((key) => isMade(first.get(key)));
}

function isFreeing(step: Step): boolean {
  return step.frees !== undefined;
}

/** A part whose whole is another kind of thing now: the column of a foreign table that became a table. */
function isElsewhere(from: Fact, to: Fact): boolean {
  return from.kind !== "sequence" && from.parent !== null && to.parent !== null && from.parent !== to.parent;
}

/** Spreads from what was changed to what can't stand meanwhile, until nothing more is touched. */
class Decision {
  private readonly context: Context;
  private readonly fates: Map<string, Fate>;
  private readonly again: ReadonlySet<string>;

  constructor(context: Context, fates: Map<string, Fate>, again: ReadonlySet<string>) {
    this.context = context;
    this.fates = fates;
    this.again = again;
  }

  decide(): void {
    const { from, to } = this.context;
    for (const key of to.facts.keys()) if (!from.facts.has(key)) this.fates.set(key, { kind: "create" });
    for (const key of from.facts.keys()) if (!to.facts.has(key)) this.fates.set(key, { kind: "drop" });
    for (const fact of to.facts.values()) {
      const before = from.facts.get(fact.key);
      if (before === undefined) continue;
      if (isElsewhere(before, fact)) this.rebuild(fact.key, undefined);
      else if (!isEqual(before.props, fact.props)) this.change(before, fact);
    }
    for (const [key, fate] of this.fates) if (fate.kind === "drop") this.release(key);
    for (const [key, fate] of this.fates) if (fate.kind === "drop") this.freeCallers(key);
  }

  private change(from: Fact, to: Fact): void {
    if (this.fates.get(to.key)?.kind === "rebuild") return;
    const done = this.again.has(to.key) ? "rebuild" : kinds[to.kind].alter(from, to, this.context);
    if (done === "rebuild") this.rebuild(to.key, undefined);
    else if (done.length > 0) this.alter(to.key, done, undefined);
  }

  private alter(key: string, steps: readonly Step[], because: string | undefined): void {
    const known = this.fates.get(key);
    if (known !== undefined && known.kind !== "alter") return;
    const before = known?.steps ?? [];
    const fresh = steps.filter((step) => !before.some((other) => other.aspect === step.aspect));
    if (fresh.length === 0) return;
    const [freeing, others] = [fresh.filter(isFreeing), fresh.filter((step) => !isFreeing(step))];
    const all = [...freeing, ...before, ...others];
    this.fates.set(key, { kind: "alter", steps: all, because: known?.because ?? because });
    for (const step of fresh) {
      for (const dependent of disturbedBy(step, key, this.context.from)) this.rebuild(dependent, key);
    }
  }

  private rebuild(key: string, because: string | undefined): void {
    const known = this.fates.get(key)?.kind;
    if (known === "create" || known === "drop" || known === "rebuild") return;
    this.fates.set(key, { kind: "rebuild", because });
    this.rebuildWhole(key, because);
    const parts = allParts(this.context.from, key).filter((part) => !this.outlives(part));
    for (const part of parts) this.rebuild(part, because ?? key);
    for (const dependent of this.context.from.neededBy.get(key) ?? []) {
      if (!parts.includes(dependent)) this.follow(dependent, key);
    }
  }

  /** A sequence goes with the column that owns it, but never comes again as long as it is wanted. */
  private outlives(key: string): boolean {
    return key.startsWith("sequence ") && this.context.to.facts.has(key);
  }

  /** What can only be made within its parent takes the parent along. */
  private rebuildWhole(key: string, because: string | undefined): void {
    const fact = this.context.to.facts.get(key);
    if (fact === undefined || fact.parent === null) return;
    if (kinds[fact.kind].inline?.(fact) === "always") this.rebuild(fact.parent, because ?? key);
  }

  /** A fact that needs one which is rebuilt. */
  private follow(key: string, on: string): void {
    const from = this.context.from.facts.get(key);
    const to = this.context.to.facts.get(key);
    const rebuilt = this.context.to.facts.get(on);
    if (from === undefined || to === undefined || rebuilt === undefined) return;
    const answer = kinds[to.kind].follow?.({ from, to, on: rebuilt }, this.context) ?? "rebuild";
    this.take(key, answer, on);
  }

  /**
   * What calls one of several routines of a name, and is changed to call another: while both stand the call is not unique,
   * so it goes first and is made again.
   */
  private freeCallers(key: string): void {
    const { from, to } = this.context;
    const gone = from.facts.get(key);
    if (gone === undefined || !isOverloaded(gone)) return;
    for (const caller of from.neededBy.get(key) ?? []) {
      const fate = this.fates.get(caller);
      if (fate?.kind !== "alter" || fate.steps.some((step) => step.frees === key)) continue;
      const calls = [...(to.needs.get(caller) ?? [])].flatMap((need) => to.facts.get(need) ?? []);
      if (calls.some((fact) => fact.kind === gone.kind && nameOf(fact) === nameOf(gone))) this.rebuild(caller, key);
    }
  }

  /** What still needs a fact that goes, although nobody changed it, has to be made again without it. */
  private release(key: string): void {
    for (const dependent of this.context.from.neededBy.get(key) ?? []) {
      const fact = this.context.to.facts.get(dependent);
      if (fact === undefined || this.fates.has(dependent)) continue;
      if (this.context.from.facts.get(key)?.parent === dependent) continue;
      if (this.context.to.needs.get(dependent)?.has(key) === true) continue;
      const answer =
        kinds[fact.kind].follow?.(
          {
            from: this.context.from.facts.get(dependent) ?? fact,
            to: fact,
            on: this.context.from.facts.get(key) ?? fact,
          },
          this.context,
        ) ?? "rebuild";
      this.take(dependent, answer, key);
    }
  }

  private take(key: string, answer: ReturnType<NonNullable<Kind["follow"]>>, on: string): void {
    if (answer === "keep") return;
    if (answer === "rebuild whole") this.rebuild(this.context.to.facts.get(key)?.parent ?? key, on);
    else if (answer === "rebuild") this.rebuild(key, on);
    else this.alter(key, answer, on);
  }
}
