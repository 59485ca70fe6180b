import { isEqual } from "./equal.ts";
import { keyOf, type Fact } from "./fact.ts";
import type { DiffOptions } from "./kind.ts";
import { kinds } from "./kinds.ts";
import { inheritanceProps, inheritancesOf, parentKey } from "./kinds/lineage.ts";
import { renamed } from "./links.ts";
import { withFacts, type Model } from "./model.ts";
import { Naming } from "./naming.ts";
import { shareRenames } from "./share-names.ts";

/** Both models in the names that are wanted, so that one key means one thing. */
export interface Pairing {
  /** What there is, under the names that it has once all renames are done. */
  readonly from: Model;
  /** What is wanted, and what is there and belongs to nobody. */
  readonly to: Model;
  /** Facts whose name alone changes: before (with its old name) and after. */
  readonly renamed: readonly { readonly from: Fact; readonly to: Fact }[];
  /** What renames touch: key in the database that is changed → the fact under its name to be. */
  readonly named: ReadonlyMap<string, Fact>;
  /** What stands only in `from` and must be left alone. */
  readonly unowned: readonly Fact[];
  /** What stands otherwise than it is wanted and must be left alone. */
  readonly leftAlone: readonly Fact[];
}

/** Renames that somebody has asked for. */
export interface Renames {
  /** Keys in the database that is changed, and in the one that is wanted. */
  readonly pairs: readonly { readonly from: string; readonly to: string }[];
  /**
   * The wanted model as it reads with these renames undone: so Postgres itself says which differences are the renames'
   * alone. Read in the same database, so that addresses are equal.
   */
  readonly reversed: Model;
}

/** Finds out which fact of the one is which of the other. */
export function pairUp(live: Model, wanted: Model, options: DiffOptions, renames?: Renames): Pairing {
  const asked = renames === undefined ? inSameNames(live) : inNewNames(live, wanted, renames);
  const shared = withRenames(asked, shareRenames(asked.from, wanted));
  const named = withRenames(shared, withRoom(freePairs(shared.from, wanted), shared.from));
  const unowned = unownedOf(named.from, wanted, options);
  const to = withFacts(withLeftAlone(wanted, named.from, options), named.from, unowned);
  const leftAlone = [...wanted.facts.values()].filter(
    (fact) => options.leftAlone?.(fact) === true && differs(named.from.facts.get(fact.key), fact),
  );
  return { ...named, to, unowned, leftAlone };
}

function differs(stands: Fact | undefined, wanted: Fact): boolean {
  if (stands === undefined) return true;
  const { props, owner, comment, acl } = wanted;
  return !isEqual(
    { props, owner, comment, acl },
    { props: stands.props, owner: stands.owner, comment: stands.comment, acl: stands.acl },
  );
}

type Named = Pick<Pairing, "from" | "renamed" | "named">;

function inSameNames(live: Model): Named {
  return { from: live, renamed: [], named: new Map() };
}

/** The live model with each fact under its new name; texts that only a rename changes count as changed already. */
function inNewNames(live: Model, wanted: Model, { pairs, reversed }: Renames): Named {
  const byAddress = new Map([...wanted.facts.values()].map((fact) => [`${fact.kind} ${fact.address}`, fact]));
  const wantedOf = (base: Fact): Fact | undefined => byAddress.get(`${base.kind} ${base.address}`);
  const free = freePairs(live, reversed);
  const asked = pairs.flatMap((pair) => {
    const [from, to] = [live.facts.get(pair.from), wanted.facts.get(pair.to)];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  const naming = new Naming({
    live,
    reversed,
    asked,
    free: new Map(free.map(({ from, to }) => [from.key, to])),
    wantedOf,
  });
  const translate = (fact: Fact): Fact => naming.translate(fact);
  const from = rekeyed(live, translate);
  const along = free.flatMap((pair) => {
    const to = wantedOf(pair.to);
    return to === undefined ? [] : [{ from: pair.from, to }];
  });
  const named = new Map([...live.facts.values()].map((fact) => [fact.key, translate(fact)] as const));
  return { from, renamed: [...asked, ...along], named: new Map([...named].filter(([key, fact]) => key !== fact.key)) };
}

function rekeyed(model: Model, translate: (fact: Fact) => Fact): Model {
  const keys = new Map([...model.facts.values()].map((fact) => [fact.key, translate(fact).key]));
  const key = (old: string): string => keys.get(old) ?? old;
  const back = new Map([...keys].map(([old, now]) => [now, old]));
  const names = { old: (now: string): string => back.get(now) ?? now, now: key };
  return {
    ...model,
    facts: new Map([...model.facts.values()].map((fact) => [key(fact.key), translate(fact)])),
    needs: renamed(model.needs, names),
    neededBy: renamed(model.neededBy, names),
    parts: new Map([...model.parts].map(([parent, parts]) => [key(parent), parts.map(key)])),
  };
}

/** Constraints, indexes and the like that differ by their name alone are renamed: nobody need be asked. */
function withRenames(asked: Named, pairs: Pairing["renamed"]): Named {
  if (pairs.length === 0) return asked;
  const byKey = new Map(pairs.map((pair) => [pair.from.key, pair.to]));
  const translate = (fact: Fact): Fact => {
    const parent = fact.parent === null ? null : (byKey.get(fact.parent)?.key ?? fact.parent);
    const to = byKey.get(fact.key);
    if (to === undefined && parent === fact.parent) return fact;
    if (to === undefined) return underParent({ ...fact, parent }, byKey.get(fact.parent ?? ""));
    return { ...fact, parent, key: to.key, name: to.name, schema: to.schema, relation: to.relation };
  };
  return { ...asked, from: rekeyed(asked.from, translate), renamed: [...asked.renamed, ...pairs] };
}

/** What bears the name of what it is a part of: that a column owns a sequence. */
function underParent(fact: Fact, parent: Fact | undefined): Fact {
  if (fact.kind !== "ownership" || parent === undefined) return fact;
  const named = { ...fact, schema: parent.schema, name: parent.name };
  return { ...named, key: keyOf(named) };
}

/** Without those whose new name is still somebody else's: they are made again when that one is gone. */
function withRoom(pairs: Pairing["renamed"], from: Model): Pairing["renamed"] {
  if (pairs.length === 0) return pairs;
  const leaving = new Set(pairs.map((pair) => pair.from.key));
  const slotsOf = (fact: Fact): readonly string[] => kinds[fact.kind].slots?.(fact) ?? [];
  const taken = new Set([...from.facts.values()].flatMap((fact) => (leaving.has(fact.key) ? [] : slotsOf(fact))));
  const free = pairs.filter(({ to }) => !slotsOf(to).some((slot) => taken.has(slot)));
  return free.length === pairs.length ? pairs : withRoom(free, from);
}

/** What stands in one model alone and in the other alone under another name, and is equal but for that. */
function freePairs(from: Model, to: Model): Pairing["renamed"] {
  const gone = [...from.facts.values()].filter((fact) => isFree(fact) && !to.facts.has(fact.key));
  const come = [...to.facts.values()].filter((fact) => isFree(fact) && !from.facts.has(fact.key));
  if (gone.length === 0 || come.length === 0) return [];
  const waiting = new Map([...Map.groupBy(come, placeOf)].map(([place, facts]) => [place, new Set(facts)]));
  return gone.flatMap((before) => {
    const candidates = waiting.get(placeOf(before));
    const after = [...(candidates ?? [])].find((fact) => isEqual(fact.props, before.props));
    if (after === undefined) return [];
    candidates?.delete(after);
    return [{ from: before, to: after }];
  });
}

function isFree(fact: Fact): boolean {
  const { renamesFreely, rename } = kinds[fact.kind];
  // The sequence of a serial column belongs to it, and follows its name.
  return rename !== undefined && (renamesFreely === true || (fact.kind === "sequence" && fact.parent !== null));
}

function placeOf(fact: Fact): string {
  return `${fact.kind} ${fact.parent ?? ""} ${fact.schema ?? ""}`;
}

/**
 * What nobody owns stays, unless it is a part of something that goes. A partition that nobody owns is let go of by a table
 * that goes, and keeps its rows; what it has by being a partition comes and goes with the table's.
 */
function unownedOf(from: Model, wanted: Model, { owned }: DiffOptions): readonly Fact[] {
  if (owned === undefined) return [];
  const gone = [...from.facts.values()].filter((fact) => !wanted.facts.has(fact.key));
  const goes = new Set<string>();
  for (const fact of gone) if (owned(fact)) goes.add(fact.key);
  const goesAlong = (key: string | null): boolean => {
    const fact = key === null ? undefined : from.facts.get(key);
    if (fact === undefined) return false;
    if (goes.has(fact.key) || goesAlong(fact.parent)) return true;
    if (fact.kind === "inheritance") return goesAlong(parentKey(fact));
    return aboveOf(fact, from).some((above) => goesAlong(above.key) && !goesAlong(above.parent));
  };
  return gone.filter((fact) => !goesAlong(fact.key));
}

/** What stands above something in the table that its own is a partition of. */
function aboveOf(fact: Fact, model: Model): readonly Fact[] {
  const above = inheritancesOf(fact.parent ?? "", model);
  if (!above.some((item) => inheritanceProps(item).bound !== undefined)) return [];
  const needs = [...(model.needs.get(fact.key) ?? [])].flatMap((key) => model.facts.get(key) ?? []);
  return needs.filter(({ kind, parent }) => kind === fact.kind && parent !== fact.parent);
}

/** What others own stays as it is, even where their files say otherwise. */
function withLeftAlone(wanted: Model, from: Model, { leftAlone }: DiffOptions): Model {
  if (leftAlone === undefined) return wanted;
  const facts = new Map<string, Fact>();
  for (const [key, fact] of wanted.facts) {
    const stands = from.facts.get(key);
    if (!leftAlone(fact)) facts.set(key, fact);
    else if (stands !== undefined) facts.set(key, stands);
    else if ((wanted.neededBy.get(key)?.size ?? 0) > 0) facts.set(key, fact);
  }
  return { ...wanted, facts };
}
