import { comparePackageVersions, type PackageVersion } from "../package-version.ts";
import type { Requirement } from "../requirement.ts";

/** One version of a package that could be taken, and what it needs then. */
export interface Candidate {
  readonly version: PackageVersion;
  readonly dependencies: ReadonlyMap<string, Requirement>;
}

/** Every package that can be reached, with all its versions; the order does not matter. */
export type Universe = ReadonlyMap<string, readonly Candidate[]>;

/** The versions that were chosen, by the package's name. */
export type Solution = ReadonlyMap<string, Candidate>;

/** Candidates of one package, oldest first. */
export function oldestFirst(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.toSorted((left, right) => comparePackageVersions(left.version, right.version));
}
