import type { QualifiedName } from "../../../catalog/index.ts";

declare const composed: unique symbol;

/**
 * SQL that is made of this program's own text, of names in quotes and of $1, $2, …: nothing else has this type.
 *
 * A string and no object, unlike `Sql`: parameters are numbered as they are added, so that composing a statement of a
 * request is nothing but joining strings.
 */
export type SqlText = string & { readonly [composed]: true };

/** Composes SQL; what is not SqlText is refused by its type. */
export function sql(strings: TemplateStringsArray, ...parts: readonly SqlText[]): SqlText {
  let text = strings[0] ?? "";
  for (let index = 0; index < parts.length; index++) text += parts[index] + (strings[index + 1] ?? "");
  return text as SqlText;
}

/** One behind the other. */
export function join(parts: readonly SqlText[], separator: SqlText = comma): SqlText {
  return parts.join(separator) as SqlText;
}

const comma = sql`, `;
export const nothing = sql``;

/** The parameters of one statement, in text format. */
export class Parameters {
  readonly values: (string | null)[] = [];
  readonly #shared = new Map<string, SqlText>();

  /** $1 and so on. */
  add(value: string | null): SqlText {
    return `$${this.values.push(value)}` as SqlText;
  }

  /**
   * The same parameter for the same value, where an expression stands in several clauses: Postgres takes `data->>$1` and
   * `data->>$2` for different ones, and refuses to sort distinct rows by the second.
   */
  share(value: string, purpose: "key" | "index" | "operand"): SqlText {
    const name = `${purpose} ${value}`;
    const known = this.#shared.get(name);
    if (known !== undefined) return known;
    const added = this.add(value);
    this.#shared.set(name, added);
    return added;
  }
}

const identifiers = new Map<string, SqlText>();
const maxIdentifiers = 20_000;
/** Postgres has no longer ones. */
const maxKeptLength = 64;

/**
 * A name in quotes. Unlike `quoteIdentifier` it refuses nothing: names come from requests, and Postgres says best what
 * is wrong with one; what follows a NUL is dropped, as no name can hold one.
 */
export function identifier(name: string): SqlText {
  const known = identifiers.get(name);
  if (known !== undefined) return known;
  const end = name.indexOf("\0");
  const quoted = `"${(end === -1 ? name : name.slice(0, end)).replaceAll('"', '""')}"` as SqlText;
  // Names of the catalog are few, and short; those that requests make up must not fill the memory.
  if (name.length > maxKeptLength) return quoted;
  if (identifiers.size >= maxIdentifiers) identifiers.clear();
  identifiers.set(name, quoted);
  return quoted;
}

/** A name with its schema; an alias has none. */
export function qualified({ schema, name }: QualifiedName): SqlText {
  return schema === "" ? identifier(name) : sql`${identifier(schema)}.${identifier(name)}`;
}

/** A column, or all of them for "*". */
export function column(qualifier: QualifiedName, name: string): SqlText {
  return name === "*" ? sql`${qualified(qualifier)}.*` : sql`${qualified(qualifier)}.${identifier(name)}`;
}

/** A type, or a default's expression, as Postgres itself wrote it down: never text of a request. */
export function fromCatalog(text: string): SqlText {
  return text as SqlText;
}

/** An operator of the catalog, whatever the search_path is. */
export function operatorSql({ schema, name }: QualifiedName): SqlText {
  return sql`operator(${identifier(schema)}.${fromCatalog(name)})`;
}

/**
 * A type that a request casts to: words alone, unquoted, since int and double precision are no names of types to
 * Postgres. Between `as` and `)` of a cast its grammar takes a type and nothing else; what is not words is quoted.
 */
export function castType(name: string): SqlText {
  return /^[\p{L}_][\p{L}\p{N}_$]*( [\p{L}_][\p{L}\p{N}_$]*)*$/u.test(name) ? (name as SqlText) : identifier(name);
}

/** An array as Postgres reads it: {"a","b"}. */
export function arrayLiteral(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`);
  return `{${quoted.join(",")}}`;
}
