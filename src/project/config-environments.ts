import { AppError, didYouMean } from "../errors/index.ts";
import { configKeys, plainEnvironments } from "./config-keys.ts";
import { spellOut } from "./merge-tables.ts";
import type { TomlEntry, TomlTable } from "./toml.ts";

/** A document taken apart: what always applies, and what applies in one environment. */
export interface ConfigLayers {
  readonly base: TomlTable;
  readonly environments: ReadonlyMap<string, TomlTable>;
}

interface Reader {
  readonly text: string;
  readonly problems: AppError[];
}

/** The base of howdah.toml and its [environments.NAME], short forms spelled out; adds WD103 where one is no table. */
export function splitEnvironments(document: TomlTable, { text, problems }: Reader): ConfigLayers {
  const base = spellOut(withoutEnvironments(document), configKeys);
  const entry = document.entries.get("environments");
  const environments = new Map<string, TomlTable>();
  if (entry === undefined) return { base, environments };
  const notATable = ({ at }: TomlEntry, what: string): void => {
    problems.push(new AppError("WD103", `${what}: expected a table`, { position: at, source: text }));
  };
  if (entry.node.kind !== "table") notATable(entry, '"environments"');
  else {
    for (const [name, inner] of entry.node.entries) {
      if (inner.node.kind === "table") environments.set(name, spellOut(inner.node, configKeys));
      else notATable(inner, `"environments.${name}"`);
    }
  }
  return { base, environments };
}

/** Adds WD109 where an environment is asked for that neither has a table nor always exists. */
export function checkEnvironment(name: string, tables: ReadonlyMap<string, TomlTable>, problems: AppError[]): void {
  const known = new Set([...plainEnvironments, ...tables.keys()]);
  if (known.has(name)) return;
  problems.push(
    new AppError("WD109", `the environment "${name}" is not known`, {
      hint: didYouMean(name, known) ?? `known are ${[...known].join(", ")}; add [environments.${name}] to howdah.toml`,
    }),
  );
}

function withoutEnvironments(document: TomlTable): TomlTable {
  const entries = new Map(document.entries);
  entries.delete("environments");
  return { ...document, entries };
}
