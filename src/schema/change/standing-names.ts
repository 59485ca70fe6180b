import { ident, keyOf, qualified, type Diff, type Fact, type FactKind, type Model } from "../../diff/index.ts";
import { loadParser } from "../parser.ts";
import type { Intent } from "./intent.ts";

/** Says of a query in the names of the files how it reads in those that the database has before anything is renamed. */
export type StandingNames = (query: string) => string;

/** What renames things. */
interface Renaming {
  readonly diff: Pick<Diff, "named" | "renamed">;
  readonly live: Model;
  readonly intent: Pick<Intent, "labels">;
}

const relations: readonly FactKind[] = ["table", "foreign table", "view", "materialized view", "sequence"];
const types: readonly FactKind[] = ["enum", "domain", "composite type", "range", "base type", "table"];
const routines: ReadonlySet<FactKind> = new Set(["function", "procedure", "aggregate"]);

/**
 * The names that things have before a change renames them. So the rows can be asked ahead of it, when nothing is locked
 * yet: a renamed table, or one with a renamed column, becomes a subquery that bears the new names.
 */
export async function standingNames({ diff, live, intent }: Renaming): Promise<StandingNames> {
  if (diff.named.size === 0 && diff.renamed.length === 0 && intent.labels.length === 0) return (query) => query;
  const parse = await loadParser();
  const old = new OldNames({ diff, live, intent });
  return (query) => {
    const edits: Edit[] = [];
    collect(parse(query).stmts ?? [], old, (at, edit) => edits.push(editAt(query, at, edit)));
    return edits
      .toSorted((one, other) => other.start - one.start)
      .reduce((text, { start, end, text: now }) => text.slice(0, start) + now + text.slice(end), query);
  };
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What stands in the place of a qualified name; `only`: takes the word before it along. */
interface Replacement {
  readonly text: string;
  readonly only?: boolean;
}

/** A name, or a literal. */
const token =
  /(?:(?:"(?:[^"]|"")*"|[\w$\u0080-\uFFFF]+)(?:\s*\.\s*(?:"(?:[^"]|"")*"|[\w$\u0080-\uFFFF]+))*|'(?:[^']|'')*')/y;

/** The parser counts bytes. */
function editAt(query: string, byte: number, { text, only = false }: Replacement): Edit {
  const start = Buffer.from(query).subarray(0, byte).toString().length;
  token.lastIndex = start;
  const end = start + (token.exec(query)?.[0].length ?? 0);
  const before = only ? (/\bonly\s*$/i.exec(query.slice(0, start))?.[0].length ?? 0) : 0;
  return { start: start - before, end, text };
}

type Tree = Readonly<Record<string, unknown>>;
type OnEdit = (byte: number, edit: Replacement) => void;

/** Looks through a syntax tree for names that are to be. */
function collect(node: unknown, old: OldNames, onEdit: OnEdit): void {
  if (Array.isArray(node)) for (const item of node) collect(item, old, onEdit);
  if (typeof node !== "object" || node === null || Array.isArray(node)) return;
  for (const [name, value] of Object.entries(node as Tree)) {
    if (typeof value === "object" && value !== null) look(name, value as Tree, old, onEdit);
    collect(value, old, onEdit);
  }
}

function look(name: string, node: Tree, old: OldNames, onEdit: OnEdit): void {
  const at = Number(node["location"] ?? 0);
  const tell = (edit: Replacement | undefined): void => {
    if (edit !== undefined) onEdit(at, edit);
  };
  if (name === "RangeVar") tell(old.relation(node));
  else if (name === "FuncCall") tell(old.routine(partsOf(node["funcname"])));
  else if (name === "typeName") tell(old.type(partsOf(node["names"])));
  else if (name === "TypeCast") {
    const { location, label } = constantOf(node["arg"]);
    const edit = label === undefined ? undefined : old.label(partsOf((node["typeName"] as Tree)["names"]), label);
    if (edit !== undefined) onEdit(location, edit);
  }
}

function partsOf(names: unknown): readonly string[] {
  if (!Array.isArray(names)) return [];
  return names.map((item: { readonly String?: { readonly sval?: string } }) => item.String?.sval ?? "");
}

function constantOf(node: unknown): { readonly location: number; readonly label: string | undefined } {
  const { A_Const: constant } = (node ?? {}) as { A_Const?: { location?: number; sval?: { sval?: string } } };
  return { location: constant?.location ?? 0, label: constant?.sval?.sval };
}

/** The way back from the names that are to be. */
class OldNames {
  private readonly standing = new Map<string, Fact>();
  private readonly change: Renaming;

  constructor(change: Renaming) {
    this.change = change;
    for (const [key, { key: now }] of change.diff.named) this.add(now, change.live.facts.get(key));
    for (const { from, to } of change.diff.renamed) this.add(to.key, change.live.facts.get(from.key));
  }

  private add(now: string, fact: Fact | undefined): void {
    if (fact !== undefined && !this.standing.has(now)) this.standing.set(now, fact);
  }

  relation(node: Tree): Replacement | undefined {
    const { schemaname: schema = "", relname: name = "" } = node as { schemaname?: string; relname?: string };
    const fact = this.find(relations, schema, name);
    if (fact === undefined) return undefined;
    const alias = node["alias"] === undefined ? ` as ${ident(name)}` : "";
    if (fact.kind === "sequence") return fact.name === name ? undefined : { text: `${nameOf(fact)}${alias}` };
    const columns = this.columnsOf(fact);
    if (columns.every(({ old, now }) => old === now))
      return fact.name === name && fact.schema === schema ? undefined : { text: `${nameOf(fact)}${alias}` };
    const list = columns.map(({ old, now }) => (old === now ? ident(old) : `${ident(old)} as ${ident(now)}`));
    const only = node["inh"] !== true;
    return { text: `(select ${list.join(", ")} from ${only ? "only " : ""}${nameOf(fact)})${alias}`, only };
  }

  private columnsOf(fact: Fact): readonly { readonly old: string; readonly now: string }[] {
    const { live, diff } = this.change;
    return (live.parts.get(fact.key) ?? [])
      .flatMap((key) => live.facts.get(key) ?? [])
      .filter(({ kind }) => kind === "column")
      .toSorted((one, other) => numberOf(one) - numberOf(other))
      .map((column) => ({ old: column.name, now: diff.named.get(column.key)?.name ?? column.name }));
  }

  type([schema = "", name]: readonly string[]): Replacement | undefined {
    return name === undefined ? undefined : renamedTo(this.find(types, schema, name), schema, name);
  }

  routine([schema = "", name]: readonly string[]): Replacement | undefined {
    if (name === undefined) return undefined;
    const found = [...this.change.diff.named].find(
      ([, to]) => routines.has(to.kind) && to.schema === schema && to.name === name,
    );
    return found && renamedTo(this.change.live.facts.get(found[0]), schema, name);
  }

  label([schema = "", name = ""]: readonly string[], label: string): Replacement | undefined {
    const key = keyOf({ kind: "enum", schema, relation: null, name, args: null });
    const found = this.change.intent.labels.find(({ type, to }) => type === key && to === label);
    return found && { text: `'${found.from.replaceAll("'", "''")}'` };
  }

  private find(kinds: readonly FactKind[], schema: string, name: string): Fact | undefined {
    for (const kind of kinds) {
      const key = keyOf({ kind, schema, relation: null, name, args: null });
      const fact = this.standing.get(key) ?? this.change.live.facts.get(key);
      if (fact !== undefined) return fact;
    }
    return undefined;
  }
}

function renamedTo(fact: Fact | undefined, schema: string, name: string): Replacement | undefined {
  return fact === undefined || (fact.schema === schema && fact.name === name) ? undefined : { text: nameOf(fact) };
}

function nameOf({ schema, name }: Fact): string {
  return qualified(schema, name);
}

/** `class/oid/column` */
function numberOf({ address }: Fact): number {
  return Number(address.split("/").at(-1));
}
