import { quoteLiteral } from "../postgres/index.ts";

/** Storage parameters as props hold them: `{ fillfactor: "70", "toast.autovacuum_enabled": "false" }`. */
export type RelationOptions = Readonly<Record<string, string>>;

/** ` with (fillfactor = 70)`, with the space before it; empty where there are none. */
export function withOptions(options: RelationOptions): string {
  const list = Object.entries(options).map(written);
  return list.length === 0 ? "" : ` with (${list.join(", ")})`;
}

/** What follows ALTER VIEW public.v: `set (fillfactor = 70)`, `reset (autovacuum_enabled)`. */
export function changedOptions(from: RelationOptions, to: RelationOptions): readonly string[] {
  const set = Object.entries(to).filter(([name, value]) => from[name] !== value);
  const reset = Object.keys(from).filter((name) => to[name] === undefined);
  return [
    ...(set.length === 0 ? [] : [`set (${set.map(written).join(", ")})`]),
    ...(reset.length === 0 ? [] : [`reset (${reset.join(", ")})`]),
  ];
}

function written([name, value]: readonly [string, string]): string {
  return `${name} = ${/^(?:[a-z_]+|-?\d+(?:\.\d+)?)$/.test(value) ? value : quoteLiteral(value).trimStart()}`;
}
