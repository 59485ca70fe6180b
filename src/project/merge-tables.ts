import type { TableKeys } from "./table-keys.ts";
import type { TomlEntry, TomlNode, TomlTable } from "./toml.ts";

/** Two tables as one: where both have a key, tables are merged and everything else is the overlay's. */
export function mergeTables(base: TomlTable, overlay: TomlTable): TomlTable {
  const entries = new Map<string, TomlEntry>(base.entries);
  for (const [key, entry] of overlay.entries) {
    const before = entries.get(key);
    const both = before?.node.kind === "table" && entry.node.kind === "table";
    entries.set(key, both ? { ...entry, node: mergeTables(before.node, entry.node) } : entry);
  }
  return { ...base, entries };
}

/** A table with its short forms spelled out (`postgres = "18"` → version = "18"), so that merging sees tables. */
export function spellOut(table: TomlTable, keys: TableKeys): TomlTable {
  const entries = Array.from(table.entries, ([name, entry]) => {
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    const short = key?.type === "table" ? key.short : undefined;
    if (short === undefined || !isShort(entry.node)) return [name, entry] as const;
    const node: TomlTable = { kind: "table", at: entry.at, entries: new Map([[short, entry]]) };
    return [name, { ...entry, node }] as const;
  });
  return { ...table, entries: new Map(entries) };
}

/** A table without the keys of the given paths. */
export function withoutPaths(table: TomlTable, paths: readonly (readonly string[])[]): TomlTable {
  return paths.reduce((rest, path) => withoutPath(rest, path), table);
}

function withoutPath(table: TomlTable, [key = "", ...rest]: readonly string[]): TomlTable {
  const entry = table.entries.get(key);
  if (entry === undefined) return table;
  const entries = new Map(table.entries);
  if (rest.length === 0) entries.delete(key);
  else if (entry.node.kind === "table") entries.set(key, { ...entry, node: withoutPath(entry.node, rest) });
  return { ...table, entries };
}

// { env = "NAME" } stands for a string, so it is a short form as well.
function isShort(node: TomlNode): boolean {
  if (node.kind === "table") return node.entries.size === 1 && node.entries.has("env");
  return node.kind !== "array";
}
