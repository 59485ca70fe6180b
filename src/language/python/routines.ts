import { AppError } from "../../errors/index.ts";
import { readDocumentation, sqlName } from "../documentation.ts";
import { headersOf, readHeader } from "../header.ts";
import type { Parameter, Result, Signature } from "../signature.ts";
import { errorAt, type SourceFile } from "../source-file.ts";
import { arrayOf } from "../sql-type.ts";
import { childrenOf, parsePython, stringOf, textOf, type SyntaxNode } from "./syntax.ts";
import { readResult, readType, type PythonScope } from "./types.ts";

/** Every top-level function of a .py file as a routine: its signature from annotations, or from its `sql:` header. */
export async function readRoutines(
  source: SourceFile,
): Promise<{ readonly signatures: readonly Signature[]; readonly errors: readonly AppError[] }> {
  const top = childrenOf(parsePython(source));
  const scope: PythonScope = { source, classes: classesOf(top, source) };
  const signatures: Signature[] = [];
  const errors: AppError[] = [];
  for (const [position, statement] of top.entries()) {
    const node = statement.name === "DecoratedStatement" ? statement.getChild("FunctionDefinition") : statement;
    if (node?.name !== "FunctionDefinition" || nameOf(node, source).startsWith("_")) continue;
    try {
      signatures.push(await signatureOf(node, commentsBefore(top, position), scope));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      errors.push(error);
    }
  }
  return { signatures, errors };
}

function classesOf(top: readonly SyntaxNode[], source: SourceFile): ReadonlyMap<string, SyntaxNode> {
  const classes = top.flatMap((node) => {
    const found = node.name === "DecoratedStatement" ? node.getChild("ClassDefinition") : node;
    return found?.name === "ClassDefinition" ? [found] : [];
  });
  return new Map(classes.map((node) => [nameOf(node, source), node]));
}

/** The comments right before a statement, as the range of their text. */
function commentsBefore(top: readonly SyntaxNode[], position: number): { readonly from: number; readonly to: number } {
  let first = position;
  while (top[first - 1]?.name === "Comment") first--;
  return { from: top[first]?.from ?? 0, to: top[position]?.from ?? 0 };
}

function nameOf(node: SyntaxNode, source: SourceFile): string {
  const name = node.getChild("VariableName");
  return name === null ? "" : textOf(name, source);
}

async function signatureOf(
  node: SyntaxNode,
  comments: { readonly from: number; readonly to: number },
  scope: PythonScope,
): Promise<Signature> {
  const { source } = scope;
  const local = nameOf(node, source);
  const index = node.getChild("VariableName")?.from ?? node.from;
  if (node.getChild("async") !== null)
    throw unusable(source, index, `function "${local}" is async`, "write a plain def");
  const tags = readDocumentation(source.text.slice(comments.from, comments.to));
  const own = { local, index, grants: tags.grants, comment: docstring(node, source) ?? tags.comment };
  const [header] = headersOf(source.text, comments.from, comments.to);
  if (header !== undefined) {
    const read = await readHeader(source, header);
    return { ...read, ...own, name: read.name ?? sqlName(tags, local) };
  }
  const list = node.getChild("ParamList");
  const event = list?.getChild("TypeDef")?.lastChild;
  const isTrigger = event !== null && event !== undefined && readsTrigger(event, scope);
  const result: Result = isTrigger ? { kind: "trigger" } : resultOf(node, local, index, scope);
  const parameters = list === null || result.kind === "trigger" ? [] : parametersOf(childrenOf(list), scope);
  const { volatility, definer } = tags;
  return { ...own, ...{ volatility, definer, parameters, result }, name: sqlName(tags, local) };
}

/** A function of a trigger has the event as its only parameter. */
function readsTrigger(node: SyntaxNode, { source }: PythonScope): boolean {
  return /^(?:howdah\.)?Trigger$/.test(textOf(node, source));
}

function resultOf(node: SyntaxNode, local: string, index: number, scope: PythonScope): Result {
  const type = node.getChild("TypeDef")?.lastChild;
  if (type !== null && type !== undefined) return readResult(type, scope);
  throw unusable(
    scope.source,
    index,
    `function "${local}" says nothing of its result`,
    "write its type: -> str; or a line # sql: (…) returns text before it",
  );
}

/** Names, annotations and defaults of a parameter list, one after the other as the grammar has them. */
function parametersOf(nodes: readonly SyntaxNode[], scope: PythonScope): readonly Parameter[] {
  const parameters: Parameter[] = [];
  for (const [position, node] of nodes.entries()) {
    if (node.name !== "VariableName") continue;
    const before = nodes[position - 1]?.name;
    if (before === "AssignOp") continue;
    if (before === "**") throw unusable(scope.source, node.from, "a routine has no **parameters", "name each of them");
    parameters.push(parameterOf(nodes, position, before === "*", scope));
  }
  return parameters;
}

function parameterOf(nodes: readonly SyntaxNode[], position: number, variadic: boolean, scope: PythonScope): Parameter {
  const { source } = scope;
  const node = nodes[position] as SyntaxNode;
  const name = textOf(node, source);
  const annotation = nodes[position + 1]?.name === "TypeDef" ? nodes[position + 1]?.lastChild : undefined;
  if (annotation === null || annotation === undefined) {
    throw unusable(
      source,
      node.from,
      `parameter "${name}" has no type`,
      `write one: ${name}: str; or a line # sql: (${name} text) returns text before the function`,
    );
  }
  const { type, nullable } = readType(annotation, scope, `parameter "${name}"`);
  if (variadic) return { name, type: arrayOf(type) ?? type, nullable: false, variadic };
  const given = nodes[position + 2]?.name === "AssignOp" ? nodes[position + 3] : undefined;
  const constant = given === undefined ? undefined : constantOf(given, source);
  const value = given === undefined ? undefined : (constant ?? "null");
  return { name, type, variadic, nullable: nullable || value === "null", default: value };
}

function constantOf(node: SyntaxNode, source: SourceFile): string | undefined {
  const text = textOf(node, source);
  switch (node.name) {
    case "Number":
      return /^[\d.]+$/.test(text) ? text : undefined;
    case "Boolean":
      return text.toLowerCase();
    case "String": {
      const value = stringOf(node, source);
      return value === undefined || value.includes("\\") || /^[bBfF]/.test(text)
        ? undefined
        : `'${value.replaceAll("'", "''")}'`;
    }
    default:
      return undefined;
  }
}

/** The first paragraph of a function's own text. */
function docstring(node: SyntaxNode, source: SourceFile): string | undefined {
  const first = node.getChild("Body")?.getChild("ExpressionStatement");
  const text = first?.firstChild?.name === "String" ? stringOf(first.firstChild, source) : undefined;
  const isFirst = first !== null && first !== undefined && first.prevSibling?.name === ":";
  const paragraph = isFirst
    ? text
        ?.split(/\n\s*\n/)[0]
        ?.replaceAll(/\s+/g, " ")
        .trim()
    : undefined;
  return paragraph === "" ? undefined : paragraph;
}

function unusable(source: SourceFile, index: number, problem: string, hint: string): AppError {
  return errorAt(source, index, "WD493", problem, { hint });
}
