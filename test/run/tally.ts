import { stripVTControlCharacters } from "node:util";

/** The closing lines of node:test's spec reporter, in its order. */
const names = ["tests", "suites", "pass", "fail", "cancelled", "skipped", "todo", "duration_ms"] as const;

export type Tally = Readonly<Record<(typeof names)[number], number>>;

export const emptyTally: Tally = {
  tests: 0,
  suites: 0,
  pass: 0,
  fail: 0,
  cancelled: 0,
  skipped: 0,
  todo: 0,
  duration_ms: 0,
};

/** The name and number of a closing line ("ℹ pass 12"), or undefined for any other line. */
export function closingLine(line: string): { readonly name: keyof Tally; readonly number: number } | undefined {
  const match = /^ℹ (\w+) ([\d.]+)$/.exec(stripVTControlCharacters(line).trimEnd());
  const name = names.find((candidate) => candidate === match?.[1]);
  return name === undefined ? undefined : { name, number: Number(match?.[2]) };
}

/** The name of a skipped test ("﹣ a page is shown (0.1ms) # no browser"), or undefined for any other line. */
export function skippedLine(line: string): string | undefined {
  return /^\s*﹣ (.+?)(?: \([\d.]+ms\))? #\s*(.*)$/u
    .exec(stripVTControlCharacters(line).trimEnd())
    ?.slice(1)
    .join(": ");
}

/** Skips that say only where the tests run are counted by their reason, any other is told by its name. */
export function skippedLines(skipped: readonly string[]): readonly string[] {
  const names = [...new Set(skipped)];
  const expected = names.filter((name) => isExpectedSkip(name)).map((name) => name.replace(/^.*?: (?=[^:]*$)/u, ""));
  return [
    ...[...new Set(expected)].map((reason) => `skipped: ${expected.filter((it) => it === reason).length} × ${reason}`),
    ...names.filter((name) => !isExpectedSkip(name)).map((name) => `skipped: ${name}`),
  ];
}

export function addTally(left: Tally, right: Tally): Tally {
  return Object.fromEntries(names.map((name) => [name, left[name] + right[name]])) as unknown as Tally;
}

/** The closing lines as node:test prints them. */
export function tallyLines(tally: Tally): readonly string[] {
  return names.map((name) => `ℹ ${name} ${name === "duration_ms" ? tally[name].toFixed(3) : tally[name]}`);
}

// Each with what is run in its place: a superuser on the same major; another major; a server that brings the language;
// any user but root; the offline tests of the same provider; the same claim wherever file systems may be mounted.
const expectedSkips = [
  /: needs a superuser$/,
  /: (?:needs )?PostgreSQL \d+$/,
  /: the server can't load /,
  /: root reads everything$/,
  /: unavailable: /,
  /: no small file system can be mounted here/,
  /: mounting a small disk is not permitted here$/,
];

/** True for a skip that says nothing about the code, so that it is no failure in continuous integration either. */
export function isExpectedSkip(skipped: string): boolean {
  return expectedSkips.some((reason) => reason.test(skipped));
}
