import type { Action, Fact, Model } from "../../../src/diff/index.ts";
import { parentKey } from "../../../src/diff/kinds/lineage.ts";

/** What is gone, or changed, and no action of the plan said so. */
export function lostUnsaid(
  plan: readonly Action[],
  from: Model,
  to: Model,
  changed: readonly string[],
): { readonly cause: string; readonly detail: string } | undefined {
  const said = plan.flatMap(({ loss }) => (loss === undefined ? [] : [loss]));
  const names = said.flatMap(({ name }) => [path(name).join(" "), ...wholes(path(name).join(" "), from)]);
  const isSaid = (name: string): boolean =>
    [path(name).join(" "), ...wholeColumns(path(name), from)].some((one) =>
      names.some((other) => `${one} `.startsWith(`${other} `)),
    );
  const facts = [...from.facts.values()].filter((fact) => holdsValues(fact) && !to.facts.has(fact.key));
  const gone = facts.map(({ kind, key }) => key.slice(kind.length + 1)).filter((name) => !isSaid(name));
  if (gone.length > 0) return { cause: "gone without a word", detail: gone.join("\n") };
  const reshaped = reshapedColumns(from, to);
  const isExpected = (name: string): boolean =>
    isSaid(name) || isComputed(name, from) || reshaped.has(path(name).join(" "));
  const other = changed.filter((name) => !isExpected(name) && !isElsewhere(name, changed, from, to));
  return other.length === 0 ? undefined : { cause: "changed without a word", detail: other.join("\n") };
}

/**
 * Columns whose values change their text along with a type that is made again: a composite type with other attributes, a domain
 * over another type, and what is made of either.
 */
function reshapedColumns(from: Model, to: Model): ReadonlySet<string> {
  const types = new Set([...from.facts.values()].filter((fact) => isReshaped(fact, from, to)).map(({ key }) => key));
  for (let size = -1; size !== types.size;) {
    size = types.size;
    for (const key of [...types].flatMap((type) => [...(from.neededBy.get(type) ?? [])])) {
      const fact = from.facts.get(key);
      if (fact?.kind === "domain" || fact?.kind === "range") types.add(key);
      if (fact?.kind === "attribute" && fact.parent !== null) types.add(fact.parent);
    }
  }
  const columns = [...types].flatMap((type) => [...(from.neededBy.get(type) ?? [])]).map((key) => from.facts.get(key));
  return new Set(columns.flatMap((fact) => (fact?.kind === "column" ? [pathOf(fact)] : [])));
}

function isReshaped(fact: Fact, from: Model, to: Model): boolean {
  const after = to.facts.get(fact.key);
  if (after === undefined) return false;
  if (fact.kind === "domain") return fact.props["type"] !== after.props["type"];
  return fact.kind === "composite type" && shapeOf(fact, from) !== shapeOf(after, to);
}

function shapeOf({ key }: Fact, { parts, facts }: Model): string {
  return (parts.get(key) ?? []).map((part) => `${part} ${String(facts.get(part)?.props["type"])}`).join();
}

/** Rows that go with a partition which is detached, or that are spread anew over partitions: the whole has them all. */
function isElsewhere(name: string, changed: readonly string[], from: Model, to: Model): boolean {
  const table = path(name).slice(0, 2).join(" ");
  const above = wholes(table, from);
  if (above.length > 0) return !changed.some((other) => above.includes(path(other).join(" ")));
  return partsOf(table, from) !== partsOf(table, to);
}

function partsOf(table: string, model: Model): string {
  const parts = [...model.facts.values()].filter((fact) => fact.kind === "inheritance" && wholeOf(fact) === table);
  return parts
    .map(({ key }) => key)
    .toSorted()
    .join();
}

/** The same column of what a partition, or a child, belongs to. */
function wholeColumns([schema = "", relation = "", ...column]: readonly string[], from: Model): readonly string[] {
  return wholes([schema, relation].join(" "), from).map((whole) => [whole, ...column].join(" "));
}

/** What a partition held, the whole held. */
function wholes(name: string, from: Model): readonly string[] {
  return [...from.facts.values()].flatMap((fact) => {
    if (fact.kind !== "inheritance" || [fact.schema, fact.relation].join(" ") !== name) return [];
    const whole = wholeOf(fact);
    return [whole, ...wholes(whole, from)];
  });
}

function wholeOf(inheritance: Fact): string {
  return path(parentKey(inheritance).slice("table ".length)).join(" ");
}

function holdsValues({ kind, props }: Fact): boolean {
  if (kind === "table") return true;
  if (kind !== "column" || props["of"] !== undefined || props["generated"] !== undefined) return false;
  return props["inherited"] !== true || props["local"] === true;
}

/** Values that come from others change with them. */
function isComputed(name: string, from: Model): boolean {
  const wanted = path(name).join(" ");
  return [...from.facts.values()].some(
    (fact) => fact.kind === "column" && fact.props["generated"] !== undefined && pathOf(fact) === wanted,
  );
}

function pathOf({ schema, relation, name }: Fact): string {
  return [schema, relation, name].join(" ");
}

/** `public."a b".c integer` → its names. */
function path(name: string): readonly string[] {
  const names = /^(?:"(?:[^"]|"")*"|[^". ]+)(?:\.(?:"(?:[^"]|"")*"|[^". ]+))*/.exec(name)?.[0] ?? "";
  return [...names.matchAll(/"((?:[^"]|"")*)"|([^".]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}
