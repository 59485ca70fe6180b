import type { Action } from "./action.ts";
import type { Fact } from "./fact.ts";
import type { Context } from "./kind.ts";
import { kinds } from "./kinds.ts";
import { notNullName } from "./kinds/not-null.ts";
import type { Model } from "./model.ts";
import { suffixed } from "./move.ts";
import { ident, relationOf } from "./name.ts";
import type { Pairing } from "./pairing.ts";

/**
 * The renames, those of what holds others first; names that are exchanged (a ↔ b) go through a temporary one.
 */
export function renameActions(pairs: Pairing["renamed"], context: Context): readonly Action[] {
  const ordered = pairs.toSorted((a, b) => depthOf(a.to) - depthOf(b.to));
  const old = new Set(ordered.flatMap(({ from }) => namesOf(from)));
  const clashing = ordered.filter(({ from, to }) => {
    const own = namesOf(from);
    return namesOf(renamed(from, to)).some((name) => old.has(name) && !own.includes(name));
  });
  const first = clashing.map((pair) => rename(pair.from, temporary(pair.from), context));
  const second = ordered.map((pair) =>
    rename(clashing.includes(pair) ? temporary(pair.from) : pair.from, pair.to, context),
  );
  return [...first, ...second];
}

/** What it is called, and what nothing else may be called: indexes of two tables share one room. */
function namesOf(fact: Fact): readonly string[] {
  return [fact.key, ...(kinds[fact.kind].slots?.(fact) ?? [])];
}

/** The fact under its new name. */
function renamed(from: Fact, to: Fact): Fact {
  return kinds[from.kind].renamed?.(from, to) ?? to;
}

/** The statements of such renames, for any database that holds them. */
export function renameStatements(pairs: Pairing["renamed"]): readonly string[] {
  const empty = new Map<string, never>();
  const model = {
    major: 0,
    facts: empty,
    needs: empty,
    neededBy: empty,
    parts: empty,
    unmodelled: [],
    defaultPrivileges: [],
  };
  const context: Context = {
    ...{ from: model, to: model, options: {}, using: empty, backfill: empty },
    inlined: () => [],
    isMade: () => false,
    stands: () => false,
  };
  return renameActions(pairs, context).flatMap((action) => action.statements);
}

/**
 * PostgreSQL 18 names NOT NULL constraints after table and column, and leaves the names when those are renamed: they
 * are brought to what a new table would have.
 */
export function renameNotNulls(live: Model, named: Pairing["named"]): readonly Action[] {
  if (live.major < 18 || named.size === 0) return [];
  const byName = new Set([...live.facts.values()].map((fact) => `${fact.parent ?? ""} ${fact.name}`));
  return [...named].flatMap(([key, to]) => {
    const from = live.facts.get(key);
    if (from?.kind !== "column" || from.props["notNull"] !== true || to.props["notNull"] !== true) return [];
    const [old, now] = [notNullName(from.relation ?? "", from.name), notNullName(to.relation ?? "", to.name)];
    if (old === now || byName.has(`${from.parent ?? ""} not null ${from.name}`) || isInherited(from)) return [];
    const statement = `alter table ${relationOf(to)} rename constraint ${ident(old)} to ${ident(now)}`;
    return [{ ...rest, id: `rename not null ${key}`, from, to, statements: [statement] }];
  });
}

/** Renamed along with the column that it is inherited from. */
function isInherited({ props }: Fact): boolean {
  return props["inherited"] !== undefined && props["inherited"] !== false;
}

const rest: Omit<Action, "id" | "from" | "to" | "statements"> = {
  ...{ after: [], verb: "rename", aspect: "name", inlined: [] },
  ...{ because: undefined, loss: undefined, probes: [], outside: false },
};

function depthOf(fact: Fact): number {
  return fact.kind === "schema" ? 0 : fact.relation === null ? 1 : 2;
}

function temporary(fact: Fact): Fact {
  return renamed(fact, { ...fact, name: suffixed(fact.name, "__renamed") });
}

/** Its table may have been renamed just before: it is addressed as it is called now. */
function rename(from: Fact, to: Fact, context: Context): Action {
  const now = from.relation === null ? from : { ...from, schema: to.schema, relation: to.relation };
  const statements = kinds[to.kind].rename?.(now, to, context) ?? [];
  return { ...rest, id: `rename ${from.key} to ${to.key}`, from, to, statements };
}
