import { AppError } from "../../errors/index.ts";
import { readDocumentation, sqlName } from "../documentation.ts";
import { headersOf, readHeader } from "../header.ts";
import { snakeCase, type Result, type Signature } from "../signature.ts";
import { errorAt, type SourceFile } from "../source-file.ts";
import { readParameter, type DocumentedTypes } from "./parameters.ts";
import {
  parseModule,
  parseType,
  type Comment,
  type Expression,
  type FunctionNode,
  type Statement,
  type TypeNode,
} from "./syntax.ts";
import { readResult, scopeOf, type TypeScope } from "./types.ts";

/** The routines of a .js or .ts file, with the errors of those that can't be. */
export interface ReadRoutines {
  readonly signatures: readonly JavascriptSignature[];
  readonly errors: readonly AppError[];
}

/** A signature, and what only the worker can do. */
export interface JavascriptSignature extends Signature {
  readonly isAsync: boolean;
}

/** Every exported function of a file as a routine: its signature from its types, or from its `sql:` header. */
export async function readRoutines(source: SourceFile): Promise<ReadRoutines> {
  const ast = parseModule(source);
  const scope = scopeOf(source, ast);
  const signatures: JavascriptSignature[] = [];
  const errors: AppError[] = [];
  for (const found of exportedFunctions(ast.program.body, source)) {
    try {
      signatures.push(await signatureOf(found, scope));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      errors.push(error);
    }
  }
  return { signatures, errors };
}

interface Exported {
  readonly name: string;
  /** As the module exports it: "default" for the default export. */
  readonly local: string;
  readonly node: FunctionLike;
  readonly comments: readonly Comment[];
  readonly index: number;
}

type FunctionLike = FunctionNode | Extract<Expression, { type: "ArrowFunctionExpression" | "FunctionExpression" }>;

function exportedFunctions(body: readonly Statement[], source: SourceFile): readonly Exported[] {
  const declared = new Map(body.flatMap((statement) => namedFunctions(statement, statement.leadingComments ?? [])));
  return body.flatMap((statement): readonly Exported[] => {
    const comments = statement.leadingComments ?? [];
    switch (statement.type) {
      case "ExportNamedDeclaration":
        if (statement.declaration) return namedFunctions(statement.declaration, comments).map(([, found]) => found);
        return statement.specifiers.flatMap((specifier) => {
          if (specifier.type !== "ExportSpecifier" || statement.source) return [];
          const found = specifier.local.type === "Identifier" ? declared.get(specifier.local.name) : undefined;
          const name = specifier.exported.type === "Identifier" ? specifier.exported.name : specifier.exported.value;
          return found === undefined ? [] : [{ ...found, name: name === "default" ? found.name : name, local: name }];
        });
      case "ExportDefaultDeclaration": {
        const node = statement.declaration;
        if (node.type !== "FunctionDeclaration" && node.type !== "ArrowFunctionExpression") return [];
        const id = node.type === "FunctionDeclaration" ? node.id : undefined;
        const name = id?.name ?? (source.file.split("/").at(-1) ?? "").replace(/\..*$/, "");
        return [{ name, local: "default", node, comments, index: id?.start ?? node.start ?? 0 }];
      }
      default:
        return [];
    }
  });
}

type DeclarationNode = NonNullable<Extract<Statement, { type: "ExportNamedDeclaration" }>["declaration"]> | Statement;

function namedFunctions(node: DeclarationNode, comments: readonly Comment[]): readonly (readonly [string, Exported])[] {
  if (node.type === "FunctionDeclaration") {
    const { id } = node;
    return id ? [[id.name, { name: id.name, local: id.name, node, comments, index: id.start ?? 0 }]] : [];
  }
  if (node.type !== "VariableDeclaration") return [];
  return node.declarations.flatMap(({ id, init }): readonly (readonly [string, Exported])[] => {
    const isFunction = init?.type === "ArrowFunctionExpression" || init?.type === "FunctionExpression";
    if (!isFunction || id.type !== "Identifier") return [];
    return [[id.name, { name: id.name, local: id.name, node: init, comments, index: id.start ?? 0 }]];
  });
}

async function signatureOf(found: Exported, scope: TypeScope): Promise<JavascriptSignature> {
  const { source } = scope;
  const documentation = readDocumentation(textOf(found.comments));
  const own = {
    local: found.local,
    index: found.index,
    isAsync: found.node.async,
    grants: documentation.grants,
    comment: documentation.comment,
  };
  const [header] = found.comments.flatMap(({ start, end }) => headersOf(source.text, start ?? 0, end ?? 0));
  if (header !== undefined) {
    const read = await readHeader(source, header);
    return { ...read, ...own, name: read.name ?? sqlName(documentation, snakeCase(found.name)) };
  }
  refuseGeneric(found, source);
  const { volatility, definer } = documentation;
  const types = documentedTypes(found.comments);
  return {
    ...own,
    ...{ volatility, definer },
    name: sqlName(documentation, snakeCase(found.name)),
    ...(isTrigger(found, scope)
      ? { parameters: [], result: { kind: "trigger" } }
      : {
          parameters: found.node.params.map((parameter) => readParameter(parameter, scope, types.parameters)),
          result: resultOf(found, scope, types.result),
        }),
  };
}

/** A function of a trigger has the event as its only parameter, which is no argument of the routine. */
function isTrigger({ node }: Exported, scope: TypeScope): boolean {
  const [first] = node.params;
  const type =
    first?.type === "Identifier" && first.typeAnnotation?.type === "TSTypeAnnotation"
      ? first.typeAnnotation.typeAnnotation
      : undefined;
  return type?.type === "TSTypeReference" && readResult(type, scope).kind === "trigger";
}

function resultOf(found: Exported, scope: TypeScope, documented: TypeNode | undefined): Result {
  const type = returnType(found.node);
  if (type !== undefined) return readResult(type, scope);
  if (documented !== undefined) return readResult(documented, { ...scope, at: found.index });
  throw errorAt(scope.source, found.index, "WD493", `function "${found.name}" says nothing of its result`, {
    hint: scope.source.file.endsWith("ts")
      ? "write its type behind the parameters: ): string {"
      : "write /** @returns {string} */ or a line // sql: (…) returns text before it",
  });
}

function returnType(node: FunctionLike): TypeNode | undefined {
  return node.returnType?.type === "TSTypeAnnotation" ? node.returnType.typeAnnotation : undefined;
}

function refuseGeneric({ node, name, index }: Exported, source: SourceFile): void {
  if (!node.typeParameters) return;
  throw errorAt(source, index, "WD493", `function "${name}" is generic, and a routine can't be`, {
    hint: "write the types out, or a line // sql: (value anyelement) returns anyelement before it",
  });
}

interface Documented {
  readonly parameters: DocumentedTypes;
  readonly result: TypeNode | undefined;
}

/** The types of JSDoc: @param {string} title, @returns {number}. */
function documentedTypes(comments: readonly Comment[]): Documented {
  const text = textOf(comments);
  const parameters = new Map<string, TypeNode>();
  for (const [, type = "", name = ""] of text.matchAll(/@param\s+\{(.+?)\}\s+\[?(?:\.\.\.)?([\w$]+)/g)) {
    const parsed = parseType(type);
    if (parsed !== undefined) parameters.set(name, parsed);
  }
  const [, result] = /@returns?\s+\{(.+?)\}(?=\s|\*|$)/.exec(text) ?? [];
  return { parameters, result: result === undefined ? undefined : parseType(result) };
}

function textOf(comments: readonly Comment[]): string {
  return comments.map(({ type, value }) => (type === "CommentBlock" ? `/*${value}*/` : `//${value}`)).join("\n");
}
