import type { ValueProblem } from "./table-keys.ts";

const LONGEST_NAME = 40;
/** Databases that every cluster has; roles that begin with pg_ are refused by Postgres. */
const RESERVED = /^(?:postgres|template[01]|pg_.*)$/;

/** Of a project's name; database and roles are named after it. */
export const namePattern = `^[a-z][a-z0-9_]{0,${LONGEST_NAME - 1}}$`;

/** Why a text can't be a project's name, with a similar one that can; undefined when it can. */
export function checkProjectName(name: string): ValueProblem | undefined {
  const good = new RegExp(namePattern).test(name);
  if (good && !RESERVED.test(name)) return undefined;
  return {
    code: "WD107",
    problem: good
      ? "expected a name that Postgres does not use itself"
      : "expected a name of lower-case letters, digits and underscores that begins with a letter, of at most 40",
    hint: `a valid one: name = "${suggestProjectName(name)}"`,
  };
}

/** Latin letters that Unicode does not take apart into a plain one and a mark. */
const plainLetters: Readonly<Record<string, string>> = {
  ...{ ø: "o", ł: "l", đ: "d", ð: "d", ħ: "h", ı: "i", ŧ: "t" },
  ...{ ß: "ss", æ: "ae", œ: "oe", þ: "th" },
};

/** The valid project name that is most like a text, e.g. of a folder's name: "My App-2" → "my_app_2", "prøject" → "project". */
export function suggestProjectName(text: string): string {
  const name = text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, (letter) => plainLetters[letter] ?? letter)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+/, "")
    .slice(0, LONGEST_NAME)
    .replace(/_+$/, "");
  if (name === "") return "app";
  return RESERVED.test(name) ? `my_${name}`.slice(0, LONGEST_NAME) : name;
}
