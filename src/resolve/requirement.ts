import { AppError } from "../errors/index.ts";
import { comparePackageVersions, readPackageVersion, type PackageVersion } from "./package-version.ts";

/** Which versions of a package will do: any of the alternatives, each of which is met by meeting all its bounds. */
export interface Requirement {
  readonly alternatives: readonly (readonly Bound[])[];
  /** As it was written. */
  readonly text: string;
  /** True where every pre-release within the bounds will do. */
  readonly pre?: boolean | undefined;
}

/** One comparison; every range is written in these four. */
export interface Bound {
  readonly operator: ">=" | ">" | "<" | "<=" | "=";
  readonly version: PackageVersion;
}

/** Any version at all. */
export const anyVersion: Requirement = { alternatives: [[]], text: "*" };

/**
 * Reads a range: "^1.4", "~1.4.2", ">=1.5.0 <2", ">=1.5.0, <2", "1.x || 3", "1.2 - 1.4", and the original pgpm's
 * "1_2_3", "01_02_XX", "x", "<2", ">=1_2_0", "=1_2_3".
 *
 * As npm reads them: a whole version means itself, a part of one means all that begin so. Throws WD391.
 */
export function parseRequirement(text: string): Requirement {
  const alternatives = text.split("||").map((part) => parseAlternative(part, text));
  return { alternatives, text: text.trim() === "" ? "*" : text.trim() };
}

/**
 * True where the version will do.
 *
 * A pre-release has to be asked for: by a bound that is itself a pre-release of the same three numbers, or by `pre`.
 */
export function satisfies(version: PackageVersion, requirement: Requirement): boolean {
  return requirement.alternatives.some(
    (bounds) =>
      bounds.every((bound) => meets(version, bound)) && (requirement.pre === true || isAsked(version, bounds)),
  );
}

/** The highest of the versions that will do. */
export function highest<Version extends PackageVersion>(
  versions: readonly Version[],
  requirement: Requirement,
): Version | undefined {
  return versions
    .filter((version) => satisfies(version, requirement))
    .toSorted(comparePackageVersions)
    .at(-1);
}

function meets(version: PackageVersion, bound: Bound): boolean {
  const order = comparePackageVersions(version, bound.version);
  switch (bound.operator) {
    case ">=":
      return order >= 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "=":
      return order === 0;
  }
}

function isAsked(version: PackageVersion, bounds: readonly Bound[]): boolean {
  if (version.pre.length === 0) return true;
  return bounds.some(
    ({ version: { major, minor, patch, pre } }) =>
      pre.length > 0 && major === version.major && minor === version.minor && patch === version.patch,
  );
}

function parseAlternative(part: string, whole: string): readonly Bound[] {
  const hyphen = /^\s*(\S+)\s+-\s+(\S+)\s*$/.exec(part);
  if (hyphen !== null) return [...range(">=", hyphen[1] ?? "", whole), ...range("<=", hyphen[2] ?? "", whole)];
  const comparisons = part.replaceAll(/([<>=~^!]+)\s+/g, "$1").split(/[\s,]+/);
  return comparisons.flatMap((comparison) => {
    if (comparison === "") return [];
    const [, operator = "", version = ""] = /^([<>=~^!]*)(.*)$/s.exec(comparison) ?? [];
    return range(operator, version, whole);
  });
}

/** A version of which the end may be missing or x. */
interface Partial {
  /** The numbers that are told, at most three. */
  readonly numbers: readonly number[];
  readonly pre: PackageVersion["pre"];
}

/** The bounds of one comparison; semver's ranges as npm writes them down. */
function range(operator: string, text: string, whole: string): readonly Bound[] {
  const partial = parsePartial(text);
  const bounds = partial === undefined ? undefined : ranges[operator]?.(partial);
  if (bounds === undefined) throw refused(whole);
  return bounds;
}

const exactly = (partial: Partial): readonly Bound[] => {
  if (partial.numbers.length === 3) return [{ operator: "=", version: lowest(partial) }];
  return partial.numbers.length === 0 ? [] : within(lowest(partial), above(partial));
};

const tilde = (partial: Partial): readonly Bound[] => {
  const numbers = partial.numbers.slice(0, 2);
  return numbers.length === 0 ? [] : within(lowest(partial), above({ ...partial, numbers }));
};

const ranges: Readonly<Record<string, (partial: Partial) => readonly Bound[]>> = {
  "": exactly,
  "=": exactly,
  "==": exactly,
  "~": tilde,
  "~>": tilde,
  "^": (partial) => (partial.numbers.length === 0 ? [] : within(lowest(partial), caret(partial))),
  ">=": (partial) => [{ operator: ">=", version: lowest(partial) }],
  ">": (partial) => {
    if (partial.numbers.length === 0) return none;
    if (partial.numbers.length === 3) return [{ operator: ">", version: lowest(partial) }];
    return [{ operator: ">=", version: above(partial) }];
  },
  "<": (partial) => {
    if (partial.numbers.length === 0) return none;
    // Below 2 lies no pre-release of 2.
    return [{ operator: "<", version: partial.pre.length > 0 ? lowest(partial) : floor(lowest(partial)) }];
  },
  "<=": (partial) => {
    if (partial.numbers.length === 0) return [];
    if (partial.numbers.length === 3) return [{ operator: "<=", version: lowest(partial) }];
    return [{ operator: "<", version: floor(above(partial)) }];
  },
};

/** Met by nothing: "<*". */
const none: readonly Bound[] = [{ operator: "<", version: { major: 0, minor: 0, patch: 0, pre: [0] } }];

function within(least: PackageVersion, next: PackageVersion): readonly Bound[] {
  return [
    { operator: ">=", version: least },
    { operator: "<", version: floor(next) },
  ];
}

/** The oldest pre-release that there can be of a version: what lies below it is below all of them. */
function floor(version: PackageVersion): PackageVersion {
  return { ...version, pre: [0] };
}

function parsePartial(text: string): Partial | undefined {
  const match = /^v?(?:(\d+|x+|\*)(?:[._](\d+|x+|\*))?(?:[._](\d+|x+|\*))?)?(.*)$/is.exec(text);
  if (match === null || text === "") return undefined;
  const parts = [match[1], match[2], match[3]].filter((part) => part !== undefined);
  const wild = parts.findIndex((part) => !/^\d+$/.test(part));
  const numbers = (wild === -1 ? parts : parts.slice(0, wild)).map(Number);
  const rest = match[4] ?? "";
  if (parts.length === 0 || (wild !== -1 && parts.slice(wild).some((part) => /^\d+$/.test(part)))) return undefined;
  if (rest === "") return { numbers, pre: [] };
  const version = numbers.length === 3 ? readPackageVersion(text) : undefined;
  return version === undefined
    ? undefined
    : { numbers: [version.major, version.minor, version.patch], pre: version.pre };
}

function lowest({ numbers, pre }: Partial): PackageVersion {
  const [major = 0, minor = 0, patch = 0] = numbers;
  return { major, minor, patch, pre };
}

/** The first version that no longer begins with the one or two numbers that are told. */
function above({ numbers: [major = 0, minor] }: Partial): PackageVersion {
  if (minor === undefined) return { major: major + 1, minor: 0, patch: 0, pre: [] };
  return { major, minor: minor + 1, patch: 0, pre: [] };
}

/** What may break begins where the first number that is not 0 changes. */
function caret({ numbers: [major = 0, minor, patch] }: Partial): PackageVersion {
  if (major > 0 || minor === undefined) return { major: major + 1, minor: 0, patch: 0, pre: [] };
  if (minor > 0 || patch === undefined) return { major, minor: minor + 1, patch: 0, pre: [] };
  return { major, minor, patch: patch + 1, pre: [] };
}

function refused(text: string): AppError {
  return new AppError("WD391", `"${text}" is not a range of versions`, {
    hint: 'write for example "^1.4", ">=1.5.0 <2", "1.4.x", "=1.4.2" or "x" for any; "01_04_XX" is understood too',
  });
}
