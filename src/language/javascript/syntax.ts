import { parse } from "@babel/parser";
import { AppError } from "../../errors/index.ts";
import { errorAt, type SourceFile } from "../source-file.ts";

/** The syntax tree of a file; indexes are UTF-16 units, as everywhere. */
export type Ast = ReturnType<typeof parse>;
export type Statement = Ast["program"]["body"][number];
export type FunctionNode = Extract<Statement, { type: "FunctionDeclaration" }>;
export type ParameterNode = FunctionNode["params"][number];
type AliasNode = Extract<Statement, { type: "TSTypeAliasDeclaration" }>;
export type TypeNode = AliasNode["typeAnnotation"];
export type InterfaceNode = Extract<Statement, { type: "TSInterfaceDeclaration" }>;
export type Comment = NonNullable<Statement["leadingComments"]>[number];
export type Expression = Extract<Statement, { type: "ExpressionStatement" }>["expression"];

/** Parses a .js or .ts file; WD490 at the first mistake. */
export function parseModule(source: SourceFile): Ast {
  const typescript = /\.[cm]?ts$/.test(source.file);
  try {
    return parse(source.text, { sourceType: "module", plugins: typescript ? ["typescript"] : [], attachComment: true });
  } catch (error) {
    throw syntaxError(error, source);
  }
}

/** Parses the type of a JSDoc tag, `{string | null}`; undefined where it is none. */
export function parseType(text: string): TypeNode | undefined {
  try {
    const [statement] = parse(`type T = ${text}`, { plugins: ["typescript"] }).program.body;
    return statement?.type === "TSTypeAliasDeclaration" ? statement.typeAnnotation : undefined;
  } catch {
    // Types of JSDoc that are not TypeScript's are the reader's to report, at the tag.
    return undefined;
  }
}

function syntaxError(error: unknown, source: SourceFile): AppError {
  const { message = "", pos } = error as { readonly message?: string; readonly pos?: number };
  const text = message.replace(/\s*\(\d+:\d+\)$/, "").replace(/\.$/, "");
  return errorAt(source, pos ?? 0, "WD490", text.charAt(0).toLowerCase() + text.slice(1));
}
