import { AppError } from "../errors/index.ts";
import type { Language } from "./language.ts";
import type { LanguageFacts } from "./language-facts.ts";
import type { SourceFile } from "./source-file.ts";

/** Where a file's functions run. */
export type Place =
  | { readonly kind: "worker" }
  | { readonly kind: "database"; readonly language: string; readonly asSuperuser: boolean };

/** In the database where it has the language and the deployer may use it; else in the worker. WD494 where neither is. */
export function placeOf(source: SourceFile, language: Language, facts: LanguageFacts): Place {
  const hasWorker = language.reader !== "headers";
  if (hasWorker && asksForWorker(source.text)) return { kind: "worker" };
  const usable = language.procedural.find(
    (name) => facts.installed.has(name) && (facts.trusted.has(name) || facts.superuser),
  );
  if (usable !== undefined) {
    return { kind: "database", language: usable, asSuperuser: !facts.trusted.has(usable) };
  }
  if (hasWorker) return { kind: "worker" };
  throw unavailable(source, language, facts);
}

/** `@worker` in the comment that the file begins with. */
function asksForWorker(text: string): boolean {
  const [header = ""] = /^(?:\s*(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/|#[^\n]*|"""[\s\S]*?"""))*/.exec(text) ?? [];
  return /@worker\b/.test(header);
}

function unavailable(source: SourceFile, language: Language, facts: LanguageFacts): AppError {
  const forbidden = language.procedural.filter((name) => facts.installed.has(name));
  const names = language.procedural.join(" or ");
  const message =
    forbidden.length > 0
      ? `${forbidden.join(" and ")} is untrusted: only a superuser makes functions in it`
      : `this database has no ${names}`;
  return new AppError("WD494", message, {
    detail: `${source.file} is written in ${language.name}`,
    hint:
      forbidden.length > 0
        ? "deploy as a superuser, or write it in another language"
        : `write a migration, where the server has it: create extension ${language.procedural[0]}`,
    position: source.position(0),
    source: source.text,
  });
}
