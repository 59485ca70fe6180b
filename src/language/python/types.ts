import type { AppError } from "../../errors/index.ts";
import type { Result, ResultColumn, ValueType } from "../signature.ts";
import { errorAt, type SourceFile } from "../source-file.ts";
import { arrayOf, namedType } from "../sql-type.ts";
import { childrenOf, stringOf, textOf, type SyntaxNode } from "./syntax.ts";

/** The classes of a file by name: columns of what they describe. */
export interface PythonScope {
  readonly source: SourceFile;
  readonly classes: ReadonlyMap<string, SyntaxNode>;
}

/** A type of Python as SQL has it, and whether None belongs to it. */
export interface ReadType {
  readonly type: ValueType;
  readonly nullable: boolean;
}

const known: Readonly<Record<string, string>> = {
  int: "bigint",
  float: "double precision",
  str: "text",
  bool: "boolean",
  bytes: "bytea",
  bytearray: "bytea",
  dict: "jsonb",
  Dict: "jsonb",
  Mapping: "jsonb",
  object: "jsonb",
  Any: "jsonb",
  tuple: "jsonb",
  Decimal: "numeric",
  datetime: "timestamptz",
  date: "date",
  time: "time",
  timedelta: "interval",
  UUID: "uuid",
};
const lists = new Set(["list", "List", "Sequence", "Collection"]);
const sets = new Set(["Iterator", "Iterable", "Generator", "SetOf"]);

/** The SQL type of an annotation; WD491 where nothing in SQL answers to it. */
export function readType(node: SyntaxNode, scope: PythonScope, whose: string): ReadType {
  const { source } = scope;
  switch (node.name) {
    case "BinaryExpression":
      return union(
        childrenOf(node).filter((child) => child.name !== "BitOp"),
        node,
        scope,
        whose,
      );
    case "MemberExpression":
      return generic(node, scope, whose);
    case "VariableName":
      return named(textOf(node, source), node, scope, whose);
    default:
      throw unknownType(node, scope, whose);
  }
}

/** What a function returns. */
export function readResult(node: SyntaxNode, scope: PythonScope): Result {
  if (node.name === "None") return { kind: "void" };
  const { base, parts } = subscript(node, scope);
  if (base === "Trigger") return { kind: "trigger" };
  const [inner] = parts;
  if (!sets.has(base) || inner === undefined) {
    const list = lists.has(base) && inner !== undefined ? columnsOf(inner, scope) : undefined;
    if (list !== undefined) return { kind: "table", columns: list };
    return { kind: "value", type: readType(node, scope, "the result").type };
  }
  const columns = columnsOf(inner, scope);
  if (columns !== undefined) return { kind: "table", columns };
  return { kind: "set", type: readType(inner, scope, "the result").type };
}

function union(members: readonly SyntaxNode[], node: SyntaxNode, scope: PythonScope, whose: string): ReadType {
  const rest = members.filter((member) => member.name !== "None");
  const types = rest.map((member) => readType(member, scope, whose));
  const [first] = types;
  if (first === undefined || types.some(({ type }) => type.sql !== first.type.sql))
    throw unknownType(node, scope, whose);
  return { type: first.type, nullable: rest.length < members.length || types.some(({ nullable }) => nullable) };
}

function generic(node: SyntaxNode, scope: PythonScope, whose: string): ReadType {
  const { base, parts } = subscript(node, scope);
  const [first, second] = parts;
  if (first === undefined) return named(base, node, scope, whose);
  if (base === "Optional") return { ...readType(first, scope, whose), nullable: true };
  if (base === "Union") return union(parts, node, scope, whose);
  if (base === "Annotated") return annotated(second, node, scope, whose);
  if (base === "Literal") return { type: namedType(first.name === "Number" ? "bigint" : "text"), nullable: false };
  if (!lists.has(base)) return named(base, node, scope, whose);
  const type = arrayOf(readType(first, scope, whose).type);
  if (type === undefined) throw unknownType(node, scope, whose);
  return { type, nullable: false };
}

/** Annotated[str, "public.mood"]: the type of SQL by its name. */
function annotated(name: SyntaxNode | undefined, node: SyntaxNode, scope: PythonScope, whose: string): ReadType {
  const text = name?.name === "String" ? stringOf(name, scope.source) : undefined;
  if (text === undefined) throw unknownType(node, scope, whose);
  return { type: namedType(text), nullable: false };
}

function named(name: string, node: SyntaxNode, scope: PythonScope, whose: string): ReadType {
  const sql = scope.classes.has(name) ? "jsonb" : known[name];
  if (sql === undefined) throw unknownType(node, scope, whose);
  return { type: namedType(sql), nullable: false };
}

/** list[str] → list and its parts; datetime.datetime → datetime. */
function subscript(
  node: SyntaxNode,
  { source }: PythonScope,
): { readonly base: string; readonly parts: readonly SyntaxNode[] } {
  if (node.name !== "MemberExpression") return { base: textOf(node, source), parts: [] };
  const children = childrenOf(node);
  const open = children.findIndex((child) => child.name === "[");
  const before = open === -1 ? children : children.slice(0, open);
  const base = before.map((child) => textOf(child, source)).join("");
  const parts = open === -1 ? [] : children.slice(open + 1).filter((child) => !["]", ","].includes(child.name));
  return { base: base.slice(base.lastIndexOf(".") + 1), parts };
}

/** The columns of a class with annotated fields: TypedDict, NamedTuple, dataclass. */
function columnsOf(node: SyntaxNode, scope: PythonScope): readonly ResultColumn[] | undefined {
  const body = scope.classes.get(textOf(node, scope.source))?.getChild("Body");
  const fields = (body === null || body === undefined ? [] : childrenOf(body)).filter(
    (child) => child.name === "AssignStatement" && child.getChild("TypeDef") !== null,
  );
  const columns = fields.flatMap((field): readonly ResultColumn[] => {
    const name = field.firstChild;
    const type = field.getChild("TypeDef")?.lastChild;
    if (name === null || type === null || type === undefined) return [];
    const key = textOf(name, scope.source);
    return [{ name: key, key, sql: readType(type, scope, `column "${key}"`).type.sql }];
  });
  return columns.length > 0 ? columns : undefined;
}

function unknownType(node: SyntaxNode, { source }: PythonScope, whose: string): AppError {
  return errorAt(source, node.from, "WD491", `${whose} has no type that SQL knows`, {
    detail: `${textOf(node, source)} has no counterpart in SQL`,
    hint: 'name it: Annotated[str, "public.mood"]; or write a line # sql: (a integer, b text) returns text before the function',
  });
}
