import { compareDebianVersions } from "./version.ts";

/** One package that would do, and the versions of it that would. */
export interface Dependency {
  readonly name: string;
  readonly relation?: "<<" | "<=" | "=" | ">=" | ">>";
  readonly version?: string;
}

/** Alternatives ("a | b"): one of them must be there. */
export type Alternatives = readonly Dependency[];

/**
 * Reads a dependency field: "libc6 (>= 2.38), debconf | debconf-2.0, python3:any".
 *
 * Source: Debian Policy Manual, 7.1. Architecture qualifiers (":any") are dropped: one architecture is installed.
 */
export function parseDependencies(field: string | undefined): readonly Alternatives[] {
  if (!field) return [];
  return field
    .split(",")
    .map((group) => group.split("|").flatMap(parseDependency))
    .filter((group) => group.length > 0);
}

/** True when this version of the package is one that the dependency means. */
export function allows(dependency: Dependency, version: string): boolean {
  if (dependency.relation === undefined || dependency.version === undefined) return true;
  const order = compareDebianVersions(version, dependency.version);
  switch (dependency.relation) {
    case "<<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "=":
      return order === 0;
    case ">=":
      return order >= 0;
    case ">>":
      return order > 0;
    default:
      return dependency.relation satisfies never;
  }
}

/** As it stands in the control file, for messages. */
export function formatAlternatives(alternatives: Alternatives): string {
  return alternatives
    .map(({ name, relation, version }) => (relation ? `${name} (${relation} ${version})` : name))
    .join(" | ");
}

function parseDependency(text: string): readonly Dependency[] {
  const match = /^\s*([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\s*(?:\(\s*(<<|<=|=|>=|>>)\s*([^\s)]+)\s*\))?/.exec(text);
  if (!match?.[1]) return [];
  const [, name, relation, version] = match;
  return [{ name, ...(relation && version && { relation: relation as NonNullable<Dependency["relation"]>, version }) }];
}
