import type { PackageVersion, Requirement } from "../../../resolve/index.ts";
import type { Position } from "../../../errors/index.ts";

/** What scripts of a package are about, in the order in which they run. */
export type Phase = "type" | "table" | "function" | "view" | "trigger";

export const phases: readonly Phase[] = ["type", "table", "function", "view", "trigger"];

/** What another package is needed for, and where it comes from. */
export interface Dependency {
  readonly requirement: Requirement;
  /** Its folder, from this package's on; without one it is looked for among those that are given or deployed. */
  readonly path: string | undefined;
  readonly position: Position;
}

/** A package as its manifest describes it. */
export interface Manifest {
  readonly name: string;
  readonly version: PackageVersion;
  /** As it is written: "01_09_00" names another schema than "1.9.0". */
  readonly versionText: string;
  /** A versioned package has a schema for each version, side by side; a basic one is a schema of its own name. */
  readonly kind: "versioned" | "basic";
  /** Scope database: its scripts say themselves where their objects go. */
  readonly scope: "schema" | "database";
  readonly description: string | undefined;
  readonly license: string | undefined;
  readonly owner: string | undefined;
  readonly usage: readonly string[];
  readonly dependencies: ReadonlyMap<string, Dependency>;
  readonly paths: Readonly<Record<Phase, readonly string[]>>;
  /** The manifest itself, for errors that point into it. */
  readonly file: string;
  readonly source: string;
  position(path: readonly string[]): Position;
}

/** The schema that a package is deployed into; undefined for one of scope database. */
export function schemaOf({ name, versionText, kind, scope }: Manifest): string | undefined {
  if (scope === "database") return undefined;
  const plain = name.replaceAll("-", "_");
  return kind === "basic" ? plain : `${plain}_${versionText.replaceAll(/[^\w]/g, "_")}`;
}
