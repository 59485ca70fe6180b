import { posix } from "node:path";

/**
 * A test of paths for one glob, and the folder that all of its matches lie in.
 *
 * `*` and `?` stay within a segment, `**` spans any number of them, `[a-z]` and `{sql,py}` as in a shell; matching is
 * case-sensitive, and nothing matches a segment that begins with a dot. A glob with an empty, "." or ".." segment
 * matches nothing. It is Node's own `path.matchesGlob`.
 */
export interface Glob {
  /** "" for the root, "pages" for `pages/**\/*.html`: nothing outside of it needs to be looked at. */
  readonly folder: string;
  /** False when a match can only lie in `folder` itself: no need to descend. */
  readonly deep: boolean;
  matches(path: string): boolean;
}

/** Reads a glob once for many paths. */
export function parseGlob(glob: string): Glob {
  const segments = glob.split("/");
  const none = segments.some((segment) => segment === "" || segment === "." || segment === "..");
  const magic = segments.findIndex((segment) => /[*?[\]{}()!+@]/.test(segment));
  const fixed = magic === -1 ? segments.length - 1 : magic;
  return {
    folder: segments.slice(0, fixed).join("/"),
    deep: segments.length - fixed > 1 || /\*\*|\{/.test(glob),
    matches: (path) => !none && posix.matchesGlob(path, glob),
  };
}
