import type { Node } from "libpg-query";
import { nameIdentity, typeIdentity } from "./syntax.ts";

/** What a statement names, as far as its syntax tells: who must exist before it. */
export interface References {
  /** Relations (and the row types of relations): public.entry. */
  readonly relations: ReadonlySet<string>;
  readonly calls: readonly Call[];
  /** Names that may be a call in disguise (`row.fn` is `fn(row)`); followed only where that makes no circle. */
  readonly columns: ReadonlySet<string>;
  /** True when a `*` is expanded while the statement runs: a new column of what it selects from changes it. */
  readonly star: boolean;
}

/** A call of a routine: public.sign with two arguments; -1 where the number is not told. */
export interface Call {
  readonly name: string;
  readonly arguments: number;
}

/** Walks a syntax tree; names of common table expressions are not relations where they are in scope. */
export function referencesOf(tree: Node): References {
  const found = { relations: new Set<string>(), calls: [] as Call[], columns: new Set<string>(), star: false };
  walk(tree, new Set(), found);
  return found;
}

interface Found {
  readonly relations: Set<string>;
  readonly calls: Call[];
  readonly columns: Set<string>;
  star: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

function walk(value: unknown, scope: ReadonlySet<string>, found: Found): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, scope, found);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const node = value as Fields;
  record(node, scope, found);
  const inner = withScope(node, scope, found);
  for (const [key, child] of Object.entries(node)) {
    if (key !== "withClause") walk(child, inner, found);
  }
}

/** Walks the queries of a WITH clause, each seeing those before it; returns the scope of what the clause belongs to. */
function withScope(node: Fields, scope: ReadonlySet<string>, found: Found): ReadonlySet<string> {
  const clause = node["withClause"] as { ctes?: Node[]; recursive?: boolean } | undefined;
  if (clause === undefined) return scope;
  const inner = new Set(scope);
  const ctes = (clause.ctes ?? []).flatMap((cte) => ("CommonTableExpr" in cte ? [cte.CommonTableExpr] : []));
  if (clause.recursive === true) for (const cte of ctes) inner.add(cte.ctename ?? "");
  for (const cte of ctes) {
    walk(cte.ctequery, new Set(inner), found);
    inner.add(cte.ctename ?? "");
  }
  return inner;
}

function record(node: Fields, scope: ReadonlySet<string>, found: Found): void {
  if ("A_Star" in node) found.star = true;
  if (typeof node["relname"] === "string") recordRelation(node, node["relname"], scope, found);
  if (Array.isArray(node["funcname"]) && "funcformat" in node) recordCall(node, found);
  if (Array.isArray(node["names"]) && "typemod" in node) recordType(node, found);
  if (Array.isArray(node["fields"])) recordColumn(node["fields"], found);
  if ("TypeCast" in node) recordNameCast(node["TypeCast"] as Fields, found);
}

function recordRelation(node: Fields, name: string, scope: ReadonlySet<string>, found: Found): void {
  const schema = node["schemaname"];
  if (typeof schema === "string") found.relations.add(nameIdentity([schema, name]));
  else if (!scope.has(name)) found.relations.add(nameIdentity([name]));
}

function recordCall(node: Fields, found: Found): void {
  const args = Array.isArray(node["args"]) ? node["args"].length : 0;
  found.calls.push({ name: nameIdentity(texts(node["funcname"])), arguments: args });
}

/** A type may be the row type of a relation; `entry.id%type` is a column's. */
function recordType(node: Fields, found: Found): void {
  const names = texts(node["names"]);
  const type = node["pct_type"] === true ? names.slice(0, -1) : names;
  if (type.length > 0) found.relations.add(nameIdentity(type));
}

function recordColumn(fields: readonly unknown[], found: Found): void {
  const name = texts(fields).at(-1);
  if (name !== undefined && fields.length > 1) found.columns.add(name);
}

/** 'public.entry'::regclass and 'public.sign'::regproc are resolved when the statement runs. */
function recordNameCast(cast: Fields, found: Found): void {
  const type = typeIdentity(cast["typeName"] as Parameters<typeof typeIdentity>[0]);
  const text = (cast["arg"] as { A_Const?: { sval?: { sval?: string } } } | undefined)?.A_Const?.sval?.sval;
  if (text === undefined || !/^reg(?:class|type|proc|procedure)$/.test(type)) return;
  const names = text
    .replace(/\(.*$/s, "")
    .split(".")
    .map((part) => part.trim());
  if (type.startsWith("regproc")) found.calls.push({ name: nameIdentity(names), arguments: -1 });
  else found.relations.add(nameIdentity(names));
}

function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    const text = (item as { String?: { sval?: string } }).String?.sval;
    return text === undefined ? [] : [text];
  });
}
