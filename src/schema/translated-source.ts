import type { Declaration } from "./declaration.ts";
import { parseStatements, type Statement } from "./statement.ts";
import { SourceText } from "./source-text.ts";

/** A file of functions/ in another language than SQL, as the statements that make its routines. */
export interface Translation {
  readonly file: string;
  readonly text: string;
  /** `create function`, and comments and grants on it; each with the index of its function in the file. */
  readonly statements: readonly { readonly sql: string; readonly index: number }[];
  /** Where its functions run, for people: "worker", "pljs". */
  readonly runs?: string | undefined;
  /** Only a superuser makes functions in this language: they are handed to the owner. */
  readonly asSuperuser?: boolean | undefined;
  /** Text of the project's files that its functions run, for code frames. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Turns a file into statements; undefined for a file in no language that it knows. Throws AppErrors. */
export type Translate = (source: SourceText) => Promise<Translation | undefined>;

/** The text of such a file: its statements are elsewhere, and whatever is wrong with one is told at its function. */
export class TranslatedSource extends SourceText {
  readonly translation: Translation;

  constructor(translation: Translation) {
    super(translation.file, translation.text);
    this.translation = translation;
  }

  override advance(from: number): number {
    return from;
  }
}

/** The statements of a file, whatever language it is in. */
export async function statementsOf(source: SourceText): Promise<readonly Statement[]> {
  if (!(source instanceof TranslatedSource)) return await parseStatements(source);
  const { file, statements } = source.translation;
  const parsed = await Promise.all(statements.map(({ sql }) => parseStatements(new SourceText(file, sql))));
  return parsed.flatMap((list, index) =>
    list.map((statement) => ({ ...statement, source, start: statements[index]?.index ?? 0 })),
  );
}

/** What decides what becomes of a file: its text, and that of its statements. */
export function decisiveTexts(source: SourceText): readonly SourceText[] {
  if (!(source instanceof TranslatedSource)) return [source];
  return [source, ...source.translation.statements.map(({ sql }) => new SourceText(source.file, sql))];
}

/** Where a declared function runs, for the plan; nothing for SQL. */
export function runsOf({ kind, statement }: Pick<Declaration, "kind" | "statement">): { readonly runs?: string } {
  const { source } = statement;
  const runs = kind === "function" && source instanceof TranslatedSource ? source.translation.runs : undefined;
  return runs === undefined ? {} : { runs };
}
