/** A language that files of functions/ can be written in: one row of the table. */
export interface Language {
  readonly name: string;
  /** The end of a file's name, dot included: users.sql is no .rs file. */
  readonly suffix: string;
  /** Postgres's names for it, the first usable one is taken: trusted ones before untrusted ones. */
  readonly procedural: readonly string[];
  /** How routines are found in a file, and how they run where no procedural language is usable. */
  readonly reader: "javascript" | "python" | "headers";
}

/** The languages that howdah knows besides SQL. */
export const knownLanguages: readonly Language[] = [
  { name: "typescript", suffix: ".ts", procedural: ["pljs"], reader: "javascript" },
  { name: "javascript", suffix: ".js", procedural: ["pljs"], reader: "javascript" },
  { name: "python", suffix: ".py", procedural: ["plpython3u"], reader: "python" },
  { name: "perl", suffix: ".pl", procedural: ["plperl", "plperlu"], reader: "headers" },
  { name: "tcl", suffix: ".tcl", procedural: ["pltcl", "pltclu"], reader: "headers" },
  { name: "lua", suffix: ".lua", procedural: ["pllua", "plluau"], reader: "headers" },
  { name: "r", suffix: ".r", procedural: ["plr"], reader: "headers" },
  { name: "shell", suffix: ".sh", procedural: ["plsh"], reader: "headers" },
];

/** The language of a file: the longest suffix wins, so that `.trusted.pl` may be a language beside `.pl`. */
export function languageOf(file: string, languages: readonly Language[]): Language | undefined {
  const name = file.slice(file.lastIndexOf("/") + 1);
  return languages
    .filter(({ suffix }) => name.endsWith(suffix) && name.length > suffix.length)
    .toSorted((one, other) => other.suffix.length - one.suffix.length)[0];
}

/** True for a file that only serves others: its name, or that of a folder above it, begins with _. */
export function isForOthers(file: string): boolean {
  return file.split("/").some((segment) => segment.startsWith("_"));
}
