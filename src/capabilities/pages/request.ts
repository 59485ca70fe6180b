import type { IncomingHttpHeaders } from "node:http";

/** Values by name, without a prototype, so that no name is special. */
export type Fields = Readonly<Record<string, string>>;

/** What a page is asked: the first stage. */
export interface PageRequest {
  readonly method: "GET" | "POST";
  /** As it was sent, percent-encoded, without the query string. */
  readonly path: string;
  /** "?…" or "". */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  /** Values of the [name] segments. */
  readonly route: Fields;
  readonly query: Fields;
  /** The fields of a POST; empty otherwise. */
  readonly form: Fields;
}

/** No values at all. */
export const noFields: Fields = Object.freeze(Object.create(null) as Record<string, string>);

/** The fields of a query string, with or without its "?". */
export function queryFields(search: string): Fields {
  return search === "" || search === "?" ? noFields : fieldsOf(new URLSearchParams(search));
}

/**
 * Fields by name: the last of several wins, as a checkbox after its hidden default does; a name that ends in [] gives
 * a JSON array of all its values under the name without [].
 */
export function fieldsOf(entries: Iterable<readonly [string, string]>): Fields {
  const fields = Object.create(null) as Record<string, string>;
  const lists = new Map<string, string[]>();
  for (const [name, value] of entries) {
    if (!name.endsWith("[]")) fields[name] = value;
    else lists.set(name.slice(0, -2), [...(lists.get(name.slice(0, -2)) ?? []), value]);
  }
  for (const [name, values] of lists) fields[name] = JSON.stringify(values);
  return fields;
}

/** The cookies of a Cookie header by name, the first of several; values as they were sent (RFC 6265, 5.4). */
export function cookieFields(header: string | undefined): Fields {
  if (header === undefined) return noFields;
  const cookies = Object.create(null) as Record<string, string>;
  for (const pair of header.split(";")) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, equals)).trim();
    if (name !== "" && !(name in cookies)) cookies[name] = pair.slice(equals + 1).trim();
  }
  return cookies;
}
