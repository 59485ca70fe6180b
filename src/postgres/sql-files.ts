import { readFileSync } from "node:fs";

/**
 * A reader of the .sql files of one folder, each read once: `read("objects")` is the text of objects.sql.
 *
 * A line that holds only a comment naming another file of the folder is replaced by that file.
 */
export function sqlFiles(folder: URL): (name: string) => string {
  const texts = new Map<string, string>();
  const read = (name: string): string => {
    const known = texts.get(name);
    if (known !== undefined) return known;
    const raw = readFileSync(new URL(`${name}.sql`, folder), "utf8");
    const text = raw.replaceAll(/^ *\/\* ([a-z-]+)\.sql \*\/$/gm, (_, included: string) => read(included));
    texts.set(name, text);
    return text;
  };
  return read;
}
