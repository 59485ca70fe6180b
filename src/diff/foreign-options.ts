import { quoteLiteral } from "../postgres/index.ts";
import { ident } from "./name.ts";

/** Options of wrappers, servers, mappings, foreign tables: `{ host: "db" }`. Their values may be secrets. */
export type ForeignOptions = Readonly<Record<string, string>>;

/** ` options (host 'db', port '5432')`, with the space before it; empty where there are none. */
export function foreignOptions(options: ForeignOptions): string {
  const list = Object.entries(options).map(written);
  return list.length === 0 ? "" : ` options (${list.join(", ")})`;
}

/** ` options (add host 'db', set port '5432', drop dbname)`; empty where nothing differs. */
export function changedForeignOptions(from: ForeignOptions, to: ForeignOptions): string {
  const list = [
    ...Object.keys(from)
      .filter((name) => to[name] === undefined)
      .map((name) => `drop ${ident(name)}`),
    ...Object.entries(to)
      .filter(([name, value]) => from[name] !== value)
      .map((entry) => `${from[entry[0]] === undefined ? "add" : "set"} ${written(entry)}`),
  ];
  return list.length === 0 ? "" : ` options (${list.join(", ")})`;
}

function written([name, value]: readonly [string, string]): string {
  return `${ident(name)} ${quoteLiteral(value).trimStart()}`;
}
