import { AppError } from "../errors/index.ts";

/** A version of a package, as semver.org 2.0.0 orders them; build metadata does not count. */
export interface PackageVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** Parts of a pre-release: ["rc", 1]; empty for a release. */
  readonly pre: readonly (string | number)[];
}

const pattern =
  /^v?(\d{1,9})(?:[._](\d{1,9}))?(?:[._](\d{1,9}))?(?:[-_.]?([a-z][\w.-]*|(?<=-)[\w.-]+))?(?:\+[\w.-]+)?$/i;

/** "1.9.0", "1.9", "v2.0.0-rc.1" or, in the words of the original pgpm, "01_09_00" and "01_09_00_rc"; else undefined. */
export function readPackageVersion(text: string): PackageVersion | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const [major, minor, patch] = [match[1], match[2], match[3]].map((part) => Number(part ?? 0));
  return { major: major ?? 0, minor: minor ?? 0, patch: patch ?? 0, pre: preParts(match[4]) };
}

/** As `readPackageVersion`; throws WD390 for what is no version. */
export function parsePackageVersion(text: string): PackageVersion {
  const version = readPackageVersion(text);
  if (version !== undefined) return version;
  throw new AppError("WD390", `"${text}" is not a version`, {
    hint: 'a version is three numbers: "1.9.0" (or "01_09_00"), with "-rc.1" behind them for a pre-release',
  });
}

/** Negative where `left` is older. */
export function comparePackageVersions(left: PackageVersion, right: PackageVersion): number {
  return (
    left.major - right.major || left.minor - right.minor || left.patch - right.patch || comparePre(left.pre, right.pre)
  );
}

/** "1.9.0-rc.1" */
export function formatPackageVersion({ major, minor, patch, pre }: PackageVersion): string {
  return `${major}.${minor}.${patch}${pre.length === 0 ? "" : `-${pre.join(".")}`}`;
}

function preParts(text: string | undefined): readonly (string | number)[] {
  if (text === undefined) return [];
  return text.split(".").map((part) => (/^\d{1,15}$/.test(part) ? Number(part) : part));
}

/** semver.org, 11.3 and 11.4: a release is newer than its pre-releases, numbers are older than words. */
function comparePre(left: PackageVersion["pre"], right: PackageVersion["pre"]): number {
  if (left.length === 0 || right.length === 0) return right.length - left.length;
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = comparePart(left[at] ?? 0, right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function comparePart(left: string | number, right: string | number): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "number") return -1;
  if (typeof right === "number") return 1;
  return left < right ? -1 : left > right ? 1 : 0;
}
