import { AppError } from "../errors/index.ts";

const LONGEST_PATH = 4096;
const LONGEST_SEGMENT_BYTES = 255;

/**
 * Whether text is a path as the Tree writes it: relative, forward slashes, no empty, "." or ".." segment, no
 * backslash, no control character, well-formed Unicode.
 *
 * Percent signs are ordinary characters: whoever takes paths from a URL decodes them once, before. On Windows a
 * colon (drives, alternate streams) and a final dot or space (which the system drops) are refused as well.
 */
export function isTreePath(path: string): boolean {
  if (path === "" || path.length > LONGEST_PATH || !path.isWellFormed()) return false;
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\\\u0000-\u001f\u007f]/.test(path)) return false;
  return path.split("/").every(isSegment);
}

/**
 * Whether a path of the right form may be seen: no segment begins with a dot, none is node_modules.
 *
 * One rule for listing, reading and watching, so that nothing can be read that is not listed.
 */
export function isVisible(path: string): boolean {
  return path.split("/").every((segment) => !segment.startsWith(".") && segment.toLowerCase() !== "node_modules");
}

/** The path itself; throws WD122 when it is not of the right form, WD121 when it may not be seen. */
export function checkTreePath(path: string): string {
  if (!isTreePath(path)) {
    throw new AppError("WD122", `not a path of the project: ${JSON.stringify(path)}`);
  }
  if (!isVisible(path)) throw missingFile(path);
  return path;
}

/** The error for a file that is not there, or may not be seen: one and the same, so that it gives nothing away. */
export function missingFile(path: string, cause?: unknown): AppError {
  return new AppError("WD121", `no such file: ${JSON.stringify(path)}`, { cause });
}

/** Code-point order, as `list` sorts: JavaScript's own order is that of UTF-16 units. */
export function comparePaths(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function isSegment(segment: string): boolean {
  if (segment === "" || segment === "." || segment === "..") return false;
  if (Buffer.byteLength(segment) > LONGEST_SEGMENT_BYTES) return false;
  return process.platform !== "win32" || !/:|[. ]$/.test(segment);
}
