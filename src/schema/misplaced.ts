import { AppError } from "../errors/index.ts";
import type { Statement } from "./statement.ts";

/** A statement that can't stand in functions/ (WD412), and where it belongs. */
export function misplaced(statement: Statement): AppError {
  const words = statement.text.replaceAll(/\s+/g, " ").slice(0, 40);
  return new AppError("WD412", `this can't stand in functions/: ${words}${statement.text.length > 40 ? "…" : ""}`, {
    detail: "files of functions/ define routines, views, triggers and policies, with comments and grants on them",
    hint: hintFor(statement.kind),
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}

function hintFor(kind: string): string {
  return Object.hasOwn(hints, kind) ? (hints[kind] ?? elsewhere) : elsewhere;
}

const elsewhere = "it belongs in a migration: howdah new migration NAME";
const data = "data that every installation needs belongs in a migration, data for development in seeds/";
const once = "what is to run once belongs in a migration, what a page shows in pages/NAME.query.sql";
const foreign =
  "only what files of functions/ define is granted and commented on here; for all else, write a migration";

const hints: Readonly<Record<string, string>> = {
  InsertStmt: data,
  UpdateStmt: data,
  DeleteStmt: data,
  MergeStmt: data,
  CopyStmt: data,
  SelectStmt: once,
  CallStmt: once,
  DoStmt: once,
  GrantStmt: foreign,
  CommentStmt: foreign,
  DropStmt: "remove the definition from its file: howdah drops what no file defines any more",
  TransactionStmt: "remove it: all files are applied in one transaction already",
  VariableSetStmt: "remove it, and write `set … to …` into the create statement of each routine that needs it",
  AlterFunctionStmt: "write the property into the routine's create statement",
  DefineStmt: "an aggregate is written `create aggregate NAME (ARGUMENTS) (…)`; all else belongs in a migration",
  IndexStmt:
    "an index of a materialized view needs a name, and can't be made concurrently; one of a table belongs in a migration",
};
