/**
 * The decoded segments of a request's path: [] for "/", a last "" for a trailing slash; undefined where it is no path
 * that could be meant: broken or overlong percent-encoding, "." and ".." in any writing, control characters, a
 * backslash, a fragment, an absolute address.
 *
 * Decoded once, each segment on its own, so that %2F stays inside of a segment and %252F stays %2F.
 */
export function pathSegments(path: string): readonly string[] | undefined {
  if (path === "/") return [];
  if (!path.startsWith("/") || /[\\#]/.test(path)) return undefined;
  const segments = path.slice(1).split("/");
  for (let at = 0; at < segments.length; at += 1) {
    const decoded = decodeSegment(segments[at] ?? "");
    if (decoded === undefined) return undefined;
    segments[at] = decoded;
  }
  return segments;
}

/** Path and query string ("?…" or "") of a request's target. */
export function splitTarget(target: string): { readonly path: string; readonly search: string } {
  const query = target.indexOf("?");
  return query === -1 ? { path: target, search: "" } : { path: target.slice(0, query), search: target.slice(query) };
}

function decodeSegment(segment: string): string | undefined {
  let decoded = segment;
  if (segment.includes("%")) {
    try {
      decoded = decodeURIComponent(segment);
    } catch {
      // No UTF-8 (RFC 3629 forbids overlong forms), or "%" without two digits.
      return undefined;
    }
  }
  return decoded === "." || decoded === ".." || /\p{Cc}/u.test(decoded) ? undefined : decoded;
}
