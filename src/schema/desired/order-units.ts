import { ranks, type ForeignKey, type Unit } from "./unit.ts";

/** Statements in an order in which each finds what it needs, as far as their syntax tells. */
export interface OrderedUnits {
  readonly order: readonly Unit[];
  /** Foreign keys that have to be added when all tables are there, since the tables point at each other. */
  readonly cut: ReadonlyMap<Unit, readonly ForeignKey[]>;
  /** What each statement can't do without. */
  readonly needs: ReadonlyMap<Unit, ReadonlySet<Unit>>;
}

/** Puts what is needed first; otherwise by rank, and by the order of files and of statements in them. */
export function orderUnits(units: readonly Unit[]): OrderedUnits {
  const edges = edgesOf(units);
  const component = componentsOf(units, edges);
  const cut = new Map<Unit, readonly ForeignKey[]>();
  const needs = new Map<Unit, Set<Unit>>();
  for (const unit of units) {
    const own = new Set(edges.hard.get(unit));
    const keys = edges.foreign.get(unit) ?? [];
    for (const { to } of keys) if (component.get(to) !== component.get(unit)) own.add(to);
    const cyclic = keys.filter(({ to }) => to !== unit && component.get(to) === component.get(unit));
    if (cyclic.length > 0)
      cut.set(
        unit,
        cyclic.map(({ key }) => key),
      );
    needs.set(unit, own);
  }
  return { order: sorted(units, needs, edges.soft), cut, needs };
}

interface Edges {
  readonly hard: ReadonlyMap<Unit, ReadonlySet<Unit>>;
  readonly foreign: ReadonlyMap<Unit, readonly { readonly to: Unit; readonly key: ForeignKey }[]>;
  /** Followed where that closes no circle: what completes a table that others are made from. */
  readonly soft: ReadonlyMap<Unit, ReadonlySet<Unit>>;
}

function edgesOf(units: readonly Unit[]): Edges {
  const makers = new Map<string, Unit[]>();
  for (const unit of units) for (const key of unit.makes) makers.set(key, [...(makers.get(key) ?? []), unit]);
  const completing = Map.groupBy(
    units.filter((unit) => unit.alters !== undefined && unit.rank === ranks.table),
    (unit) => unit.alters ?? "",
  );
  const hard = new Map<Unit, Set<Unit>>();
  const soft = new Map<Unit, Set<Unit>>();
  const foreign = new Map<Unit, { to: Unit; key: ForeignKey }[]>();
  for (const unit of units) {
    const found = [...unit.needs].flatMap((need) => makers.get(need) ?? []).filter((other) => other !== unit);
    hard.set(unit, new Set(found));
    const targets = unit.foreignKeys.flatMap((key) => (makers.get(key.to) ?? []).map((to) => ({ to, key })));
    foreign.set(unit, targets);
    const relations = [...unit.needs, ...unit.foreignKeys.map((key) => key.to)];
    const others = relations.filter((relation) => relation !== unit.alters);
    soft.set(
      unit,
      new Set(others.flatMap((relation) => completing.get(relation) ?? []).filter((other) => other !== unit)),
    );
  }
  placeDefaultPrivileges(units, hard, soft);
  return { hard, foreign, soft };
}

/** What is made later is born with them: they keep their place among the statements of their own file. */
function placeDefaultPrivileges(
  units: readonly Unit[],
  hard: ReadonlyMap<Unit, Set<Unit>>,
  soft: ReadonlyMap<Unit, Set<Unit>>,
): void {
  const isOrdered = (unit: Unit): boolean => unit.rank > ranks.defaultPrivileges && unit.rank <= ranks.attached;
  for (const [at, unit] of units.entries()) {
    if (unit.rank !== ranks.defaultPrivileges) continue;
    for (const [otherAt, other] of units.entries()) {
      if (other.statement.source.file !== unit.statement.source.file || !isOrdered(other)) continue;
      if (otherAt < at) hard.get(unit)?.add(other);
      else soft.get(other)?.add(unit);
    }
  }
}

/** Tarjan's strongly connected components, without recursion: chains of foreign keys may be thousands long. */
function componentsOf(units: readonly Unit[], edges: Edges): ReadonlyMap<Unit, number> {
  const component = new Map<Unit, number>();
  const low = new Map<Unit, number>();
  const index = new Map<Unit, number>();
  const stack: Unit[] = [];
  const next = (unit: Unit): readonly Unit[] => [
    ...(edges.hard.get(unit) ?? []),
    ...(edges.foreign.get(unit) ?? []).map(({ to }) => to),
  ];
  for (const root of units) {
    if (index.has(root)) continue;
    const work = [open(root)];
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const other = frame.rest.pop();
      if (other === undefined) leave(work.pop()?.unit ?? root, work.at(-1)?.unit);
      else if (!index.has(other)) work.push(open(other));
      else if (!component.has(other)) lower(frame.unit, index.get(other));
    }
  }
  return component;

  function open(unit: Unit): { readonly unit: Unit; readonly rest: Unit[] } {
    index.set(unit, index.size);
    low.set(unit, index.size - 1);
    stack.push(unit);
    return { unit, rest: [...next(unit)] };
  }

  function leave(unit: Unit, above: Unit | undefined): void {
    close(unit);
    if (above !== undefined) lower(above, low.get(unit));
  }

  function lower(unit: Unit, to = 0): void {
    low.set(unit, Math.min(low.get(unit) ?? 0, to));
  }

  function close(unit: Unit): void {
    if (low.get(unit) !== index.get(unit)) return;
    for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
      component.set(member, index.get(unit) ?? 0);
      if (member === unit) return;
    }
  }
}

type Needs = ReadonlyMap<Unit, ReadonlySet<Unit>>;

/** Depth first; a circle of what is no foreign key is left to Postgres to tell. */
function sorted(units: readonly Unit[], hard: Needs, soft: Needs): readonly Unit[] {
  const order: Unit[] = [];
  const state = new Map<Unit, "open" | "done">();
  const reachesOpen = (from: Unit): boolean => {
    const seen = new Set<Unit>();
    const rest = [from];
    for (let unit = rest.pop(); unit !== undefined; unit = rest.pop()) {
      if (state.get(unit) === "open") return true;
      if (seen.has(unit) || state.get(unit) === "done") continue;
      seen.add(unit);
      rest.push(...(hard.get(unit) ?? []));
    }
    return false;
  };
  const visit = (root: Unit): void => {
    const work: Frame[] = [];
    enter(root);
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const need = frame.hard.shift();
      const wish = need === undefined ? frame.soft.shift() : undefined;
      if (need !== undefined) enter(need);
      else if (wish !== undefined) {
        if (!reachesOpen(wish)) enter(wish);
      } else {
        work.pop();
        state.set(frame.unit, "done");
        order.push(frame.unit);
      }
    }

    function enter(unit: Unit): void {
      if (state.has(unit)) return;
      state.set(unit, "open");
      work.push({ unit, hard: [...(hard.get(unit) ?? [])], soft: [...(soft.get(unit) ?? [])] });
    }
  };
  for (const unit of units.toSorted((one, other) => one.rank - other.rank)) visit(unit);
  return order;
}

interface Frame {
  readonly unit: Unit;
  readonly hard: Unit[];
  readonly soft: Unit[];
}
