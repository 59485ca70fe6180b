import { AppError } from "../errors/index.ts";

/**
 * One row per language that files of functions/ can be written in, by the suffix of their name, dot included.
 *
 * SQL is the only one so far: another row here, and a reader that turns its files into declarations, is all it takes.
 */
const languages: Readonly<Record<string, { readonly name: string }>> = {
  ".sql": { name: "SQL" },
};

/** The language of a file, "document" for what is meant for people; WD421 for a file that nothing would read. */
export function languageOf(path: string): { readonly name: string } | "document" | AppError {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const suffix = name.slice(name.lastIndexOf("."));
  const language = Object.hasOwn(languages, suffix) ? languages[suffix] : undefined;
  if (language !== undefined) return language;
  if (/^readme(?:\.\w+)?$|\.(?:md|txt)$/i.test(name)) return "document";
  return new AppError("WD421", `${path} is in no language that functions/ can be written in`, {
    detail: `known: ${Object.keys(languages).join(", ")}`,
    hint: "rename it, or move it out of functions/",
    position: { file: path, line: 1, column: 1 },
  });
}
