import { readFileSync } from "node:fs";

const texts = new Map<string, string>();

/** The text of sql/NAME.sql; a line that holds only a comment naming another file is replaced by that file. */
export function staticSql(name: string): string {
  const known = texts.get(name);
  if (known !== undefined) return known;
  const raw = readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), "utf8");
  const text = raw.replaceAll(/^ *\/\* ([a-z-]+)\.sql \*\/$/gm, (_, included: string) => staticSql(included));
  texts.set(name, text);
  return text;
}
