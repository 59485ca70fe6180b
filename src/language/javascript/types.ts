import { AppError } from "../../errors/index.ts";
import { snakeCase, type Result, type ResultColumn, type ValueType } from "../signature.ts";
import { errorAt, type SourceFile } from "../source-file.ts";
import { arrayOf, namedType } from "../sql-type.ts";
import type { Ast, InterfaceNode, TypeNode } from "./syntax.ts";

/** The names of types that a file knows: its own, and those that it imports from "howdah/sql". */
export interface TypeScope {
  readonly source: SourceFile;
  /** Own aliases and interfaces. */
  readonly own: ReadonlyMap<string, TypeNode | InterfaceNode>;
  /** Local name → name in "howdah/sql". */
  readonly imported: ReadonlyMap<string, string>;
  /** In place of positions of the tree, for types that were parsed out of a comment. */
  readonly at?: number | undefined;
}

/** A type of TypeScript as SQL has it, and whether null belongs to it. */
export interface ReadType {
  readonly type: ValueType;
  readonly nullable: boolean;
}

/** What the type is of, for errors: `parameter "title"`, "the result". */
export type Whose = string;

/** Reads the type names of a file. */
export function scopeOf(source: SourceFile, ast: Ast): TypeScope {
  const own = new Map<string, TypeNode | InterfaceNode>();
  const imported = new Map<string, string>();
  for (const statement of ast.program.body) {
    const declared = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declared?.type === "TSTypeAliasDeclaration") own.set(declared.id.name, declared.typeAnnotation);
    if (declared?.type === "TSInterfaceDeclaration") own.set(declared.id.name, declared);
    if (statement.type !== "ImportDeclaration" || statement.source.value !== "howdah/sql") continue;
    for (const specifier of statement.specifiers) {
      if (specifier.type !== "ImportSpecifier") continue;
      const { imported: name } = specifier;
      imported.set(specifier.local.name, name.type === "Identifier" ? name.name : name.value);
    }
  }
  return { source, own, imported };
}

/** The SQL type of a parameter or value; WD491 where nothing in SQL answers to it. */
export function readType(node: TypeNode, scope: TypeScope, whose: Whose): ReadType {
  if (node.type === "TSParenthesizedType") return readType(node.typeAnnotation, scope, whose);
  if (node.type !== "TSUnionType") return { type: single(node, scope, whose), nullable: false };
  const rest = node.types.filter((member) => member.type !== "TSNullKeyword" && member.type !== "TSUndefinedKeyword");
  const nullable = rest.length < node.types.length;
  const types = rest.map((member) => readType(member, scope, whose));
  const [first] = types;
  if (first === undefined || types.some((other) => other.type.sql !== first.type.sql))
    throw unknownType(node, scope, whose);
  return { type: first.type, nullable: nullable || types.some((type) => type.nullable) };
}

/** What a function returns; `T` of a promise, rows of a generator. */
export function readResult(node: TypeNode, scope: TypeScope): Result {
  switch (node.type) {
    case "TSParenthesizedType":
      return readResult(node.typeAnnotation, scope);
    case "TSVoidKeyword":
    case "TSUndefinedKeyword":
    case "TSNeverKeyword":
      return { kind: "void" };
    case "TSArrayType": {
      const columns = columnsOf(node.elementType, scope);
      return columns === undefined ? valueOf(node, scope) : { kind: "table", columns };
    }
    case "TSTypeReference":
      return referenceResult(node, scope);
    default:
      return valueOf(node, scope);
  }
}

type Reference = Extract<TypeNode, { type: "TSTypeReference" }>;

const promises = new Set(["Promise", "PromiseLike"]);
const sets = new Set([
  "SetOf",
  ...["Iterable", "IterableIterator", "IteratorObject", "Generator"],
  ...["AsyncIterable", "AsyncIterableIterator", "AsyncGenerator"],
]);

function referenceResult(node: Reference, scope: TypeScope): Result {
  const name = nameOf(node, scope);
  const [inner] = argumentsOf(node);
  if (name === "Trigger" && scope.imported.has(localName(node))) return { kind: "trigger" };
  if (promises.has(name) && inner !== undefined) return readResult(inner, scope);
  const own = scope.own.get(name);
  if (own !== undefined && own.type !== "TSInterfaceDeclaration") return readResult(own, scope);
  if ((name === "Array" || name === "ReadonlyArray") && inner !== undefined) {
    const columns = columnsOf(inner, scope);
    return columns === undefined ? valueOf(node, scope) : { kind: "table", columns };
  }
  if (!sets.has(name) || inner === undefined) return valueOf(node, scope);
  const columns = columnsOf(inner, scope);
  return columns === undefined
    ? { kind: "set", type: readType(inner, scope, "the result").type }
    : { kind: "table", columns };
}

function valueOf(node: TypeNode, scope: TypeScope): Result {
  const isNothing =
    node.type === "TSUnionType" && node.types.every((member) => /Void|Undefined|Null/.test(member.type));
  if (isNothing) return { kind: "void" };
  if (node.type === "TSUnionType") {
    const trigger = node.types.some((member) => member.type === "TSTypeReference" && isTrigger(member, scope));
    if (trigger) return { kind: "trigger" };
  }
  return { kind: "value", type: readType(node, scope, "the result").type };
}

function isTrigger(node: Reference, scope: TypeScope): boolean {
  return scope.imported.get(localName(node)) === "Trigger";
}

/** The columns of an object type: `{ id: bigint; title: string }`, or an interface of this file. */
function columnsOf(node: TypeNode, scope: TypeScope): readonly ResultColumn[] | undefined {
  if (node.type === "TSTypeReference") {
    const own = scope.own.get(localName(node));
    if (own === undefined) return undefined;
    return own.type === "TSInterfaceDeclaration" ? members(own.body.body, scope) : columnsOf(own, scope);
  }
  return node.type === "TSTypeLiteral" ? members(node.members, scope) : undefined;
}

type Member = Extract<TypeNode, { type: "TSTypeLiteral" }>["members"][number];

function members(list: readonly Member[], scope: TypeScope): readonly ResultColumn[] | undefined {
  const columns = list.flatMap((member): readonly ResultColumn[] => {
    if (member.type !== "TSPropertySignature" || member.typeAnnotation?.type !== "TSTypeAnnotation") return [];
    const key =
      member.key.type === "Identifier" ? member.key.name : "value" in member.key ? String(member.key.value) : "";
    const { type } = readType(member.typeAnnotation.typeAnnotation, scope, `column "${key}"`);
    return [{ name: snakeCase(key), key, sql: type.sql }];
  });
  return columns.length > 0 && columns.length === list.length ? columns : undefined;
}

function single(node: TypeNode, scope: TypeScope, whose: Whose): ValueType {
  switch (node.type) {
    case "TSNumberKeyword":
      return namedType("double precision");
    case "TSBigIntKeyword":
      return namedType("bigint");
    case "TSStringKeyword":
    case "TSTemplateLiteralType":
      return namedType("text");
    case "TSBooleanKeyword":
      return namedType("boolean");
    case "TSUnknownKeyword":
    case "TSAnyKeyword":
    case "TSObjectKeyword":
    case "TSTypeLiteral":
    case "TSMappedType":
      return namedType("jsonb");
    case "TSLiteralType":
      return literalType(node, scope, whose);
    case "TSArrayType":
      return elements(node.elementType, node, scope, whose);
    case "TSTypeOperator":
      return single(node.typeAnnotation, scope, whose);
    case "TSTypeReference":
      return referenceType(node, scope, whose);
    default:
      throw unknownType(node, scope, whose);
  }
}

function literalType(node: Extract<TypeNode, { type: "TSLiteralType" }>, scope: TypeScope, whose: Whose): ValueType {
  switch (node.literal.type) {
    case "StringLiteral":
    case "TemplateLiteral":
      return namedType("text");
    case "NumericLiteral":
    case "UnaryExpression":
      return namedType("double precision");
    case "BooleanLiteral":
      return namedType("boolean");
    case "BigIntLiteral":
      return namedType("bigint");
    default:
      throw unknownType(node, scope, whose);
  }
}

const globals: Readonly<Record<string, string>> = {
  Date: "timestamptz",
  Uint8Array: "bytea",
  Buffer: "bytea",
  Record: "jsonb",
  Map: "jsonb",
};

function referenceType(node: Reference, scope: TypeScope, whose: Whose): ValueType {
  const local = localName(node);
  const [inner] = argumentsOf(node);
  const imported = scope.imported.get(local);
  if (imported !== undefined) return importedType(imported, node, scope, whose);
  const own = scope.own.get(local);
  if (own !== undefined) return own.type === "TSInterfaceDeclaration" ? namedType("jsonb") : single(own, scope, whose);
  if ((local === "Array" || local === "ReadonlyArray") && inner !== undefined)
    return elements(inner, node, scope, whose);
  if (promises.has(local) && inner !== undefined) return readType(inner, scope, whose).type;
  const known = globals[local];
  if (known === undefined) throw unknownType(node, scope, whose);
  return namedType(known);
}

/** Aliases of "howdah/sql" are called as their types; Row<"public.entry"> and Sql<"public.mood"> name any other. */
function importedType(name: string, node: Reference, scope: TypeScope, whose: Whose): ValueType {
  if (name !== "Row" && name !== "Sql") return namedType(name);
  const [named] = argumentsOf(node);
  if (named?.type === "TSLiteralType" && named.literal.type === "StringLiteral") return namedType(named.literal.value);
  throw unknownType(node, scope, whose);
}

function elements(element: TypeNode, node: TypeNode, scope: TypeScope, whose: Whose): ValueType {
  const type = arrayOf(readType(element, scope, whose).type);
  if (type === undefined) throw unknownType(node, scope, whose);
  return type;
}

function unknownType(node: TypeNode, scope: TypeScope, whose: Whose): AppError {
  const { source, at } = scope;
  const text = at === undefined ? source.text.slice(node.start ?? 0, node.end ?? 0) : "its type";
  return errorAt(source, at ?? node.start ?? 0, "WD491", `${whose} has no type that SQL knows`, {
    detail: `${text} has no counterpart in SQL`,
    hint:
      'name it: import type { Sql } from "howdah/sql", then Sql<"public.mood">; or write a line ' +
      "`// sql: (a integer, b text) returns text` before the function",
  });
}

function nameOf(node: Reference, scope: TypeScope): string {
  const local = localName(node);
  return scope.imported.get(local) ?? local;
}

function localName(node: Reference): string {
  return node.typeName.type === "Identifier" ? node.typeName.name : "";
}

function argumentsOf(node: Reference): readonly TypeNode[] {
  return node.typeArguments?.params ?? [];
}
