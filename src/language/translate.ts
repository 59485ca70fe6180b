import { AppErrors, type AppError } from "../errors/index.ts";
import { isForOthers, languageOf, type Language } from "./language.ts";
import { placeOf, type Place } from "./place.ts";
import type { TranslateContext, TranslatedRoutine, TranslatedRoutines } from "./translated-routine.ts";
import { errorAt, type SourceFile } from "./source-file.ts";
import { argumentTypes } from "./signature.ts";
import type { Gate } from "./worker-sql.ts";

/** One file of functions/ as SQL. */
export interface TranslatedFile {
  readonly file: string;
  readonly text: string;
  /** `create function`, then comments and grants on it; each with the index of its function in the file. */
  readonly statements: readonly TranslatedStatement[];
  /** Where its functions run, for people: "worker", "pljs". */
  readonly runs: string;
  /** Only a superuser makes functions in this language; they are handed to the owner. */
  readonly asSuperuser: boolean;
  /** Text of the project's files that its functions run. */
  readonly texts: ReadonlyMap<string, string>;
  /** What the database needs beside the statements, for functions that run in the worker. */
  readonly gates: readonly Gate[];
}

export interface TranslatedStatement {
  readonly sql: string;
  readonly index: number;
}

/**
 * A file of functions/ as the statements that make its routines; undefined for a file in no known language.
 *
 * Throws AppErrors with all that is wrong in the file, each at its place.
 */
export async function translateFile(
  source: SourceFile,
  context: TranslateContext,
): Promise<TranslatedFile | undefined> {
  const language = languageOf(source.file, context.languages);
  if (language === undefined) return undefined;
  const { file, text } = source;
  if (isForOthers(file)) return { ...nobody, file, text };
  const place = placeOf(source, language, context.facts);
  const { routines, errors } = await (await readerOf(language))(source, place, context);
  const [first, ...rest] = errors.length === 0 && routines.length === 0 ? [nothing(source, language)] : errors;
  if (first !== undefined) throw new AppErrors([first, ...rest]);
  // What has a gate is itself in PL/pgSQL.
  const asSuperuser = place.kind === "database" && place.asSuperuser && language.reader === "headers";
  const gates = routines.flatMap(({ gate }) => gate ?? []);
  // One that waits has taken its whole file to the worker.
  const inWorker = place.kind === "worker" || gates.some(({ takes }) => takes === "jsonb");
  return {
    ...{ file, text, asSuperuser, gates },
    runs: inWorker ? "worker" : place.language,
    statements: routines.flatMap(statementsOf),
    texts: new Map([[file, text], ...routines.flatMap(({ texts }) => [...texts])]),
  };
}

/** What a file that serves others makes. */
const nobody: Omit<TranslatedFile, "file" | "text"> = {
  statements: [],
  asSuperuser: false,
  texts: new Map(),
  runs: "",
  gates: [],
};

type Reader = (source: SourceFile, place: Place, context: TranslateContext) => Promise<TranslatedRoutines>;

/** Loaded when a file needs it: parsers and the bundler are nobody else's to pay for. */
async function readerOf(language: Language): Promise<Reader> {
  switch (language.reader) {
    case "javascript":
      return (await import("./javascript/translate.ts")).translateJavascript;
    case "python":
      return (await import("./python/translate.ts")).translatePython;
    case "headers":
      return (await import("./headers/translate.ts")).translateHeaders;
  }
}

function statementsOf({ signature, sql }: TranslatedRoutine): readonly TranslatedStatement[] {
  const { index, comment, grants, name } = signature;
  const routine = `function ${name}${argumentTypes(signature)}`;
  return [
    { sql, index },
    ...(comment === undefined ? [] : [{ sql: `comment on ${routine} is '${comment.replaceAll("'", "''")}'`, index }]),
    ...grants.map((role) => ({ sql: `grant execute on ${routine} to ${role}`, index })),
  ];
}

function nothing(source: SourceFile, { reader }: Language): AppError {
  return errorAt(source, 0, "WD498", `${source.file} defines no routine`, {
    hint:
      reader === "headers"
        ? "write its signature in a comment: # sql: (a integer) returns text"
        : reader === "python"
          ? "define a function, or begin the file's name with _ where it only serves others"
          : "export a function, or begin the file's name with _ where it only serves others",
  });
}
