/** The Cookie header as names and values, in order. */
export function parseCookies(header: string | undefined): readonly (readonly [string, string])[] {
  if (header === undefined) return [];
  const pairs = header.split(";").map((pair) => pair.trimStart());
  return pairs.filter((pair) => pair !== "").map(parsePair);
}

function parsePair(pair: string): readonly [string, string] {
  const equals = pair.indexOf("=");
  if (equals < 0) return [pair, ""];
  const value = pair.slice(equals + 1);
  // RFC 6265, 4.1.1: a value may stand in quotes that are no part of it.
  const quoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  return [pair.slice(0, equals), quoted ? value.slice(1, -1) : value];
}
