import type { RawSettings } from "./config.ts";
import { readJson } from "./json.ts";
import { LocatedTable } from "./located-table.ts";
import { readToml } from "./toml.ts";

/** A whole file of settings, TOML or (by its name, .json) JSON, for `checkTable`; throws WD101 where it breaks the grammar. */
export function readSettings(text: string, file: string): RawSettings {
  const table = file.endsWith(".json") ? readJson(text, file) : readToml(text, file);
  return new LocatedTable(table, { source: text, name: "" });
}
