import { planDiff, type Action, type Fact, type Model } from "../../diff/index.ts";

/** How files are written from a database. */
export interface WriteFilesOptions {
  /** What is to be written: all of it when undefined. Parts come with what they belong to. */
  readonly of?: ((fact: Fact) => boolean) | undefined;
  /** The role that will make it all again: what belongs to it needs no `owner to`. */
  readonly role: string;
  /** Migrations may have made it: each definition says that its file takes it over, which means nothing where none has. */
  readonly adopt?: boolean | undefined;
}

/**
 * The files of schema/ and functions/ that a database could have been made from: a table with all that belongs to it is a
 * file, so is a routine with its overloads, or a view; types, extensions and the rest are grouped.
 */
export function writeFiles(model: Model, options: WriteFilesOptions): ReadonlyMap<string, string> {
  const { of = () => true, role, adopt = false } = options;
  const { actions } = planDiff(without(model, of), model, { role });
  const texts = new Map<string, string[]>();
  for (const action of actions) {
    const file = placeOf(action, model);
    const statements = action.statements.map((statement) => `${statement.trim()};\n`);
    const [made, ...rest] = statements;
    // Schemas and extensions are there or not, whoever made them.
    const first = adopt
      ? made?.replace(/^create (schema|extension) (?!if not exists )/, "create $1 if not exists ")
      : made;
    const mark = adopt && isAdoptable(action, file) ? "-- @adopt\n" : "";
    texts.set(file, [...(texts.get(file) ?? []), ...(first === undefined ? [] : [mark + first]), ...rest]);
  }
  return new Map([...texts].map(([file, statements]) => [file, joined(statements)]));
}

/** In schema/ what makes something of its own: all else goes with it. In functions/ each statement speaks for itself. */
function isAdoptable({ verb, to }: Action, file: string): boolean {
  if (verb !== "create" || to === undefined) return false;
  if (file.startsWith("functions/")) return true;
  return ownFile.has(to.kind) || reloaded.has(to.kind) || types.has(to.kind) || to.kind === "sequence";
}

/** What every database has from its first moment is not written down: the schema public, PL/pgSQL. */
const inborn = new Set(["schema public", "extension plpgsql"]);

/** The same database before the facts were made. */
function without(model: Model, of: (fact: Fact) => boolean): Model {
  const stays = (fact: Fact): boolean => {
    if (inborn.has(fact.key)) return true;
    const parent = fact.parent === null ? undefined : model.facts.get(fact.parent);
    return parent === undefined ? !of(fact) : stays(parent) && !of(fact);
  };
  return { ...model, facts: new Map([...model.facts].filter(([, fact]) => stays(fact))) };
}

/** Short statements of one kind (grants, comments) stand together; a blank line parts all else. */
function joined(statements: readonly string[]): string {
  return statements
    .map((statement, index) => {
      const before = statements[index - 1];
      if (before === undefined) return statement;
      return isShort(before) && isShort(statement) && firstWord(before) === firstWord(statement)
        ? statement
        : `\n${statement}`;
    })
    .join("");
}

function isShort(statement: string): boolean {
  return statement.indexOf("\n") === statement.length - 1;
}

function firstWord(statement: string): string {
  return statement.split(" ", 1)[0] ?? "";
}

/** Files of functions/ say nothing of owners. */
function placeOf(action: Action, model: Model): string {
  const file = fileOf(action, model);
  return action.aspect === "owner" && file.startsWith("functions/") ? "schema/owners.sql" : file;
}

function fileOf(action: Action, model: Model): string {
  const fact = outermost(action.to ?? action.from, model);
  if (fact === undefined) return "schema/schema.sql";
  const folder = fact.schema === null || fact.schema === "public" ? "" : `${fileName(fact.schema)}/`;
  if (ownFile.has(fact.kind)) return `schema/${folder}${fileName(fact.name)}.sql`;
  if (reloaded.has(fact.kind)) return `functions/${folder}${fileName(fact.name)}.sql`;
  return `schema/${folder}${types.has(fact.kind) ? "types" : pluralOf(fact.kind)}.sql`;
}

const ownFile: ReadonlySet<Fact["kind"]> = new Set(["table", "foreign table"]);
const reloaded: ReadonlySet<Fact["kind"]> = new Set([
  "view",
  "materialized view",
  "function",
  "procedure",
  "aggregate",
]);
const types: ReadonlySet<Fact["kind"]> = new Set([
  "enum",
  "domain",
  "composite type",
  "range",
  "base type",
  "shell type",
]);

/** `event trigger` → event_triggers; what is a plural stays. */
function pluralOf(kind: Fact["kind"]): string {
  const words = kind.replaceAll(" ", "_");
  return words.endsWith("s") ? words : words.replace(/y$/, "ie").concat("s");
}

/** The table of a trigger, the table of a column's own sequence. */
function outermost(fact: Fact | undefined, model: Model): Fact | undefined {
  let top = fact;
  for (let parent = top?.parent ?? null; parent !== null; parent = top?.parent ?? null) {
    const above = model.facts.get(parent);
    if (above === undefined) break;
    top = above;
  }
  return top;
}

/** A name that every file system takes. */
function fileName(name: string): string {
  return /^[\w.-]+$/.test(name) && !name.startsWith(".") ? name : encodeURIComponent(name).replaceAll(/[*%.]/g, "_");
}
