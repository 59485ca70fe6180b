import type { Fact } from "./fact.ts";
import { disturbedBy } from "./fate.ts";
import { containerOf } from "./inline.ts";
import { addKnownOrders } from "./known-order.ts";
import type { Step } from "./kind.ts";
import { kinds } from "./kinds.ts";
import { allParts } from "./model.ts";
import type { GraphInput, Node, Task } from "./node.ts";
import type { Ordering } from "./ordering.ts";

/** The graph of what is to be done: `after` by what each fact needs, before and after. */
export function buildGraph(input: GraphInput): ReadonlyMap<string, Node> {
  const graph = new Graph(input);
  graph.addNodes();
  graph.addEdges();
  return graph.nodes;
}

const naming: ReadonlySet<string> = new Set(["definition", "type", "default"]);

function isDefinition(step: Step | undefined): boolean {
  return step?.aspect === "definition";
}

const wholeRow: ReadonlySet<string> = new Set(["column", "attribute"]);

class Graph implements Ordering {
  readonly nodes = new Map<string, Node>();
  readonly input: GraphInput;

  constructor(input: GraphInput) {
    this.input = input;
  }

  addNodes(): void {
    const { fates, from, to, container } = this.input;
    for (const [key, fate] of fates) {
      const before = from.facts.get(key);
      const after = to.facts.get(key);
      if (fate.kind === "alter" && before !== undefined && after !== undefined) {
        for (const [index, step] of fate.steps.entries()) {
          this.add(`step ${index} ${key}`, { kind: "step", from: before, to: after, step, because: fate.because });
        }
        continue;
      }
      const because = fate.kind === "rebuild" ? fate.because : undefined;
      if (fate.kind !== "drop" && after !== undefined && !container.has(key)) {
        this.add(`create ${key}`, { kind: "create", fact: after, because });
      }
      if (fate.kind !== "create" && before !== undefined) this.addLeaving(key, before, after, because);
    }
  }

  private addLeaving(key: string, before: Fact, after: Fact | undefined, because: string | undefined): void {
    const isAside = this.isAside(key);
    if (isAside) this.add(`aside ${key}`, { kind: "aside", fact: before, because });
    if (isAside && after !== undefined && kinds[before.kind].aside?.move !== undefined) {
      this.add(`move ${key}`, { kind: "move", fact: before, to: after });
    }
    if (this.leavingOf(key) === `drop ${key}`) {
      this.add(`drop ${key}`, { kind: "drop", fact: before, because, again: after !== undefined, isAside });
    }
  }

  private add(id: string, task: Task): void {
    this.nodes.set(id, { id, task, after: new Set(), weak: new Set() });
  }

  addEdges(): void {
    for (const [key, fate] of this.input.fates) {
      if (fate.kind === "create" || fate.kind === "rebuild") this.edgesOfCreation(key);
      if (fate.kind === "alter") this.edgesOfSteps(key, fate.steps);
      if (fate.kind === "drop" || fate.kind === "rebuild") this.edgesOfLeaving(key);
      if (fate.kind === "rebuild" || this.input.displaced.has(key)) this.edgesOfRebuild(key);
    }
    addKnownOrders(this);
  }

  private edgesOfCreation(key: string): void {
    const id = `create ${containerOf(this.input.container, key)}`;
    for (const need of this.input.to.needs.get(key) ?? []) {
      this.edge(id, this.arrivalOf(need), this.isAltered(need) || this.comesWith(key, need));
      this.edgesToParts(id, key, need);
    }
  }

  /** A foreign key of a partition is there before it is attached where it can be, else it comes with the whole's. */
  private comesWith(key: string, need: string): boolean {
    return key.startsWith("inheritance ") && this.input.to.facts.get(need)?.props["type"] === "foreign key";
  }

  /** What looks at whole rows finds them as they are to be: `select row(1)::public.point`, `select $1.mood`. */
  private edgesToParts(id: string, key: string, need: string): void {
    const { from, to, fates } = this.input;
    if (!this.seesRows(key, need)) return;
    for (const part of from.parts.get(need) ?? []) {
      if (fates.get(part)?.kind === "drop") this.edge(id, this.leavingOf(part), true);
    }
    for (const part of to.parts.get(need) ?? []) {
      if (wholeRow.has(to.facts.get(part)?.kind ?? "")) this.edge(id, this.arrivalOf(part), true);
    }
  }

  /** A schema's parts are default privileges; of a relation what belongs to one sees parts alone. */
  private seesRows(key: string, need: string): boolean {
    const parent = this.input.to.facts.get(key)?.parent;
    const kind = this.input.to.facts.get(need)?.kind;
    return kind === "composite type" ? parent !== need : kind !== "schema" && parent === null;
  }

  private edgesOfSteps(key: string, steps: readonly Step[]): void {
    for (const [index, step] of steps.entries()) {
      const id = `step ${index} ${key}`;
      if (index > 0) this.edge(id, `step ${index - 1} ${key}`);
      if (step.releases !== true)
        for (const need of this.input.to.needs.get(key) ?? []) this.edgesToNeed(id, step, { key, need });
      // What is inherited is altered by itself once that above is gone.
      for (const need of this.input.from.needs.get(key) ?? [])
        if (this.isInheritedFrom(need, key) && this.leaves(need)) this.edge(id, this.leavingOf(need));
      // What is made on a column that another's step reaches finds it as it is to be.
      for (const user of (step.reaches ?? []).flatMap((reached) => [...(this.input.to.neededBy.get(reached) ?? [])]))
        this.edge(`create ${containerOf(this.input.container, user)}`, id, true);
      for (const dependent of disturbedBy(step, key, this.input.from)) {
        if (this.leaves(dependent)) this.edge(id, this.leavingOf(dependent));
        if (this.input.to.facts.has(dependent)) this.edge(`create ${containerOf(this.input.container, dependent)}`, id);
      }
    }
  }

  private edgesToNeed(id: string, step: Step, { key, need }: { readonly key: string; readonly need: string }): void {
    if (this.mergesInto(need, key)) {
      this.edge(`create ${containerOf(this.input.container, need)}`, id);
      return;
    }
    // A definition names all that it needs at once; of other steps each needs but a part of it.
    this.edge(id, this.arrivalOf(need), !(naming.has(step.aspect) && this.isNewFor(step, need)));
    this.edgesToParts(id, key, need);
  }

  /** A fact goes when nothing needs it any more. */
  private edgesOfLeaving(key: string): void {
    const ids = this.isAside(key) ? [`drop ${key}`] : [this.leavingOf(key)];
    for (const dependent of this.input.from.neededBy.get(key) ?? []) {
      if (this.goesAnyway(dependent)) continue;
      for (const id of ids) {
        if (this.leaves(dependent)) this.edge(id, this.leavingOf(dependent));
        // Bounds let go of nothing when they move.
        else if (this.isAltered(dependent) && !dependent.startsWith("inheritance "))
          this.edgeToSteps(id, dependent, key);
      }
    }
  }

  /** What a table has from above (a share of an index or a key, a check) goes with either: with the table, or with the whole. */
  private goesAnyway(key: string): boolean {
    const props = this.input.from.facts.get(key)?.props ?? {};
    const isFromAbove = props["attached"] === true || (props["type"] === "check" && props["inherited"] !== undefined);
    return this.leaves(key) && isFromAbove && this.leavingOf(key) !== `drop ${key}`;
  }

  private edgeToSteps(id: string, dependent: string, on: string): void {
    const steps = this.stepsOf(dependent);
    const freeing = steps.findIndex((step) => step.frees === on);
    const isFirm =
      (isDefinition(steps.at(-1)) && !this.input.to.needs.get(dependent)?.has(on)) || this.holdsValues(steps, on);
    if (freeing === -1) this.edge(id, this.lastStepOf(dependent), !isFirm);
    else this.edge(id, `step ${freeing} ${dependent}`);
  }

  /** A type stands aside until its columns have gone over to the new one. */
  private holdsValues(steps: readonly Step[], type: string): boolean {
    return this.isAside(type) && steps.some(({ aspect }) => aspect === "type");
  }

  stepsOf(key: string): readonly Step[] {
    const fate = this.input.fates.get(key);
    return fate?.kind === "alter" ? fate.steps : [];
  }

  private edgesOfRebuild(key: string): void {
    const create = `create ${containerOf(this.input.container, key)}`;
    // A foreign key finds the index that it stands on by its columns: the old one must be gone.
    for (const need of this.isAside(key) ? [] : (this.input.from.needs.get(key) ?? [])) {
      if (this.leaves(need) && !this.isAside(need)) this.edge(create, this.leavingOf(need), true);
    }
    if (!this.isAside(key)) {
      this.edge(create, this.vacatingOf(key));
      return;
    }
    const move = `move ${key}`;
    this.edge(create, `aside ${key}`);
    if (this.nodes.has(move)) {
      this.edge(move, create);
      this.edge(`drop ${key}`, move);
    }
    this.edge(`drop ${key}`, create);
    // What is dropped by name because of it (its indexes, what looks at it) has to be gone before it is renamed.
    const whole = [key, ...allParts(this.input.from, key)];
    const held = this.edgesOfHolders(key, move);
    for (const dependent of whole.flatMap((part) => [...(this.input.from.neededBy.get(part) ?? [])])) {
      // What is put aside itself stays with it, and names it in doing so: a range's constructors by its subtype.
      if (this.vacatingOf(dependent) !== this.leavingOf(dependent))
        this.edge(`aside ${key}`, this.vacatingOf(dependent), true);
      const isDropped = this.leaves(dependent) && this.vacatingOf(dependent) === this.leavingOf(dependent);
      if (isDropped && this.leavingOf(dependent) !== `drop ${key}` && !held.has(this.leavingOf(dependent))) {
        this.edge(`aside ${key}`, this.leavingOf(dependent), true);
      }
    }
  }

  /** Rows are moved when there is room for them, and before what they are in goes; ids of what goes with them. */
  private edgesOfHolders(key: string, move: string): ReadonlySet<string> {
    const { from, to } = this.input;
    for (const holder of this.holdersOf(key, key, to)) this.edge(move, this.arrivalOf(holder.key));
    const going = this.holdersOf(key, key, from).filter(({ parent }) => parent !== null && this.leaves(parent));
    const ids = new Set(going.map(({ parent }) => this.leavingOf(parent ?? "")));
    for (const id of ids) this.edge(id, move);
    this.edgesOfAwaiting(key, move);
    return ids;
  }

  private edgesOfAwaiting(key: string, move: string): void {
    const { to, container } = this.input;
    const aside = kinds[to.facts.get(key)?.kind ?? "table"].aside;
    const whole = [key, ...allParts(to, key)];
    for (const dependent of whole.flatMap((part) => [...(to.neededBy.get(part) ?? [])])) {
      const fact = to.facts.get(dependent);
      if (fact !== undefined && aside?.awaits?.(fact) === true)
        this.edge(`create ${containerOf(container, dependent)}`, move);
    }
  }

  private holdersOf(key: string, root: string, model: GraphInput["from"]): readonly Fact[] {
    const aside = kinds[model.facts.get(root)?.kind ?? "table"].aside;
    return [...(model.neededBy.get(key) ?? [])].flatMap((dependent) => {
      const fact = model.facts.get(dependent);
      if (fact === undefined || fact.parent === key || fact.parent === null || aside?.holds?.(fact) !== true) return [];
      return [fact, ...this.holdersOf(fact.parent, root, model)];
    });
  }

  edge(id: string, before: string | undefined, weak = false): void {
    const node = this.nodes.get(id);
    if (node === undefined || before === undefined || before === id || !this.nodes.has(before)) return;
    if (weak && !node.after.has(before)) node.weak.add(before);
    if (!weak) node.weak.delete(before);
    node.after.add(before);
  }

  /** The node after which a fact is there as it is wanted. */
  arrivalOf(key: string): string | undefined {
    const fate = this.input.fates.get(key);
    if (fate === undefined || fate.kind === "drop") return undefined;
    if (fate.kind === "alter") return this.lastStepOf(key);
    return `create ${containerOf(this.input.container, key)}`;
  }

  /** The node after which the old fact is gone: its own, or its parent's where `drop` takes it along. */
  leavingOf(key: string): string {
    const { from, explicit } = this.input;
    const parent = from.facts.get(key)?.parent ?? null;
    if (parent === null || explicit.has(key) || !this.leaves(parent)) return `drop ${key}`;
    if (this.isAsideWith(parent) && !this.isAside(key) && this.hasSlots(key)) return `drop ${key}`;
    return this.leavingOf(parent);
  }

  /** The node after which its name is free: parts of what stands aside are out of the way with it. */
  vacatingOf(key: string): string {
    if (this.isAside(key)) return `aside ${key}`;
    const leaving = this.leavingOf(key);
    const parent = this.input.from.facts.get(key)?.parent ?? null;
    return parent === null || leaving === `drop ${key}` ? leaving : this.vacatingOf(parent);
  }

  /** The name of a constraint is its table's affair, unless an index bears it as well. */
  private hasSlots(key: string): boolean {
    const fact = this.input.from.facts.get(key);
    const slots = (fact && kinds[fact.kind].slots?.(fact)) ?? [];
    return slots.some((slot) => !/^(?:constraint|primary key) /.test(slot));
  }

  /** Itself, or what it is a part of. */
  private isAsideWith(key: string): boolean {
    const parent = this.input.from.facts.get(key)?.parent ?? null;
    return this.isAside(key) || (parent !== null && this.isAsideWith(parent));
  }

  private isAside(key: string): boolean {
    const fact = this.input.from.facts.get(key);
    if (this.input.displaced.has(key)) return true;
    return this.input.fates.get(key)?.kind === "rebuild" && fact !== undefined && kinds[fact.kind].aside !== undefined;
  }

  leaves(key: string): boolean {
    const fate = this.input.fates.get(key)?.kind;
    return (fate === "drop" || fate === "rebuild") && this.input.from.facts.has(key);
  }

  /** A column that comes above one of its name is merged with it: by then that one is as it is to be. */
  private mergesInto(need: string, key: string): boolean {
    return this.input.fates.get(need)?.kind === "create" && this.isInheritedFrom(need, key);
  }

  private isInheritedFrom(need: string, key: string): boolean {
    const nameOf = (column: string): string | undefined =>
      (this.input.to.facts.get(column) ?? this.input.from.facts.get(column))?.name;
    return need.startsWith("column ") && key.startsWith("column ") && nameOf(need) === nameOf(key);
  }

  /** A column goes over to a type that is there, be it made again. */
  private isNewFor({ aspect }: Step, key: string): boolean {
    const fate = this.input.fates.get(key)?.kind;
    return fate === "create" || (aspect === "type" && fate === "rebuild");
  }

  private isAltered(key: string): boolean {
    return this.input.fates.get(key)?.kind === "alter";
  }

  private lastStepOf(key: string): string | undefined {
    const fate = this.input.fates.get(key);
    return fate?.kind === "alter" ? `step ${fate.steps.length - 1} ${key}` : undefined;
  }
}
