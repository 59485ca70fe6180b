/**
 * Orders two Debian versions ("[epoch:]upstream[-revision]"): negative, zero or positive.
 *
 * Source: Debian Policy Manual, 5.6.12 "Version". "~" sorts before everything, even the end; letters before all other
 * characters; runs of digits as numbers.
 */
export function compareDebianVersions(left: string, right: string): number {
  const [l, r] = [split(left), split(right)];
  return l.epoch - r.epoch || comparePart(l.upstream, r.upstream) || comparePart(l.revision, r.revision);
}

/** The upstream part: "1:17.11-0+deb13u1" → "17.11". */
export function upstreamVersion(version: string): string {
  return split(version).upstream;
}

function split(version: string): { readonly epoch: number; readonly upstream: string; readonly revision: string } {
  const colon = version.indexOf(":");
  const dash = version.lastIndexOf("-");
  return {
    epoch: colon < 0 ? 0 : Number(version.slice(0, colon)),
    upstream: version.slice(colon + 1, dash < 0 ? undefined : dash),
    revision: dash < 0 ? "" : version.slice(dash + 1),
  };
}

function comparePart(left: string, right: string): number {
  const [lefts, rights] = [runs(left), runs(right)];
  for (let run = 0; run < Math.max(lefts.length, rights.length); run++) {
    const [l, r] = [lefts[run] ?? "", rights[run] ?? ""];
    const difference = run % 2 === 0 ? compareText(l, r) : compareNumber(l, r);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** "1.2~b3" → ["", "1", ".", "2", "~b", "3"]: other text and digits in turn, text first. */
function runs(part: string): readonly string[] {
  return [...part.matchAll(/(\D*)(\d*)/g)].flatMap(([, text = "", digits = ""]) => [text, digits]);
}

function compareText(left: string, right: string): number {
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = rank(left, at) - rank(right, at);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank(text: string, at: number): number {
  const character = text[at];
  if (character === undefined) return 0;
  if (character === "~") return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

/** As numbers of any length: dates and hashes in versions exceed what a double holds. */
function compareNumber(left: string, right: string): number {
  const [l, r] = [left.replace(/^0+/, ""), right.replace(/^0+/, "")];
  return l.length - r.length || (l < r ? -1 : l > r ? 1 : 0);
}
