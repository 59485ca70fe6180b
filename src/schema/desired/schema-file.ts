import { AppError } from "../../errors/index.ts";
import { SourceText } from "../source-text.ts";
import { parseStatements, type Statement } from "../statement.ts";
import { freshSession, sessionAfter, type FileSession } from "./file-session.ts";
import { refuseInSchema } from "./refused.ts";

/** A statement of schema/ and what its file has set before it. */
export interface SchemaStatement {
  readonly statement: Statement;
  readonly session: FileSession;
}

/** The statements of one file, with every error in them. */
export interface SchemaFile {
  readonly statements: readonly SchemaStatement[];
  readonly errors: readonly AppError[];
}

/** Reads one file of schema/: its SET statements become the session of those behind them. */
export async function readSchemaFile(source: SourceText): Promise<SchemaFile> {
  const errors: AppError[] = [];
  const statements: SchemaStatement[] = [];
  let session = freshSession;
  for (const statement of await parse(source, errors)) {
    const after = sessionAfter(session, statement);
    const refused = after !== undefined && "SelectStmt" in statement.node ? undefined : refuseInSchema(statement);
    if (refused !== undefined) errors.push(refused);
    else if (after !== undefined) session = after;
    else statements.push({ statement, session });
  }
  return { statements, errors };
}

async function parse(source: SourceText, errors: AppError[]): Promise<readonly Statement[]> {
  try {
    return await parseStatements(withoutRestrict(source));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    errors.push(error);
    return [];
  }
}

/** pg_dump frames what it writes by lines for psql (`\restrict KEY`): they become blanks of the same length. */
function withoutRestrict(source: SourceText): SourceText {
  const text = source.text.replaceAll(/^\\(?:un)?restrict\b.*$/gm, (line) => " ".repeat(line.length));
  return text === source.text ? source : new SourceText(source.file, text);
}
