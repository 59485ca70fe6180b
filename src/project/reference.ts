import { AppError } from "../errors/index.ts";
import type { TomlNode, TomlTable } from "./toml.ts";

/** Environment variables by name; process.env is one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** In the place of a value that is not looked up: that of an environment which is checked, but not active. */
export class UnresolvedReference {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** How `{ env = "NAME" }` is replaced: by the variable's value, or, without an environment, by a placeholder. */
export interface References {
  readonly environment: Environment | undefined;
  readonly source: string;
  readonly problems: AppError[];
}

/**
 * A table with each `{ env = "NAME" }` replaced by the variable's value; WD104 is added for each that is not set.
 *
 * A table whose only key is `env` means that everywhere, in the tables of capabilities too.
 */
export function resolveReferences(table: TomlTable, references: References): TomlTable {
  const entries = Array.from(table.entries, ([key, entry]) => {
    return [key, { ...entry, node: resolveNode(entry.node, references) }] as const;
  });
  return { ...table, entries: new Map(entries) };
}

function resolveNode(node: TomlNode, references: References): TomlNode {
  if (node.kind === "array") return { ...node, items: node.items.map((item) => resolveNode(item, references)) };
  if (node.kind !== "table") return node;
  const name = referenceName(node);
  return name === undefined ? resolveReferences(node, references) : lookUp(node, name, references);
}

function referenceName(table: TomlTable): string | undefined {
  const node = table.entries.get("env")?.node;
  return table.entries.size === 1 && node?.kind === "string" ? String(node.value) : undefined;
}

function lookUp(table: TomlTable, name: string, { environment, source, problems }: References): TomlNode {
  const reference = { kind: "string", at: table.at, fromEnvironment: true } as const;
  if (environment === undefined) return { ...reference, value: new UnresolvedReference(name) };
  const value = environment[name];
  if (value !== undefined && value !== "") return { ...reference, value };
  problems.push(
    new AppError("WD104", `the environment variable ${name} is ${value === undefined ? "not set" : "empty"}`, {
      position: table.at,
      source,
      hint: `set ${name} where howdah is started, or write ${name}=… into .env beside howdah.toml`,
    }),
  );
  return { ...reference, value: new UnresolvedReference(name) };
}
