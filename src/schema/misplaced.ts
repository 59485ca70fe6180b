import { AppError } from "../errors/index.ts";
import { nodeKind, type Statement } from "./statement.ts";

/** A statement that can't stand in functions/ (WD412), and where it belongs. */
export function misplaced(statement: Statement): AppError {
  const words = statement.text.replaceAll(/\s+/g, " ").slice(0, 40);
  return new AppError("WD412", `this can't stand in functions/: ${words}${statement.text.length > 40 ? "…" : ""}`, {
    detail: "files of functions/ define routines, views, triggers and policies, with comments and grants on them",
    hint: hintFor(nodeKind(statement.node)),
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}

function hintFor(kind: string): string {
  switch (kind) {
    case "InsertStmt":
    case "UpdateStmt":
    case "DeleteStmt":
    case "MergeStmt":
    case "CopyStmt":
      return "data that every installation needs belongs in a migration, data for development in seeds/";
    case "DropStmt":
      return "remove the definition from its file: howdah drops what no file defines any more";
    case "TransactionStmt":
      return "remove it: all files are applied in one transaction already";
    case "VariableSetStmt":
      return "remove it, and write `set … to …` into the create statement of each routine that needs it";
    case "AlterFunctionStmt":
      return "write the property into the routine's create statement";
    case "SelectStmt":
    case "CallStmt":
    case "DoStmt":
      return "what is to run once belongs in a migration, what a page shows in pages/NAME.query.sql";
    case "IndexStmt":
      return "an index of a materialized view needs a name, and can't be made concurrently; one of a table belongs in a migration";
    case "GrantStmt":
    case "CommentStmt":
      return "only what files of functions/ define is granted and commented on here; for all else, write a migration";
    default:
      return "it belongs in a migration: howdah new migration NAME";
  }
}
