import { AppError } from "../errors/index.ts";

/** What howdah.toml asks for: a major, and a minor where an exact version is meant. */
export interface VersionRequest {
  readonly major: number;
  readonly minor: number | undefined;
}

/**
 * Reads "18" or "17.10".
 *
 * Throws WD350 for anything else, with the nearest request that would be understood.
 */
export function parseVersionRequest(text: string): VersionRequest {
  const match = /^(\d{1,3})(?:\.(\d{1,4}))?$/.exec(text.trim());
  if (match) return { major: Number(match[1]), minor: match[2] === undefined ? undefined : Number(match[2]) };
  const nearest = /\d{1,3}(?:\.\d{1,4})?/.exec(text)?.[0] ?? "18";
  throw new AppError("WD350", `"${text}" is not a Postgres version`, {
    detail: 'a version is a major ("18") or a major and a minor ("17.10")',
    hint: `did you mean "${nearest}"?`,
  });
}

/** True when the version ("18.4") is one that the request ("18", "18.4") means. */
export function satisfiesRequest(version: string, request: VersionRequest): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === request.major && (request.minor === undefined || minor === request.minor);
}

/** Orders dotted numbers of any length ("9.6" < "17.2" < "17.10"); a missing part counts as 0. */
export function compareVersions(left: string, right: string): number {
  const lefts = left.split(".").map(Number);
  const rights = right.split(".").map(Number);
  for (let part = 0; part < Math.max(lefts.length, rights.length); part++) {
    const difference = (lefts[part] ?? 0) - (rights[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The versions nearest to a request, for an error's detail: those of its major newest first, else the newest of each
 * major. At most `limit`.
 */
export function nearestVersions(versions: readonly string[], request: VersionRequest, limit = 8): readonly string[] {
  const newestFirst = [...new Set(versions)].toSorted((left, right) => compareVersions(right, left));
  const sameMajor = newestFirst.filter((version) => majorOf(version) === request.major);
  if (sameMajor.length > 0) return sameMajor.slice(0, limit);
  const majors = Map.groupBy(newestFirst, majorOf);
  return [...majors.values()].flatMap((group) => group.slice(0, 1)).slice(0, limit);
}

/** "17.10" → 17. */
export function majorOf(version: string): number {
  return Number(version.split(".", 1)[0]);
}
